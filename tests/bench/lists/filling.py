"""Two registers that differ in size only: everything in one is a hundredfold in the other.

A handful of cases is made as people make them, one for each state a case can be in; the
others are copies of these, inserted by the database itself, with triggers switched off.
Parties are nobody's: division 990000.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from portal.demo.vocabulary import TRADES
from registry import actions, clock
from registry.actions import Decision
from registry.logbook import signing
from registry.models import (
    Act,
    Authority,
    Delivery,
    Entity,
    Instance,
    Listing,
    ListRule,
    Proposal,
    Role,
    User,
)
from registry.search import index
from tests.factories import (
    make_authority,
    make_case,
    make_entity,
    make_identifier,
    make_listing,
    make_staff,
    make_uscc,
    make_user,
)
from tests.many import make_prior_rule
from tests.repair.making import file, make_cure_rule

N_AUTHORITIES, N_LISTS = 200, 12
EVERY_ROLE = tuple(Role)
# Of a thousand cases; whatever is left runs. What waits for somebody is little.
PER_MILLE = {
    "prepared": 4,
    "proposed": 4,
    "notified": 4,
    "refused": 2,
    "held": 3,
    "dropped": 10,
    "wrong": 1,
    "applied": 5,
    "ended": 350,
}
PER_MILLE["released"] = 1000 - sum(PER_MILLE.values())
# Terms of three years began at any day of them, so that some end tomorrow.
DAYS = 1090


def fill(n: int) -> None:
    """A migrated database: `n` cases of as many parties, and what comes with them."""
    call_command("migrate", verbosity=0)
    Instance.objects.mark(Instance.Purpose.TEST)
    at = clock.now()
    with transaction.atomic():
        make_readers()
        models = {state: make(at) for state, make in STATES.items()}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        plan(cursor, n, models, PER_MILLE)
        for statement in PARTIES:
            cursor.execute(statement, {"trades": [trade.name for trade in TRADES]})
        # Before the cases: a chunk of the index looks at all that are on display.
        index.rebuild()
        copy_cases(cursor, OF_CASE)
        copy_files(cursor, n, at)
        for table in ("entity", "listing"):
            cursor.execute(RESTART.format(table=f"registry_{table}"))
        cursor.execute("VACUUM ANALYZE")


# --- One case of each state, made by people ----------------------------------------------


def make_readers() -> None:
    """The largest authority, which has half of everything, and those who share the rest."""
    for number in range(N_AUTHORITIES):
        make_staff(make_authority(f"第{number}测试市市场监督管理局"))
    for number in range(N_LISTS):
        make_prior_rule(f"TEST_LIST_{number}")
    large, small = Authority.objects.order_by("pk")[:2]
    make_user("large", large, *EVERY_ROLE)
    make_user("small", small, *EVERY_ROLE)
    make_user("all", None, Role.AUDITOR, Role.OPERATOR)


def largest() -> Authority:
    return Authority.objects.order_by("pk")[0]


def prior() -> ListRule:
    return ListRule.objects.get(list_type="TEST_LIST_0")


def case(at: datetime) -> Listing:
    return make_case(prior(), authority=largest(), at=at, party=party())


def party() -> Entity:
    n = Entity.objects.count()
    entity = make_entity(f"蜀州第{n}规模测试有限公司")
    return make_identifier(entity, make_uscc(n + 1)).entity


def proposal(at: datetime, listing: Listing) -> Proposal:
    decision = Decision(
        f"规模罚〔2026〕{listing.pk}号",
        clock.day_of(at),
        noticed_on=clock.day_of(at) - timedelta(days=14),
    )
    maker, _ = make_staff(listing.authority)
    return actions.propose(listing, Act.RELEASE, decision.payload(), by=maker, at=at)


def proposed(at: datetime) -> Listing:
    return proposal(at, case(at)).listing


def refused(at: datetime) -> Listing:
    waiting = proposal(at, case(at))
    actions.refuse(waiting, "事实不清", by=make_staff(largest())[1], at=at)
    return waiting.listing


def released(at: datetime) -> Listing:
    waiting = proposal(at, case(at))
    listing = actions.accept(waiting, by=make_staff(largest())[1], at=at)
    signing.sign(at)
    return listing


def notified(at: datetime) -> Listing:
    day = clock.day_of(at) - timedelta(days=14)
    return actions.record_notice(case(at), on=day, by=make_staff(largest())[0], at=at)


def held(at: datetime) -> Listing:
    return actions.hold(released(at), "法院裁定", by=make_staff(largest())[0], at=at)


def dropped(at: datetime) -> Listing:
    return actions.drop_case(notified(at), "申辩成立", by=make_staff(largest())[0], at=at)


def wrong(at: datetime) -> Listing:
    listing = released(at)
    return actions.emergency_end(listing, "认错了主体", by=make_staff(largest())[0], at=at)


def ended(at: datetime) -> Listing:
    listing, (maker, checker) = released(at), make_staff(largest())
    payload = {"reason": "performed", "document": "规模终〔2026〕1号"}
    waiting = actions.propose(listing, Act.END, payload, by=maker, at=at)
    return actions.accept(waiting, by=checker, at=at)


def applied(at: datetime) -> Listing:
    known = ListRule.objects.filter(list_type="TEST_ABNORMAL").first()
    listing = make_listing(
        known or make_cure_rule(in_force=clock.day_of(at) - timedelta(days=900)),
        authority=largest(),
        at=at,
        decided_on=clock.day_of(at),
        noticed_on=clock.day_of(at) - timedelta(days=30),
    )
    file(listing, at=at)
    return listing


STATES: dict[str, Callable[[datetime], Listing]] = {
    "prepared": case,
    "proposed": proposed,
    "notified": notified,
    "refused": refused,
    "held": held,
    "dropped": dropped,
    "wrong": wrong,
    "applied": applied,
    "ended": ended,
    "released": released,
}


# --- A great many of them ----------------------------------------------------------------

# Spread like dice, the same in every run.
DICE = "abs(hashint8extended(i, {salt}) %% {sides})"
OTHER = DICE.format(salt=4, sides=N_AUTHORITIES - 1)
PLAN = f"""
CREATE TEMP TABLE bench_plan AS
SELECT i, model, listing, entity, days, authority, lists[1 + least(lot, other)] AS list_type
FROM (
  SELECT i, (SELECT max(id) FROM registry_listing) + i AS listing,
    (SELECT max(id) FROM registry_entity) + i AS entity,
    (%(models)s::bigint[])[1 + {DICE.format(salt=1, sides=1000)}] AS model,
    {DICE.format(salt=2, sides=DAYS)}::int AS days,
    CASE WHEN {DICE.format(salt=3, sides=2)} = 0 THEN (%(authorities)s::bigint[])[1]
      ELSE (%(authorities)s::bigint[])[2 + {OTHER}] END AS authority,
    {DICE.format(salt=5, sides=N_LISTS)}::int AS lot,
    {DICE.format(salt=6, sides=N_LISTS)}::int AS other,
    %(lists)s::text[] AS lists
  FROM generate_series(1, %(n)s::bigint) i
) dice ORDER BY i"""
# Any of so many characters: brands are as different as those of real names.
LETTER = "chr((19968 + abs(hashint8extended(i, {salt}) %% 6000))::int)"
PARTIES = [
    f"""
