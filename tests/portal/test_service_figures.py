"""How repairs are answered: counted from the cases, told in numbers that name nobody."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from portal import service, service_cases
from portal.service_cases import Tally
from registry.days import day_of
from registry.models import Authority, Listing, Role, User
from repair.models import Application, Objection
from tests.factories import AT, make_authority, make_listing, make_user
from tests.repair.attempts import make_filing
from tests.repair.making import make_cure_rule

pytestmark = pytest.mark.django_db

FEW = "少于5件"
NO_OBJECTION = ["0", "0", "0", "–", "–", "–"]
# Of a row: closed, granted, refused, declined, withdrawn, taken back, median, ninth tenth,
# on time, overdue.
N, GRANTED, REFUSED, DECLINED, WITHDRAWN, BACK, HALF, NINE, ON_TIME, OVERDUE = range(10)
# And of objections: closed, upheld, rejected, median, ninth tenth, on time.
OBJECTIONS = slice(10, 16)


def table(name: str, at: datetime = AT) -> dict[str, list[str]]:
    cache.clear()
    with translation.override("zh-hans"):
        found = {one.name: one for one in service.tables(at)}
        return {row.label: row.cells for row in found[name].rows} if found else {}


def team(authority: Authority) -> tuple[User, User]:
    names = [f"{role}-{authority.pk}" for role in ("repair-clerk", "repair-decider")]
    found = [User.objects.filter(username=name).first() for name in names]
    roles = (Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    clerk, decider = (
        one or make_user(name, authority, role)
        for one, name, role in zip(found, names, roles, strict=True)
    )
    return clerk, decider


def case(
    listing: Listing,
    status: str,
    *,
    days: int = 3,
    due: int = 14,
    at: datetime = AT,
) -> Application:
    """Received so many days before `at`, when it was closed if `status` says so."""
    received = at - timedelta(days=days)
    fields: dict[str, object] = {
        "filing": make_filing(),
        "listing": listing,
        "says_done": True,
        "status": status,
        "received_at": received,
        "accept_due_on": day_of(received),
        "answer_due_on": day_of(received) + timedelta(days=due),
    }
    if status in ("granted", "refused", "declined", "withdrawn"):
        fields["closed_at"] = at
    if status in ("granted", "refused"):
        clerk, decider = team(listing.authority)
        fields |= {"clerk": clerk, "decider": decider, "accepted_at": received}
        fields |= {"decide_due_on": day_of(received), "found_done": status == "granted"}
        fields |= {"opinion": "grant" if status == "granted" else "refuse"}
        fields |= {"document": "示例修〔2026〕1号" if status == "granted" else ""}
    return Application.objects.create(**fields)


@pytest.fixture
def listing() -> Listing:
    return make_listing(make_cure_rule())


@pytest.fixture
def busy(listing: Listing) -> Listing:
    """Ten answers of 1 to 10 days, the last two late; five withdrawn."""
    for days in range(1, 11):
        status = "granted" if days <= 5 else "refused"
        case(listing, status, days=days, due=8)
    for _n in range(5):
        case(listing, "withdrawn")
    return listing


@pytest.mark.usefixtures("busy")
def test_a_row_tells_counts_days_and_share() -> None:
    row = table("quarters")["2026年第1季度"]

    assert row[:BACK] == ["15", "5", "5", "0", "5"]
    assert (row[BACK], row[OVERDUE]) == ("0", "0")
    assert (row[HALF], row[NINE]) == ("5", "9")
    assert row[ON_TIME] == "80%"


def test_every_table_tells_the_same_cases(busy: Listing) -> None:
    rows = [
        table("quarters")["2026年第1季度"],
        table("authorities")[str(busy.authority)],
        table("lists")["示例经营异常名录"],
    ]

    assert rows[0] == rows[1] == rows[2]


@pytest.mark.parametrize(
    ("days", "half", "nine"),
    [
        pytest.param([4], "4", "4", id="one"),
        pytest.param([1, 9], "1", "9", id="two: the lower half"),
        pytest.param([1, 2, 3], "2", "3", id="three"),
        pytest.param([0] * 9 + [30], "0", "0", id="nine tenths to the case"),
        pytest.param([0] * 8 + [30] * 2, "0", "30", id="one case short of them"),
    ],
)
def test_median_and_ninth_tenth_are_days_that_somebody_waited(
    days: list[int], half: str, nine: str
) -> None:
    counted = Counter(days)

    assert [service.told_days(counted, share) for share in (50, 90)] == [half, nine]


def test_on_time_counts_what_should_have_been_answered(listing: Listing) -> None:
    for _n in range(3):
        case(listing, "granted")
    case(listing, "refused", days=20, due=14)
    case(listing, "received", days=20, due=14)

    row = table("quarters")["2026年第1季度"]

    assert row[ON_TIME] == "60%"
    assert row[OVERDUE] == FEW


@pytest.mark.parametrize(
    ("due", "n"),
    [
        pytest.param(19, 0, id="on its last day"),
        pytest.param(18, 1, id="the day after"),
    ],
)
def test_a_case_is_overdue_from_the_day_after(listing: Listing, due: int, n: int) -> None:
    case(listing, "received", days=19, due=due)

    assert sum(one.repairs.n_overdue for one in service_cases.tallied(AT).values()) == n


def test_what_waits_for_the_applicant_is_not_overdue(listing: Listing) -> None:
    case(listing, "returned", days=40, due=14)

    assert service_cases.tallied(AT) == {}


@pytest.mark.parametrize("n", [1, 4])
def test_fewer_than_five_are_told_as_that(listing: Listing, n: int) -> None:
    for _n in range(n):
        case(listing, "granted")

    assert table("quarters")["2026年第1季度"] == [FEW] * 10 + NO_OBJECTION
    assert table("authorities") == {"其余（各少于5件）": [FEW] * 10 + NO_OBJECTION}
    assert table("lists") == {"其余（各少于5件）": [FEW] * 10 + NO_OBJECTION}


def test_five_are_told(listing: Listing) -> None:
    for _n in range(5):
        case(listing, "granted")

    row = table("authorities")[str(listing.authority)]
    assert row == ["5", "5", "0", "0", "0", "0", "3", "3", "100%", "0", *NO_OBJECTION]


def test_small_groups_are_told_together(listing: Listing) -> None:
    other = make_listing(listing.rule, authority=make_authority("测试省另一监督管理局"))
    for one in (listing, other):
        for _n in range(3):
            case(one, "granted")

    found = table("authorities")

    assert list(found) == ["其余（各少于5件）"]
    assert found["其余（各少于5件）"][N] == "6"


def test_a_small_number_does_not_follow_from_the_sum(listing: Listing) -> None:
    tally = Tally(Counter(granted=9, refused=6, declined=2), Counter({3: 17}), 17)

    with translation.override("zh-hans"):
        row = service.repair_cells(tally)

    assert row[: WITHDRAWN + 1] == ["17", "9", FEW, FEW, "0"]


def test_a_grant_that_was_taken_back_is_a_reversal(listing: Listing) -> None:
    for _n in range(5):
        case(listing, "granted")
    Listing.objects.filter(pk=listing.pk).update(ended_at=AT, end_reason="cured")
    make_listing(listing.rule, party=listing.entity, follows=listing)

    assert table("quarters")["2026年第1季度"][BACK] == "5"


def objection(listing: Listing, status: str, *, days: int, **fields: Any) -> Objection:
    """Received so many days before it was closed, and due within five."""
    received, (clerk, decider) = AT - timedelta(days=days), team(listing.authority)
    opinions = {"corrected": "correct", "ended": "end", "rejected": "reject"}
    due = day_of(received) + timedelta(days=5)
    usual: dict[str, Any] = {
        "filing": make_filing(),
        "listing": listing,
        "authority": listing.authority,
        "kind": "content",
        "status": status,
        "received_at": received,
        "mark_due_on": due,
        "decide_due_on": due,
        "closed_at": AT,
    }
    if status in opinions:
        usual |= {"opinion": opinions[status], "document": "1号", "accepted_at": received}
        usual |= {"clerk": clerk, "decider": decider}
    return Objection.objects.create(**usual | fields)


def test_a_refusal_that_a_review_overturned_is_a_reversal(listing: Listing) -> None:
    superior = make_authority("测试省市场监督管理局")
    Authority.objects.filter(pk=listing.authority_id).update(superior=superior)
    for _n in range(5):
        refused = case(listing, "refused")
        clerk, decider = team(superior)
        objection(
            listing,
            "ended",
            days=2,
            kind="review",
            filing=refused.filing,
            authority=superior,
            reviews_application=refused,
            clerk=clerk,
            decider=decider,
        )

    own = table("authorities")[str(listing.authority)]
    above = table("authorities")[str(superior)]

    assert (own[REFUSED], own[BACK], own[OBJECTIONS]) == ("5", "5", NO_OBJECTION)
    assert above[OBJECTIONS] == ["5", "5", "0", "2", "2", "100%"]


def test_a_review_that_upholds_the_refusal_is_none(listing: Listing) -> None:
    superior = make_authority("测试省市场监督管理局")
    Authority.objects.filter(pk=listing.authority_id).update(superior=superior)
    clerk, decider = team(superior)
    for _n in range(5):
        refused = case(listing, "refused")
        objection(
            listing,
            "rejected",
            days=2,
            kind="review",
            filing=refused.filing,
            authority=superior,
            reviews_application=refused,
            clerk=clerk,
            decider=decider,
        )

    assert table("quarters")["2026年第1季度"][BACK] == "0"


def test_objections_have_figures_of_their_own(listing: Listing) -> None:
    for days in (1, 2, 3, 4, 5):
        objection(listing, "corrected", days=days)
    for days in (5, 6, 7, 8, 9):
        objection(listing, "rejected", days=days)

    row = table("lists")["示例经营异常名录"]

    assert row[OBJECTIONS] == ["10", "5", "5", "5", "8", "60%"]
    assert row[N] == "0"


@pytest.mark.parametrize(
    ("n", "told"),
    [
        pytest.param(4, [FEW] * 6, id="four"),
        pytest.param(5, ["5", "0", "5", "3", "3", "100%"], id="five"),
    ],
)
def test_few_objections_are_told_as_that(listing: Listing, n: int, told: list[str]) -> None:
    for _n in range(n):
        objection(listing, "rejected", days=3)

    assert table("quarters")["2026年第1季度"][OBJECTIONS] == told


def test_those_taken_back_do_not_follow_from_the_sum(listing: Listing) -> None:
    for _n in range(6):
        objection(listing, "rejected", days=3)
    for _n in range(7):
        objection(listing, "ended", days=3)
    objection(listing, "withdrawn", days=3)

    assert table("quarters")["2026年第1季度"][OBJECTIONS][:3] == ["14", "7", FEW]


def test_a_group_with_few_objections_is_told_with_the_rest(listing: Listing) -> None:
    for _n in range(6):
        case(listing, "granted")
    objection(listing, "rejected", days=3)

    assert list(table("authorities")) == ["其余（各少于5件）"]


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), "2026年第1季度"),
        # Midnight of Beijing.
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "2026年第2季度"),
    ],
)
def test_a_case_belongs_to_the_quarter_of_beijing(
    listing: Listing, moment: datetime, quarter: str
) -> None:
    case(listing, "granted", at=moment)

    found = table("quarters", datetime(2026, 5, 1, tzinfo=UTC))

    assert [label for label, row in found.items() if row[N] != "0"] == [quarter]


def test_the_quarters_told_are_eight(listing: Listing) -> None:
    assert service_cases.quarters(AT)[0] == date(2026, 1, 1)
    assert service_cases.quarters(AT)[-1] == date(2024, 4, 1)
    case(listing, "granted", at=datetime(2024, 3, 31, 15, 59, tzinfo=UTC))

    assert service_cases.tallied(AT) == {}


@pytest.mark.usefixtures("busy")
@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize("home", ["/", "/en/"])
def test_the_file_has_the_data_behind_the_page(client: Client, home: str) -> None:
    cache.clear()
    page = client.get(f"{home}statistics/").content.decode()
    answer = client.get(f"{home}statistics/repair-service.csv")

    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert len(head) == 19
    (row,) = rows
    assert row[3:] == ["15", "5", "5", "0", "5", "0", "5", "9", "80%", "0", *NO_OBJECTION]
    assert 'filename="repair-service-2026-03-16.csv"' in answer["Content-Disposition"]
    assert 'id="service-quarters"' in page
    assert "80%" in page
    assert len(page.encode()) < 60_000


def test_without_a_case_the_page_says_so(client: Client) -> None:
    cache.clear()
    page = client.get("/statistics/").content.decode()

    assert "没有办结的申请。" in page
    assert "repair-service.csv" not in page


@pytest.mark.usefixtures("busy")
def test_nobody_is_named(client: Client) -> None:
    listing = Listing.objects.get()
    page = client.get("/statistics/").content.decode()
    file = client.get("/statistics/repair-service.csv").content.decode()

    assert listing.entity
    for text in (listing.entity.name, listing.case, listing.decision_no):
        assert text not in page + file
