"""Many cases opened and proposed at once: what one by one would leave, or nothing."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.actions.open_many import Asked, open_many
from registry.errors import BarredError, BarredRowsError
from registry.models import (
    Act,
    Authority,
    Listing,
    ListRule,
    Outbox,
    Proposal,
    Role,
    Step,
    User,
)
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_listing,
    make_person,
    make_staff,
    make_user,
)
from tests.many import make_prior_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule() -> ListRule:
    return make_prior_rule(details="content")


@pytest.fixture
def maker(rule: ListRule) -> User:
    return make_staff(make_authority())[0]


def asked(
    serial: int = 1, *, decided_on: date | None = date(2026, 3, 2), **case: Any
) -> Asked:
    usual: dict[str, Any] = {
        "list_code": "TEST_LIST",
        "ground": "示例事由",
        "facts": "示例事实。",
        "details": {"content": "示例“内容”"},
        "measures": ("TEST_LIST_A", "TEST_LIST_B"),
    }
    if "party" not in case:
        usual["party"] = make_entity(f"蜀州测试{serial}号有限公司")
    draft = CaseDraft(**usual | case)
    return draft, Decision(f"示例罚〔2026〕{serial}号", decided_on, date(2026, 2, 20))


def one_by_one(pairs: list[Asked], by: User) -> None:
    for draft, decision in pairs:
        listing = actions.open_case(draft, by=by, at=AT)
        actions.propose(listing, Act.RELEASE, decision.payload(), by=by, at=AT)


def left_by(do: Callable[[], object]) -> dict[str, Any]:
    """Every row it leaves, but for keys and what chance decides."""
    with transaction.atomic():
        do()
        cases = {one.pk: place for place, one in enumerate(Listing.objects.order_by("pk"))}
        found = {
            "listings": [
                plain(row, cases) for row in Listing.objects.order_by("pk").values()
            ],
            "measures": [
                sorted(one.measures.values_list("pk", flat=True))
                for one in Listing.objects.order_by("pk")
            ],
            "proposals": [
                plain(row, cases) for row in Proposal.objects.order_by("pk").values()
            ],
            "steps": sorted((plain(row, cases) for row in Step.objects.values()), key=str),
            "owed": Outbox.objects.count(),
        }
        transaction.set_rollback(True)
    return found


def plain(row: Mapping[str, Any], cases: Mapping[int, int]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in ("id", "case")}
    return kept | {"listing_id": cases.get(row.get("listing_id", 0))}


def test_it_leaves_what_one_by_one_would_leave(maker: User) -> None:
    pairs = [asked(1), asked(2, details={}, measures=(), conduct_on=date(2026, 1, 5))]

    expected = left_by(lambda: one_by_one(pairs, maker))

    assert left_by(lambda: open_many(pairs, by=maker, at=AT)) == expected
    assert len(expected["listings"]) == len(expected["proposals"]) == 2


def test_what_it_opens_can_be_released(maker: User) -> None:
    opened = open_many([asked(1), asked(2)], by=maker, at=AT)
    _, checker = make_staff(Authority.objects.get())

    waiting = [Proposal(pk=one.proposal) for one in opened]
    assert actions.release_many(waiting, by=checker, at=AT) == 2
    assert {one.listing for one in opened} == set(
        Listing.objects.released().values_list("pk", flat=True)
    )


def follows(maker: User) -> Asked:
    rule = ListRule.objects.get()
    old = make_listing(rule, noticed_on=None, authority=maker.authority)
    return asked(2, party=old.entity, follows=old)


@pytest.mark.parametrize(
    ("wrong", "bars"),
    [
        pytest.param(
            lambda _: asked(2, party=make_person(), conduct_on=date(2026, 1, 5)),
            ["person"],
            id="a person",
        ),
        pytest.param(follows, ["follows"], id="an extension"),
        pytest.param(lambda _: asked(2, list_code="X"), ["no_rule"], id="no such list"),
        pytest.param(
            lambda _: asked(2, party=make_entity(kind="public_body")),
            ["wrong_subject"],
            id="another kind of party",
        ),
        pytest.param(
            lambda _: asked(2, measures=("X",), details={"court": "y"}),
            ["forbidden_measure", "unknown_detail"],
            id="every bar to opening",
        ),
        pytest.param(
            lambda _: asked(2, conduct_on=date(2026, 3, 17)),
            ["conduct_in_future"],
            id="done tomorrow",
        ),
        pytest.param(lambda _: asked(2, decided_on=None), ["no_decision_day"], id="no day"),
        pytest.param(
            lambda _: asked(2, decided_on=date(2026, 2, 19)),
            ["notice_late"],
            id="told after",
        ),
    ],
)
def test_one_bar_keeps_all_of_them_back(
    maker: User, wrong: Callable[[User], Asked], bars: list[str]
) -> None:
    pairs = [asked(1), wrong(maker), asked(3)]
    before = (Listing.objects.count(), Step.objects.count())

    with pytest.raises(BarredRowsError) as refusal:
        open_many(pairs, by=maker, at=AT)

    ((number, found),) = refusal.value.rows
    assert (number, [bar.code for bar in found]) == ("示例罚〔2026〕2号", bars)
    assert (Listing.objects.count(), Step.objects.count()) == before


def test_only_a_maker_opens(maker: User) -> None:
    _, checker = make_staff(Authority.objects.get())

    with pytest.raises(BarredError) as refusal:
        open_many([asked()], by=checker, at=AT)
    assert refusal.value.codes == ("no_role",)
    with pytest.raises(BarredError) as refusal:
        open_many([asked()], by=make_user("nowhere", None, Role.MAKER), at=AT)
    assert refusal.value.codes == ("no_authority",)


def test_the_number_of_queries_does_not_grow(maker: User) -> None:
    counts = []
    for serials in (range(1, 3), range(3, 33)):
        pairs = [asked(serial) for serial in serials]
        with CaptureQueriesContext(connection) as found:
            open_many(pairs, by=maker, at=AT)
        # SQLite writes rows one statement each, which is no question.
        counts.append(
            len(
                [
                    q
                    for q in found
                    if f"{q['sql']}".startswith("SELECT") and "nextval" not in q["sql"]
                ]
            )
        )

    assert counts[0] == counts[1]
