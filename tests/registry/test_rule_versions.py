"""The versions of a rule side by side, and a version as the row that says the same."""

from datetime import date

import pytest
from django.test import Client

from registry.models import ListRule, ListType, Role
from registry.rulebook import drafts
from registry.rulebook.cells import cells_of
from registry.rulebook.drafts import Known
from registry.rulebook.load import COLUMNS, DATA, known_codes, load_rules, rule_differences
from registry.rulebook.rows import Row, read
from tests.factories import make_list_type, make_rule, make_user, sign_in

pytestmark = pytest.mark.django_db

HEADER = COLUMNS["list_types.csv"].split()


def known() -> Known:
    return known_codes(
        {name: read(DATA / name, columns.split()) for name, columns in COLUMNS.items()}
    )


def test_a_version_and_its_row_say_the_same(today: date) -> None:
    """Every shipped row, from the table to the database and back again."""
    load_rules(today=today)

    for rule in ListRule.objects.all():
        row = Row("", 0, cells_of(rule))
        assert set(row.cells) == set(HEADER)
        draft = drafts.list_rule(row, known())
        of_list = drafts.list_type(row, known())
        assert draft.key == {"list_type_id": rule.list_type_id, "in_force": rule.in_force}
        assert list(rule_differences(draft, rule)) == []
        assert ListType.objects.filter(pk=rule.list_type_id, **of_list.fields).exists()


def test_staff_see_what_a_version_changed(client: Client) -> None:
    make_rule(term_default=36)
    make_rule(in_force=date(2026, 2, 1), term_default=24)
    sign_in(client, make_user("e", None, Role.EDITOR))

    page = client.get("/admin/registry/listtype/TEST_LIST/versions/")

    changed = [row.label for row in page.context["rows"] if row.differs]
    assert changed == ["公示期"]
    term = next(row for row in page.context["rows"] if row.label == "公示期")
    assert [(str(cell.value), cell.is_new) for cell in term.cells] == [
        ("36", False),
        ("24", True),
    ]
    assert '<ins><span class="state">改</span> 24</ins>' in page.content.decode()


def test_a_list_without_a_rule_says_so(client: Client) -> None:
    make_list_type()
    sign_in(client, make_user("e", None, Role.EDITOR))

    page = client.get("/admin/registry/listtype/TEST_LIST/versions/").content.decode()

    assert "还没有规则。" in page


def test_more_versions_cost_no_more_queries(
    client: Client, django_assert_max_num_queries: object
) -> None:
    for month in range(1, 7):
        make_rule(in_force=date(2026, month, 1))
    sign_in(client, make_user("e", None, Role.EDITOR))

    with django_assert_max_num_queries(13):  # type: ignore[operator]
        client.get("/admin/registry/listtype/TEST_LIST/versions/")


@pytest.mark.parametrize(
    ("code", "method", "status"),
    [("NO_SUCH_LIST", "get", 404), ("TEST_LIST", "post", 405)],
)
def test_what_is_no_page(client: Client, code: str, method: str, status: int) -> None:
    make_rule()
    sign_in(client, make_user("e", None, Role.EDITOR))

    answer = getattr(client, method)(f"/admin/registry/listtype/{code}/versions/")

    assert answer.status_code == status


def test_nobody_without_a_role_sees_it(client: Client) -> None:
    make_rule()
    sign_in(client, make_user("n", None))

    assert client.get("/admin/registry/listtype/TEST_LIST/versions/").status_code == 403
