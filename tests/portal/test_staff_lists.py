"""Lists of the workplace ask the database as often at forty rows as at three."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver

from registry import actions
from registry.actions.viewings import chained
from registry.admin import long_lists
from registry.admin.scope import MUCH, Todo
from registry.models import (
    Act,
    Authority,
    Delivery,
    DeliveryRow,
    FactorReset,
    Listing,
    ListRule,
    Role,
    RuleProposal,
    User,
)
from registry.search import index
from tests.factories import (
    AT,
    make_authority,
    make_basis,
    make_case,
    make_directory_item,
    make_list_type,
    make_measure,
    make_rule,
    make_staff,
    make_user,
    sign_in,
)
from tests.many import make_many_listings
from tests.portal.article_attempts import article
from tests.repair.making import file, make_cure_rule

pytestmark = pytest.mark.django_db

# How often a page may ask, at most: as it opens, and by whatever it can be asked for. What
# is searched by its cases is found first and read then.
AT_MOST = {
    "/admin/": 51,
    "/admin/portal/article/": 8,
    "/admin/registry/authority/": 8,
    "/admin/registry/delivery/": 8,
    "/admin/registry/delivery/sources/": 7,
    "/admin/registry/directoryitem/": 8,
    "/admin/registry/entity/": 12,
    "/admin/registry/legalbasis/": 8,
    "/admin/registry/listing/": 23,
    "/admin/registry/listing/add/": 11,
    "/admin/registry/listrule/": 8,
    "/admin/registry/listtype/": 8,
    "/admin/registry/measure/": 8,
    "/admin/registry/outbox/": 14,
    "/admin/registry/proposal/": 17,
    "/admin/registry/ruleproposal/": 8,
    "/admin/registry/ruleproposal/new/": 7,
    "/admin/registry/step/": 17,
    "/admin/registry/user/": 9,
    "/admin/registry/user/review/": 11,
    "/admin/registry/viewing/": 19,
    "/admin/repair/application/": 21,
    "/admin/repair/objection/": 17,
}
# Pages without rows, or of one row: their own tests count.
NO_LISTS = {
    "/admin/invited/",
    "/admin/jsi18n/",
    "/admin/login/",
    "/admin/logout/",
    "/admin/password_change/",
    "/admin/password_change/done/",
    "/admin/registry/delivery/upload/",
    "/admin/portal/article/new/",
    "/admin/registry/listing/parties/",
    "/admin/registry/ruleproposal/competences/new/",
    "/admin/registry/ruleproposal/measures/new/",
    "/admin/registry/user/invite/",
    # Lists what is looked for, twenty at most.
    "/admin/repair/application/counter/",
    "/admin/repair/application/counter/receipt/",
    "/admin/repair/objection/counter/",
    "/admin/repair/objection/counter/receipt/",
    "/admin/registry/user/own/",
    # Answers a POST only, with what the review shows.
    "/admin/registry/user/review/export/",
}
EVERY_ROLE = tuple(Role)
FEW, MANY = range(3), range(3, 40)
MANY_PEOPLE = 31
ONE, ALL = "of one authority", "of all"


def pages(found: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    """Every address of the workplace that names no row, but forms that nobody may open."""
    for one in found:
        route = f"{prefix}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns, route)
        elif "<" not in route and one.name and route not in UNUSED_FORMS:
            yield route


UNUSED_FORMS = {
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
    for model in site._registry
    if model is not Listing
}


def test_the_table_knows_every_page() -> None:
    assert set(pages(site.get_urls(), "/admin/")) == set(AT_MOST) | NO_LISTS


# --- Rows of every kind ------------------------------------------------------------------


@pytest.fixture
def rule() -> ListRule:
    prior: dict[str, Any] = {
        "notice_kind": "prior",
        "notice_n": 0,
        "notice_unit": "",
        "notice_from": "",
    }
    found = make_cure_rule(**prior)
    found.measures.set([make_measure("TEST_A"), make_measure("TEST_B")])
    return found


def fill(rule: ListRule, numbers: range) -> None:
    """So many more of everything, at the authority whose people look."""
    make_many_listings(rule, len(numbers))
    authority = Authority.objects.earliest("pk")
    maker, _ = make_staff(authority)
    for listing in Listing.objects.order_by("-pk")[: len(numbers)]:
        payload = {"reason": "cured", "document": "示例〔2026〕1号"}
        actions.propose(listing, Act.END, payload, by=maker, at=AT)
        file(listing)
        make_case(rule)
        seen = {"by": maker, "purpose": "case", "at": AT, "n_in_hour": MANY_PEOPLE}
        chained(listing=listing, authority=authority, **seen)
        article()
    for number in numbers:
        fill_reference(authority, number)
    fill_deliveries(authority, maker, numbers)
    index.rebuild()


def fill_reference(authority: Authority, number: int) -> None:
    place = make_authority(f"第{number}测试局", superior=authority)
    user = make_user(f"user-{number}", authority, Role.MAKER, Role.CHECKER)
    make_user(f"elsewhere-{number}", place, Role.MAKER)
    kind = make_list_type(f"TEST_{number}")
    item = make_directory_item(f"item_{number}", legal_basis=make_basis(f"BASIS_{number}"))
    make_rule(list_type=kind, directory_item=item, in_force=date(2025, 1, 1))
    make_measure(f"TEST_M{number}")
    times = {"proposed_at": AT, "expires_at": AT + timedelta(days=1)}
    FactorReset.objects.create(account=user, maker=make_staff(authority)[0], **times)
    cells = {"in_force": "2027-01-01"}
    RuleProposal.objects.create(list_code=kind.pk, cells=cells, maker=user, **times)


def fill_deliveries(authority: Authority, maker: User, numbers: range) -> None:
    for number in numbers:
        Delivery.objects.create(
            authority=authority,
            maker=maker,
            list_code=f"TEST_{number}",
            column_set="list",
            n_records=0,
            filename=f"示例{number}.csv",
            digest=f"{number:064d}",
            made_at=AT,
        )
    first = Delivery.objects.earliest("pk")
    DeliveryRow.objects.bulk_create(
        DeliveryRow(delivery=first, number=number + 1, verdict="accepted", listing=listing)
        for number, listing in zip(numbers, Listing.objects.all(), strict=False)
    )


# --- What is asked -----------------------------------------------------------------------


def at_desk(user: User) -> Client:
    """Signed in, with a first page behind it: that one also writes the session."""
    client = Client()
    sign_in(client, user)
    client.get("/admin/")
    return client


def readers() -> dict[str, Client]:
    """Whoever does everything at one authority, and whoever watches all of them."""
    authority = Authority.objects.earliest("pk")
    return {
        ONE: at_desk(make_user("everything", authority, *EVERY_ROLE)),
        ALL: at_desk(make_user("all", None, Role.AUDITOR, Role.OPERATOR)),
    }


def ways(client: Client, page: str) -> list[str]:
    """The list as it opens, by each filter, in each order, searched."""
    answer = client.get(page)
    if answer.status_code != 200:
        return []
    if (changelist := (answer.context or {}).get("cl")) is None:
        return [page]
    queries = ["", "?q=示例"]
    for spec in changelist.filter_specs:
        queries += [choice["query_string"] for choice in [*spec.choices(changelist)][1:2]]
    for number, name in enumerate(changelist.list_display):
        if changelist.get_ordering_field(name):
            queries.append(f"?o=-{number}")
    return [f"{page}{query}" for query in queries]


def counts(desks: dict[str, Client], urls: dict[str, list[str]]) -> dict[str, int]:
    found = {}
    for reader, client in desks.items():
        for url in urls[reader]:
            reset_queries()
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found[f"{url} ({reader})"] = len(asked)
    return found


def test_no_list_asks_more_often_for_more_rows(
    rule: ListRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On one page, so that each row is seen; the tests below turn pages.
    for page in site._registry.values():
        monkeypatch.setattr(page, "list_per_page", 500)
    fill(rule, FEW)
    desks = readers()
    rows = f"/admin/registry/delivery/{Delivery.objects.earliest('pk').pk}/change/"
    bounds = {**AT_MOST, rows: 10}
    urls = {
        ONE: [url for page in bounds for url in ways(desks[ONE], page)],
        # The same lists without a condition: as they open.
        ALL: [page for page in bounds if desks[ALL].get(page).status_code == 200],
    }

    at_three = counts(desks, urls)
    fill(rule, MANY)
    at_forty = counts(desks, urls)

    assert {url: n for url, n in at_forty.items() if n != at_three[url]} == {}
    most = {
        page: max(n for url, n in at_forty.items() if re.split("[ ?]", url)[0] == page)
        for page in bounds
    }
    assert {page: n for page, n in most.items() if n > bounds[page]} == {}


# --- A list that is longer than anybody reads --------------------------------------------


@pytest.fixture
def long_list(rule: ListRule, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Seven cases where six are as many as anybody reads, two to a page."""
    make_many_listings(rule, 7)
    monkeypatch.setattr(long_lists.LongPaginator, "most", 6)
    monkeypatch.setattr(site.get_model_admin(Listing), "list_per_page", 2)
    return at_desk(make_user("reader", Authority.objects.get(), Role.MAKER))