INSERT INTO registry_entity (id, public_id, kind, name, name_key, status, company_type,
  capital, scope, address, source_id, source_as_of, created_at, updated_at)
SELECT entity, gen_random_uuid(),
  CASE WHEN i %% 100 = 7 THEN 'cooperative' ELSE 'enterprise' END, name, name, 'unknown',
  '', '', '', '', 'REGISTRATION', now(), now(), now()
FROM (
  SELECT i, entity, '蜀州' || {LETTER.format(salt=11)} || {LETTER.format(salt=12)}
    || {LETTER.format(salt=13)}
    || (%(trades)s::text[])[1 + i %% cardinality(%(trades)s::text[])]
    || '有限公司' AS name
  FROM bench_plan
) named ORDER BY i""",
    """
INSERT INTO registry_identifier (entity_id, kind, value, valid, flaw)
SELECT entity, 'uscc', '92990000' || lpad(i::text, 9, '0') || 'X', true, ''
FROM bench_plan ORDER BY i""",
]
RESTART = (
    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
)
# Columns of a case that differ from those of its model.
CASE = {
    "id": "p.listing",
    "case": "md5('case' || p.i)",
    "entity_id": "p.entity",
    "party_key": "'e' || p.entity",
    "authority_id": "p.authority",
    "list_type_id": "p.list_type",
    "rule_id": "(SELECT id FROM registry_listrule WHERE list_type_id = p.list_type)",
    "maker_id": "(SELECT min(id) FROM registry_user WHERE authority_id = p.authority)",
    "decision_no": "CASE WHEN m.decision_no = '' THEN ''"
    " ELSE '规模罚〔' || p.authority || '〕' || p.i || '号' END",
    "leaf": "CASE WHEN m.leaf IS NULL THEN NULL ELSE 1000000 + p.i END",
    **{
        name: f"m.{name} - p.days"
        for name in (
            *("conduct_on", "noticed_on", "notice_closes_on", "defended_on", "decided_on"),
            *("term_from", "chain_from", "displayed_from", "displayed_until"),
            *("reviewed_on", "review_by", "repairable_from"),
        )
    },
}
OF_CASE: dict[str, dict[str, str]] = {
    "registry_step": {"key": "NULL"},
    "registry_proposal": {},
    "repair_application": {"public_id": "gen_random_uuid()"},
}
OUTBOX = """
INSERT INTO registry_outbox (kind, row, dedupe, made_at, tries, next_try_at, sent_at, fault)
SELECT 'listing.' || s.act, l."case", 'listing.' || s.act || ':' || l."case" || ':2',
  s.at, 0, s.at, s.at, ''
