"""Many releases at once: what one by one would leave, or nothing and every reason."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from registry import actions, vault
from registry.errors import BarredError, BarredRowsError
from registry.ledger import entries
from registry.logbook import acts, openings
from registry.models import (
    Act,
    Checkpoint,
    LedgerEntry,
    Listing,
    Opening,
    Outbox,
    Proposal,
    Role,
    Step,
    User,
)
from registry.terms import read_duration
from tests.database import change_past_guards
from tests.factories import (
    AT,
    make_authority,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
)
from tests.many import make_prior_rule, propose_many, propose_one

pytestmark = pytest.mark.django_db
DIGEST = "ab" * 32


@pytest.fixture
def three() -> list[Proposal]:
    rule = make_prior_rule()
    acts.log_rule(rule)
    return [propose_one(rule) for _ in range(3)]


@pytest.fixture
def checker(three: list[Proposal]) -> User:
    return make_staff(three[0].listing.authority)[1]


def assorted() -> list[Proposal]:
    """Told by us, told elsewhere, a person, without fixed term, and only kept."""
    prior = make_prior_rule("TEST_PRIOR")
    ours = make_rule(list_type=make_list_type("TEST_OURS"))
    open_term = make_prior_rule(
        "TEST_OPEN",
        term_kind="open",
        term_unit="",
        term_default=None,
        term_max=None,
        review_months=12,
    )
    kept = make_prior_rule("TEST_KEPT", term_kind="kept", term_default=0, term_max=3)
    for rule in (prior, ours, open_term, kept):
        acts.log_rule(rule)
    person = {"party": make_person(), "conduct_on": date(2026, 1, 5)}
    return [
        propose_one(ours, noticed_on=None),
        propose_one(prior, decision_no="　示例罚〔2026〕甲号 "),
        propose_one(prior, noticed_on=None),
        propose_one(prior, case=person),
        propose_one(open_term),
        propose_one(kept),
        propose_one(ours, noticed_on=None, case=person | {"party": make_person(2)}),
    ]


# --- The same as one by one ---------------------------------------------------------------


def left_by(release: Callable[[], object]) -> dict[str, Any]:
    """Every row that the release leaves, but for what chance decides; then as before."""
    with transaction.atomic():
        release()
        found = {
            "listings": list(Listing.objects.order_by("pk").values()),
            "proposals": list(Proposal.objects.order_by("pk").values()),
            "steps": sorted(map(without_pk, Step.objects.values()), key=str),
            "entries": [without_salt(one) for one in LedgerEntry.objects.order_by("leaf")],
            "openings": [
                (one.pk, one.listing_id, one.sealed is None, openings.read(one).core)
                for one in Opening.objects.select_related("listing").order_by("pk")
            ],
        }
        transaction.set_rollback(True)
    return found


def without_pk(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def without_salt(entry: LedgerEntry) -> tuple[Any, ...]:
    said = entries.decode(bytes(entry.content))
    chance = {name: len(said.pop(name)) for name in ("C", "doc") if name in said}
    return entry.leaf, entry.kind, entry.subject, said, chance


def test_it_leaves_what_one_by_one_would_leave() -> None:
    proposals = assorted()
    _, checker = make_staff(proposals[0].listing.authority)

    def one_by_one() -> None:
        for proposal in proposals:
            actions.accept(proposal, by=checker, at=AT)

    single = left_by(one_by_one)
    many = left_by(lambda: actions.release_many(proposals[::-1], by=checker, at=AT))

    assert many == single
    assert len(single["openings"]) == 6
    kinds = [kind for _, kind, *_ in single["entries"]]
    assert kinds.count("list") == 6
    assert kinds.count("notice") == 2 + 3


def test_a_batch_owes_one_message(three: list[Proposal], checker: User) -> None:
    Outbox.objects.all().delete()

    assert actions.release_many(three, by=checker, at=AT) == 3

    assert [row.kind for row in Outbox.objects.all()] == ["batch.released"]


def test_each_commitment_opens(three: list[Proposal], checker: User) -> None:
    actions.release_many(three, by=checker, at=AT)

    written = [bytes(one.content) for one in LedgerEntry.objects.order_by("leaf")]
    for listing in Listing.objects.all():
        entry = entries.decode(written[listing.leaf_id or 0])
        notice = entries.decode(written[entry["notice"]])
        opened = openings.first(listing)
        assert entry["C"] == opened.commitment
        assert notice["case"] == entry["case"] == listing.case
        assert notice["doc"] == opened.document(listing.decision_no)


def test_the_file_that_tells_of_the_notices_is_their_evidence(
    three: list[Proposal], checker: User
) -> None:
    actions.release_many(three, by=checker, at=AT, evidence=DIGEST)

    told = LedgerEntry.objects.filter(kind="notice")
    assert {entries.decode(bytes(one.content))["doc"] for one in told} == {DIGEST}


def test_a_rule_that_no_entry_speaks_of_yet_enters_first() -> None:
    proposals = [propose_one(make_prior_rule()) for _ in range(1)]
    _, checker = make_staff(proposals[0].listing.authority)

    actions.release_many(proposals, by=checker, at=AT)

    kinds = LedgerEntry.objects.order_by("leaf").values_list("kind", flat=True)
    assert list(kinds) == ["rule", "notice", "list"]


def test_they_show_as_soon_as_the_batch_is_committed(
    three: list[Proposal], checker: User
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.release_many(three, by=checker, at=AT)
        assert not Listing.objects.on_display(AT).exists()

    assert Listing.objects.on_display(AT).count() == 3
    assert Checkpoint.objects.get().size == LedgerEntry.objects.size() == 7


def test_the_opening_of_a_person_is_sealed_under_the_key_of_the_case() -> None:
    person = {"party": make_person(), "conduct_on": date(2026, 1, 5)}
    proposal = propose_one(make_prior_rule(), case=person)
    _, checker = make_staff(proposal.listing.authority)

    actions.release_many([proposal], by=checker, at=AT)

    opening = Opening.objects.get()
    assert (opening.salt, opening.core) == (None, None)
    assert "甲某" in openings.read(opening).core.decode()
    vault.destroy_key(proposal.listing.case)
    with pytest.raises(vault.VaultError):
        openings.read(opening)


# --- All or nothing -----------------------------------------------------------------------


def codes(refusal: BarredRowsError) -> dict[str, list[str]]:
    return {case: [bar.code for bar in bars] for case, bars in refusal.rows}


def of_another_authority(three: list[Proposal]) -> User:
    return make_staff(make_authority("测试市生态环境局"))[1]


def without_the_role(three: list[Proposal]) -> User:
    return make_user("clerk", three[0].listing.authority, Role.REPAIR_CLERK)


def without_the_role_by_now(three: list[Proposal]) -> User:
    _, checker = make_staff(three[0].listing.authority)
    assert checker.roles
    checker.groups.clear()
    return checker


def who_left(three: list[Proposal]) -> User:
    _, checker = make_staff(three[0].listing.authority)
    User.objects.filter(pk=checker.pk).update(is_active=False)
    return checker


@pytest.mark.parametrize(
    ("who", "bars"),
    [
        pytest.param(of_another_authority, ["other_authority"], id="another authority"),
        pytest.param(without_the_role, ["no_role"], id="no checker"),
        pytest.param(without_the_role_by_now, ["no_role"], id="no checker any more"),
        pytest.param(who_left, ["no_role"], id="no longer there"),
    ],
)
def test_only_a_second_person_of_the_authority_releases(
    three: list[Proposal], who: Callable[[list[Proposal]], User], bars: list[str]
) -> None:
    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many(three, by=who(three), at=AT)

    assert list(codes(refusal.value).values()) == [bars] * 3
    assert not Listing.objects.released().exists()


def test_nobody_releases_what_they_proposed_or_opened(three: list[Proposal]) -> None:
    maker, checker = make_staff(three[0].listing.authority)
    for user in (maker, checker):
        user.groups.set(checker.groups.all() | maker.groups.all())
    actions.withdraw(three[2], by=maker, at=AT)
    payload = three[2].payload
    third = actions.propose(three[2].listing, Act.RELEASE, payload, by=checker, at=AT)

    for user, barred in ((maker, [*three[:2], third]), (checker, [third])):
        with pytest.raises(BarredRowsError) as refusal:
            actions.release_many([*three[:2], third], by=user, at=AT)
        assert codes(refusal.value) == {
            proposal.listing.case: ["own_proposal"] for proposal in barred
        }


def stale(proposal: Proposal) -> None:
    Listing.objects.filter(pk=proposal.listing_id).update(version=F("version") + 1)


def withdrawn(proposal: Proposal) -> None:
    actions.withdraw(proposal, by=proposal.maker, at=AT)


def lapsed(proposal: Proposal) -> None:
    rows = Proposal.objects.filter(pk=proposal.pk)
    change_past_guards(rows, proposed_at=AT - timedelta(days=10), expires_at=AT)


def dropped(proposal: Proposal) -> None:
    actions.drop_case(proposal.listing, "申辩成立", by=proposal.maker, at=AT)


def released_meanwhile(proposal: Proposal) -> None:
    _, checker = make_staff(proposal.listing.authority)
    actions.accept(proposal, by=checker, at=AT)


def says(**payload: str) -> Callable[[Proposal], None]:
    """The proposal as it was, but for this; nothing where a value is empty."""

    def change(proposal: Proposal) -> None:
        kept = {**proposal.payload, **payload}
        payload_ = {name: value for name, value in kept.items() if value}
        change_past_guards(Proposal.objects.filter(pk=proposal.pk), payload=payload_)
        proposal.refresh_from_db()

    return change


def defended(proposal: Proposal) -> None:
    Listing.objects.filter(pk=proposal.listing_id).update(defence="我单位并未违法。")


def late_conduct(proposal: Proposal) -> None:
    day = date(2026, 3, 17)
    Listing.objects.filter(pk=proposal.listing_id).update(conduct_on=day)


def another_detail(proposal: Proposal) -> None:
    Listing.objects.filter(pk=proposal.listing_id).update(details={"unheard_of": "1"})


def said_before(proposal: Proposal) -> None:
    """The same decision about the same party shows already."""
    twin = propose_one(
        proposal.listing.rule,
        case={"party": proposal.listing.entity},
        decision_no=proposal.payload["decision_no"],
    )
    released_meanwhile(twin)


LATE = "2030-01-01"


@pytest.mark.parametrize(
    ("spoil", "bars"),
    [
        pytest.param(stale, ["stale"], id="changed since"),
        pytest.param(withdrawn, ["out_of_turn"], id="withdrawn"),
        pytest.param(lapsed, ["out_of_turn"], id="too late"),
        pytest.param(dropped, ["stale", "out_of_turn"], id="dropped"),
        pytest.param(
            released_meanwhile,
            ["out_of_turn", "stale", "out_of_turn", "twice"],
            id="released meanwhile",
        ),
        pytest.param(
            says(decision_no="", decided_on=""),
            ["no_decision_no", "no_decision_day"],
            id="every reason",
        ),
        pytest.param(says(decided_on=LATE), ["decision_in_future"], id="not decided yet"),
        pytest.param(
            says(decided_on="2020-01-01", noticed_on=""), ["no_rule"], id="no rule then"
        ),
        pytest.param(says(noticed_on=LATE), ["notice_late"], id="told after"),
        pytest.param(says(term="P37M"), ["term_too_long"], id="too long"),
        pytest.param(says(until=LATE), ["until_not_asked"], id="an end of its own"),
        pytest.param(late_conduct, ["conduct_late"], id="done after"),
        pytest.param(defended, ["defence_open"], id="not answered"),
        pytest.param(another_detail, ["unknown_detail"], id="no such detail"),
        pytest.param(said_before, ["twice"], id="shows already"),
    ],
)
def test_one_bar_keeps_all_of_them_back(
    three: list[Proposal],
    checker: User,
    spoil: Callable[[Proposal], None],
    bars: list[str],
) -> None:
    spoil(three[1])
    before = (Step.objects.count(), LedgerEntry.objects.size(), Outbox.objects.count())
    n_released = Listing.objects.released().count()

    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many(three, by=checker, at=AT)

    assert codes(refusal.value) == {three[1].listing.case: bars}
    assert refusal.value.n_more == 0
    assert three[1].listing.case in str(refusal.value)
    assert Listing.objects.released().count() == n_released
    assert Proposal.objects.get(pk=three[0].pk).outcome == ""
    after = (Step.objects.count(), LedgerEntry.objects.size(), Outbox.objects.count())
    assert after == before


def test_what_is_over_by_now_is_barred(three: list[Proposal], checker: User) -> None:
    says(decided_on="2026-03-03")(three[0])
    at = datetime.fromisoformat("2029-03-10T09:00+08:00")
    change_past_guards(Proposal.objects.all(), expires_at=at + timedelta(days=1))

    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many(three, by=checker, at=at)

    assert codes(refusal.value) == {three[0].listing.case: ["over"]}


def test_the_same_decision_twice_in_one_batch_is_barred(
    three: list[Proposal], checker: User
) -> None:
    twin = propose_one(
        three[0].listing.rule,
        case={"party": three[0].listing.entity},
        decision_no=three[0].payload["decision_no"],
    )

    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many([*three, twin], by=checker, at=AT)

    assert codes(refusal.value) == {twin.listing.case: ["twice"]}


def test_an_extension_is_accepted_by_itself(three: list[Proposal], checker: User) -> None:
    rule = make_rule(
        list_type=make_list_type("TEST_LONG"), term_default=12, extension_max=24
    )
    old = make_listing(rule)
    case = {"party": old.entity, "follows": old}
    longer = propose_one(rule, case=case, noticed_on=None, term=read_duration("P6M"))

    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many([*three, longer], by=checker, at=AT)

    assert codes(refusal.value) == {longer.listing.case: ["follows"]}


def test_a_case_whose_key_is_lost_is_named(three: list[Proposal], checker: User) -> None:
    person = {"party": make_person(), "conduct_on": date(2026, 1, 5)}
    lost = propose_one(three[0].listing.rule, case=person)
    vault.destroy_key(lost.listing.case)

    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many([*three, lost], by=checker, at=AT)

    assert codes(refusal.value) == {lost.listing.case: ["unreadable"]}


def test_the_refusal_names_a_hundred_and_counts_the_rest(
    three: list[Proposal], checker: User
) -> None:
    proposals = propose_many(three[0], 103)
    Listing.objects.filter(proposals__in=[one.pk for one in proposals]).update(
        version=F("version") + 1
    )

    with pytest.raises(BarredRowsError) as refusal:
        actions.release_many([*proposals, *three], by=checker, at=AT)

    assert len(refusal.value.rows) == 100
    assert refusal.value.n_more == 3
    assert "103" in str(refusal.value)


def test_only_proposals_to_release_are_released(
    three: list[Proposal], checker: User
) -> None:
    listing = make_listing(three[0].listing.rule, noticed_on=None)
    payload = {"reason": "performed", "document": "示例〔2026〕9号"}
    maker, _ = make_staff(listing.authority)
    other = actions.propose(listing, Act.END, payload, by=maker, at=AT)

    with pytest.raises(ValueError, match="proposals to release"):
        actions.release_many([*three, other], by=checker, at=AT)


# --- How many, and how often --------------------------------------------------------------


def test_none_is_none(checker: User) -> None:
    Outbox.objects.all().delete()

    assert actions.release_many([], by=checker, at=AT, key="k") == 0
    assert not Outbox.objects.exists()


def test_more_than_a_hundred_thousand_are_too_many(checker: User) -> None:
    with pytest.raises(BarredError) as refusal:
        actions.release_many((Proposal(pk=pk) for pk in range(100_001)), by=checker, at=AT)

    assert refusal.value.codes == ("too_many",)


def test_sent_twice_it_happens_once(three: list[Proposal], checker: User) -> None:
    first = actions.release_many(three, by=checker, at=AT, key="form-1")
    size = LedgerEntry.objects.size()

    assert actions.release_many(three, by=checker, at=AT, key="form-1") == first == 3
    assert LedgerEntry.objects.size() == size
    assert Step.objects.filter(key="form-1").count() == 1


def test_named_twice_it_is_released_once(three: list[Proposal], checker: User) -> None:
    assert actions.release_many([*three, *three], by=checker, at=AT) == 3


def test_the_number_of_queries_does_not_grow(three: list[Proposal], checker: User) -> None:
    person = {"party": make_person(), "conduct_on": date(2026, 1, 5)}
    model = propose_one(three[0].listing.rule, case=person)
    counts = []

    for batch in (
        [three[0], model],
        [*three[1:], *propose_many(three[0], 20), *people(three[0], 5)],
    ):
        with (
            CaptureQueriesContext(connection) as here,
            CaptureQueriesContext(connections["vault"]) as there,
        ):
            actions.release_many(batch, by=checker, at=AT)
        # SQLite writes rows one statement each, which is no question.
        asked = [q for q in here if f"{q['sql']}".startswith("SELECT")]
        counts.append((len(asked), len(there)))

    assert counts[0] == counts[1]


def people(model: Proposal, n: int) -> Sequence[Proposal]:
    person = {"conduct_on": date(2026, 1, 5)}
    return [
        propose_one(model.listing.rule, case=person | {"party": make_person(10 + i)})
        for i in range(n)
    ]