def test_it_is_counted_as_far_as_anybody_reads(long_list: Client) -> None:
    page = long_list.get("/admin/registry/listing/").content.decode()

    assert "6 条以上" in page
    assert "?p=3" in page
    assert "?p=4" not in page


def test_its_last_page_holds_the_rows_before_the_limit(long_list: Client) -> None:
    newest = list(Listing.objects.order_by("-pk").values_list("pk", flat=True))

    rows = long_list.get("/admin/registry/listing/?p=3").context["cl"].result_list

    assert [row.pk for row in rows] == newest[4:6]


def test_it_can_be_read_from_its_other_end(long_list: Client) -> None:
    oldest = list(Listing.objects.order_by("pk").values_list("pk", flat=True))
    columns = ("known_as", "on_list", "party", "stands", "decided_on", "last_day")

    answer = long_list.get(f"/admin/registry/listing/?o={columns.index('last_day')}")

    assert [row.pk for row in answer.context["cl"].result_list] == oldest[:2]


def test_nothing_orders_it_but_what_an_index_has(long_list: Client) -> None:
    """Party, a column that is not there, and no number at all."""
    newest = list(Listing.objects.order_by("-pk").values_list("pk", flat=True))

    for order in ("2", "-2", "99", "-99", "x", "."):
        answer = long_list.get("/admin/registry/listing/", {"o": order})
        rows = answer.context["cl"].result_list
        assert [row.pk for row in rows] == newest[:2]


def test_much_work_is_not_counted_to_its_end() -> None:
    assert Todo("", MUCH - 1, "").shown == "999"
    assert Todo("", MUCH, "").shown == "999+"