FROM bench_plan p JOIN registry_listing l ON l.id = p.listing
JOIN registry_step s ON s.listing_id = p.listing
WHERE s.act IN ('release', 'end') ORDER BY p.i"""


def plan(
    cursor: Any, n: int, models: dict[str, Listing], per_mille: dict[str, int]
) -> None:
    lot = [models[state].pk for state, share in per_mille.items() for _ in range(share)]
    lists = [f"TEST_LIST_{number}" for number in range(N_LISTS)]
    authorities = list(Authority.objects.order_by("pk").values_list("pk", flat=True))
    values = {"n": n, "models": lot, "lists": lists, "authorities": authorities}
    cursor.execute(PLAN, values)


def copy_cases(cursor: Any, of_case: dict[str, dict[str, str]]) -> None:
    copy(cursor, "registry_listing", "m.id = p.model", CASE)
    for table, differ in of_case.items():
        ours = {"listing_id": "p.listing", **differ}
        copy(cursor, table, "m.listing_id = p.model", ours)
    cursor.execute(OUTBOX)


def copy(cursor: Any, table: str, on: str, differ: dict[str, str]) -> None:
    """The rows of the models once for each row of the plan, in its order."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    names = [name for (name,) in cursor.fetchall() if name != "id" or "id" in differ]
    values = [differ.get(name, f'm."{name}"') for name in names]
    cursor.execute(
        f"INSERT INTO {table} ({quoted(names)}) SELECT {', '.join(values)}"
        f" FROM bench_plan p JOIN {table} m ON {on} ORDER BY p.i, m.id"
    )


def quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


# --- Files and openings ------------------------------------------------------------------

VIEWINGS = """
INSERT INTO registry_viewing (number, listing_id, exported, asked, authority_id, by_id,
  purpose, at, n_in_hour, previous, hash)
SELECT i / 50, listing, '', '', authority,
  (SELECT min(id) FROM registry_user u WHERE u.authority_id = p.authority),
  CASE WHEN i %% 5000 = 0 THEN 'order' ELSE 'case' END, now() - days * interval '1 day', 1,
  lpad((i - 50)::text, 64, '0'), lpad(i::text, 64, '0')
FROM bench_plan p WHERE i %% 50 = 0 ORDER BY i"""
DELIVERIES = """
INSERT INTO registry_delivery ({names})
SELECT {values} FROM registry_delivery m, generate_series(1, %(n)s) i WHERE m.id = %(model)s
ORDER BY i"""
ROWS = """
INSERT INTO registry_deliveryrow (delivery_id, number, verdict, reasons, name, code,
  decision_no, same, says, entity_id, listing_id)
SELECT %(delivery)s, i, CASE WHEN i %% 50 = 0 THEN 'doubtful' ELSE 'accepted' END,
  CASE WHEN i %% 50 = 0 THEN '[["no_rule", ""]]'::jsonb ELSE '[]'::jsonb END, '', '', '',
  '', '', entity, listing FROM bench_plan WHERE i <= %(n)s"""


def copy_files(cursor: Any, n: int, at: datetime) -> None:
    """A file for each thousand cases; the first one holds a tenth of all cases."""
    cursor.execute(VIEWINGS, {})
    maker = User.objects.filter(authority=largest()).earliest("pk")
    model = Delivery.objects.create(
        authority=largest(),
        list_code="TEST_LIST_0",
        column_set="list",
        filename="规模.csv",
        digest="0" * 64,
        n_records=n // 10,
        maker=maker,
        made_at=at,
    )
    copy_deliveries(cursor, model, n // 1000)
    cursor.execute(ROWS, {"delivery": model.pk, "n": n // 10})


def copy_deliveries(cursor: Any, model: Delivery, n: int) -> None:
    columns = [str(field.column) for field in Delivery._meta.concrete_fields]
    names = [name for name in columns if name != "id"]
    differ = {
        "digest": "lpad(i::text, 64, '0')",
        "stored_as": "md5('file' || i)",
        "list_code": "'TEST_LIST_' || i %% 12",
        "made_at": "m.made_at - i * interval '8 hours'",
    }
    values = [differ.get(name, f'm."{name}"') for name in names]
    statement = DELIVERIES.format(names=quoted(names), values=", ".join(values))
    cursor.execute(statement, {"n": n, "model": model.pk})
