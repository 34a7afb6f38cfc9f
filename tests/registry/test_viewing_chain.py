"""Who looked and who exported is a chain: whole, kept for years, told when it breaks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import override_settings

from registry import actions, viewings
from registry.chain import GENESIS
from registry.errors import BarredError
from registry.ledger import entries
from registry.logbook import manifest
from registry.models import (
    Export,
    LedgerEntry,
    Listing,
    Role,
    User,
    Viewing,
    ViewingHead,
)
from tests.database import triggers_off
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_listing,
    make_person,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

PAGE = "/admin/registry/viewing/"
YESTERDAY = AT - timedelta(days=1)


@pytest.fixture
def case() -> Listing:
    return make_case(party=make_person(), conduct_on=AT.date())


@pytest.fixture
def auditor() -> User:
    return make_user("auditor", None, Role.AUDITOR)


def look(case: Listing, at: datetime = AT) -> Viewing:
    return actions.open_person(case, "case", by=case.maker, at=at)


def export(by: User, at: datetime = AT, **fields: Any) -> Viewing:
    usual: dict[str, Any] = {"purpose": "rights", "asked": "authority=1", "n_rows": 3}
    return actions.note_export(Export.ACCOUNTS, **usual | fields, by=by, at=at)


def some(case: Listing, auditor: User) -> list[Viewing]:
    """Four rows of both kinds, a minute apart."""
    moments = [AT + timedelta(minutes=n) for n in range(4)]
    return [
        look(case, moments[0]),
        export(auditor, moments[1]),
        look(case, moments[2]),
        export(auditor, moments[3], asked="", purpose="inspection"),
    ]


def verify(*arguments: str) -> tuple[int, list[str]]:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_trail", *arguments, stdout=said)
    return int(ended.value.code or 0), said.getvalue().splitlines()


# --- Made --------------------------------------------------------------------------------


def test_each_row_follows_the_one_before(case: Listing, auditor: User) -> None:
    rows = some(case, auditor)

    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:3])]
    head = ViewingHead.objects.get()
    assert (head.number, head.hash) == (4, rows[3].hash)
    assert verify() == (0, [f"whole: 4 rows; it ends with {rows[3].hash}"])


def test_an_export_says_who_what_which_rows_and_how_many(auditor: User) -> None:
    row = Viewing.objects.get(pk=export(auditor).pk)

    assert (row.by, row.exported, row.asked, row.n_rows) == (
        auditor,
        "accounts",
        "authority=1",
        3,
    )
    assert (row.purpose, row.at, row.listing, row.n_in_hour) == ("rights", AT, None, None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"purpose": ""}, "没有选择事由。请选择一项。", id="no purpose"),
        pytest.param({"purpose": "case"}, "没有选择事由。请选择一项。", id="of a case"),
        pytest.param({"purpose": "return"}, "没有选择事由。请选择一项。", id="of errors"),
    ],
)
def test_no_export_without_a_purpose_of_its_own(
    auditor: User, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BarredError, match=sentence):
        export(auditor, **fields)

    assert not Viewing.objects.exists()


@pytest.mark.parametrize("role", [Role.MAKER, Role.CHECKER, Role.EDITOR])
def test_nobody_else_exports(role: Role) -> None:
    other = make_user("other", make_authority(), role, is_superuser=True)

    with pytest.raises(BarredError, match="您没有导出这份名册的权限"):
        export(other)

    assert not Viewing.objects.exists()


@pytest.mark.parametrize("purpose", ["return", "rights"])
def test_a_person_is_opened_for_no_purpose_of_exports(case: Listing, purpose: str) -> None:
    with pytest.raises(BarredError):
        actions.open_person(case, purpose, by=case.maker, at=AT)


def test_an_export_is_no_person_of_the_hour(case: Listing) -> None:
    actions.note_export(
        Export.ERRORS, purpose="return", asked="", n_rows=1, by=case.maker, at=AT
    )

    assert look(case).n_in_hour == 1


def test_rows_from_before_are_chained_as_they_would_be_now(case: Listing) -> None:
    migration = import_module("registry.migrations.0014_viewing_chain")
    row = look(case)

    assert migration.hash_of(row) == row.hash
    assert migration.GENESIS == GENESIS


# --- Looked through ----------------------------------------------------------------------


def by_hand(statement: str, *values: Any) -> None:
    """As the owner of the database would, the triggers being out of the way."""
    tables = ["registry_viewing", "registry_viewinghead"]
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        triggers_off(cursor, tables),
    ):
        cursor.execute(statement, values)


FORGED = (
    "INSERT INTO registry_viewing (number, previous, hash, exported, asked, by_id, purpose,"
    " at, n_rows) SELECT 5, hash, %s, 'accounts', '', by_id, 'rights', at, 1"
    " FROM registry_viewing WHERE number = 4"
)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        pytest.param(
            [("UPDATE registry_viewing SET purpose = 'party' WHERE number = 3",)],
            "changed: row 3",
            id="changed",
        ),
        pytest.param(
            [("DELETE FROM registry_viewing WHERE number = 2",)],
            "missing: row 2",
            id="removed",
        ),
        pytest.param(
            [("DELETE FROM registry_viewing WHERE number > 2",)],
            "missing: rows 3 to 4",
            id="cut off",
        ),
        pytest.param([(FORGED, "0" * 63 + "1")], "inserted: row 5", id="inserted"),
        pytest.param(
            [
                ("UPDATE registry_viewing SET number = 9 WHERE number = 1",),
                ("UPDATE registry_viewing SET number = 1 WHERE number = 3",),
                ("UPDATE registry_viewing SET number = 3 WHERE number = 9",),
            ],
            "moved: row 1",
            id="swapped",
        ),
    ],
)
def test_whoever_drops_the_triggers_leaves_a_break(
    case: Listing, auditor: User, statements: list[tuple[str, ...]], said: str
) -> None:
    some(case, auditor)
    actions.inspect_viewings(at=YESTERDAY)
    for statement in statements:
        by_hand(*statement)

    code, lines = verify()

    assert code == 1
    assert lines[0] == said
    assert lines[-1].startswith(f"{len(lines) - 1} break(s) in the trail of viewings")
    assert ViewingHead.objects.get().held_at == YESTERDAY


def test_a_known_head_must_be_in_it(case: Listing, auditor: User) -> None:
    rows = some(case, auditor)

    assert verify("--head", rows[1].hash, rows[3].hash)[0] == 0
    code, lines = verify("--head", "f" * 64)
    assert (code, lines[0]) == (1, f"unknown: no row has the hash {'f' * 64}")


def test_the_head_for_the_manifest_is_that_of_a_moment(
    case: Listing, auditor: User
) -> None:
    assert viewings.trail_head(AT) is None

    rows = some(case, auditor)

    assert viewings.trail_head(AT - timedelta(seconds=1)) is None
    assert viewings.trail_head(AT) == rows[0].hash
    assert viewings.trail_head(AT + timedelta(minutes=2, seconds=59)) == rows[2].hash
    assert viewings.trail_head(AT + timedelta(days=1)) == rows[3].hash


# --- Anchored in the ledger --------------------------------------------------------------


def write_manifest(case: Listing, at: datetime) -> None:
    """Only once something is signed the ledger has a manifest."""
    make_listing(case.rule)
    actions.note_moment(at)
    manifest.write_manifest(at)


def audits() -> list[str | None]:
    rows = LedgerEntry.objects.filter(kind="manifest").order_by("leaf")
    return [entries.decode(bytes(row.content)).get("audit") for row in rows]


def test_the_manifest_of_the_day_names_the_head(case: Listing, auditor: User) -> None:
    write_manifest(case, AT - timedelta(days=1))
    rows = some(case, auditor)
    write_manifest(case, AT + timedelta(minutes=2, seconds=59))
    write_manifest(case, AT + timedelta(days=1))

    assert audits() == [None, rows[2].hash, rows[3].hash]
    assert verify()[0] == 0


def test_whoever_makes_every_hash_anew_is_betrayed_by_the_ledger(
    case: Listing, auditor: User
) -> None:
    rows = some(case, auditor)
    write_manifest(case, AT + timedelta(days=1))
    made_anew(rows[:2])

    code, lines = verify()

    assert code == 1
    named = f"unknown: no row has the hash {rows[3].hash}, which the manifest of "
    assert lines[0] == f"{named}2026-03-17 names"
    assert lines[1].startswith("1 break(s) in the trail of viewings")


def made_anew(rows: list[Viewing]) -> None:
    """The chain ends with these rows, as if the others had never been."""
    by_hand(f"DELETE FROM registry_viewing WHERE number > {len(rows)}")
    number, head = rows[-1].number, rows[-1].hash
    by_hand(f"UPDATE registry_viewinghead SET number = {number}, hash = '{head}'")


# --- Kept for five years -----------------------------------------------------------------

FEBRUARY = datetime(2021, 2, 28, 15, 59, 59, tzinfo=UTC)
MARCH = datetime(2021, 2, 28, 16, 0, tzinfo=UTC)


@pytest.fixture
def long_ago(case: Listing, auditor: User) -> list[Viewing]:
    """One row of the last second of a February and one of the first of March, and today."""
    return [look(case, FEBRUARY), export(auditor, MARCH), look(case)]


@pytest.mark.parametrize(
    ("today", "years", "kept"),
    [
        pytest.param(datetime(2026, 2, 28, 15, 59, tzinfo=UTC), 5, [1, 2, 3], id="28 Feb"),
        pytest.param(datetime(2026, 2, 28, 16, 0, tzinfo=UTC), 5, [2, 3], id="1 Mar"),
        pytest.param(datetime(2026, 3, 31, 15, 59, tzinfo=UTC), 5, [2, 3], id="31 Mar"),
        pytest.param(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), 5, [3], id="1 Apr"),
        pytest.param(datetime(2031, 2, 28, 15, 59, tzinfo=UTC), 10, [1, 2, 3], id="ten"),
        pytest.param(datetime(2031, 2, 28, 16, 0, tzinfo=UTC), 10, [2, 3], id="ten on"),
    ],
)
def test_rows_go_after_the_years_and_the_month(
    long_ago: list[Viewing], today: datetime, years: int, kept: list[int]
) -> None:
    actions.note_moment(today)

    with override_settings(VIEWING_YEARS=years):
        n = actions.erase_viewings(today)

    assert n == 3 - len(kept)
    assert sorted(Viewing.objects.values_list("number", flat=True)) == kept
    assert verify()[0] == 0


def test_what_is_left_begins_at_the_hash_of_the_last_that_went(
    case: Listing, long_ago: list[Viewing]
) -> None:
    actions.note_moment(datetime(2026, 3, 15, tzinfo=UTC))
    actions.erase_viewings(AT)
    look(case, AT + timedelta(minutes=1))

    assert verify()[1][-1].startswith("whole: 3 rows; it begins after row 1, ends with ")
    by_hand("DELETE FROM registry_viewing WHERE number = 2")
    assert verify()[1][0] == "missing: row 2"
    assert viewings.trail_head(FEBRUARY) == long_ago[0].hash


def test_heads_of_erased_rows_are_not_asked_for(
    case: Listing, long_ago: list[Viewing]
) -> None:
    make_listing(case.rule)
    for at in (FEBRUARY, MARCH, AT):
        actions.confirm_clock(at)
        manifest.write_manifest(at)
    assert audits() == [row.hash for row in long_ago]

    assert actions.erase_viewings(AT) == 1

    assert verify()[0] == 0


def test_nobody_can_say_of_young_rows_that_their_years_are_over(
    case: Listing, long_ago: list[Viewing]
) -> None:
    make_listing(case.rule)
    for at in (FEBRUARY, MARCH, AT):
        actions.confirm_clock(at)
        manifest.write_manifest(at)
    by_hand("DELETE FROM registry_viewing")
    last = long_ago[2].hash
    by_hand(f"UPDATE registry_viewinghead SET erased_number = 3, erased_hash = '{last}'")

    code, lines = verify()

    assert code == 1
    named = f"unknown: no row has the hash {long_ago[1].hash}, which the manifest of "
    assert lines[0] == f"{named}2021-03-01 names"


def test_a_clock_that_leaps_erases_nothing(long_ago: list[Viewing]) -> None:
    actions.note_moment(datetime(2026, 2, 1, tzinfo=UTC))

    assert actions.erase_viewings(datetime(2040, 1, 1, tzinfo=UTC)) == 0
    assert Viewing.objects.count() == 3


def test_no_day_noted_no_row_erased(long_ago: list[Viewing]) -> None:
    assert actions.erase_viewings(datetime(2040, 1, 1, tzinfo=UTC)) == 0


def test_not_even_a_setting_lets_rows_go_before_five_years(long_ago: list[Viewing]) -> None:
    actions.note_moment(datetime(2026, 2, 1, tzinfo=UTC))

    with (
        override_settings(VIEWING_YEARS=4),
        pytest.raises(IntegrityError, match="viewing_head_keeps_five_years"),
        transaction.atomic(),
    ):
        actions.erase_viewings(AT)

    assert Viewing.objects.count() == 3


# --- Who reads it ------------------------------------------------------------------------


def page(user: User, path: str = PAGE) -> str:
    client = Client()
    sign_in(client, user)
    return client.get(path).content.decode()


def test_auditors_read_exports_of_their_own_authority_only(case: Listing) -> None:
    own = make_user("own", case.authority, Role.AUDITOR)
    other = make_user("foreign", make_authority("另一测试市市场监督管理局"), Role.AUDITOR)
    export(own, asked="authority=7", n_rows=41)

    assert "账号权限名册" in page(own)
    assert ">41<" in page(own)
    row = f"{PAGE}{Viewing.objects.get().pk}/change/"
    assert "authority=7" in page(own, row)
    assert ">41<" not in page(other)
    client = Client()
    sign_in(client, other)
    assert client.get(row).status_code == 404


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("person", [1, 3]), ("accounts", [2, 4]), ("errors", []), ("x", [1, 2, 3, 4])],
)
def test_auditors_tell_reads_from_exports(
    case: Listing, auditor: User, kind: str, numbers: list[int]
) -> None:
    rows = some(case, auditor)

    shown = page(auditor, f"{PAGE}?kind={kind}")

    there = [row.number for row in rows if f"{PAGE}{row.pk}/change/" in shown]
    assert there == numbers


NOT_YET = "还没有核对过。"
WHOLE = "2026-03-16 10:00 核对，完整。"
BROKEN = "2026-03-16 10:00 核对，记录有断点"
FOUND = '查看和导出记录核对不符 <span class="count">1<'


def whole(case: Listing) -> None:
    actions.inspect_viewings(at=AT)


def broken(case: Listing) -> None:
    actions.inspect_viewings(at=YESTERDAY)
    by_hand("DELETE FROM registry_viewing WHERE number = 1")
    actions.inspect_viewings(at=AT)


@pytest.mark.parametrize(
    ("happened", "sentence", "is_told"),
    [
        pytest.param(lambda _: None, NOT_YET, False, id="not yet"),
        pytest.param(whole, WHOLE, False, id="whole"),
        pytest.param(broken, BROKEN, True, id="broken"),
    ],
)
def test_the_page_says_when_it_last_held(
    case: Listing,
    auditor: User,
    happened: Callable[[Listing], None],
    sentence: str,
    is_told: bool,
) -> None:
    look(case)
    look(case)
    happened(case)

    shown = page(auditor)

    assert [text in shown for text in (NOT_YET, WHOLE, BROKEN)] == [
        text == sentence for text in (NOT_YET, WHOLE, BROKEN)
    ]
    assert ("上次完整：2026-03-15 10:00。" in shown) == is_told
    assert (FOUND in page(auditor, "/admin/")) == is_told
