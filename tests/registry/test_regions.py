"""Divisions with what they lie in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Region

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "full_name"),
    [
        pytest.param("510107", "四川省成都市武侯区", id="district"),
        pytest.param("510100", "四川省成都市", id="prefecture"),
        pytest.param("510000", "四川省", id="province"),
        pytest.param("110105", "北京市朝阳区", id="directly below a city-province"),
        pytest.param("429004", "湖北省仙桃市", id="directly below a province"),
    ],
)
def test_lineage_is_loaded_with_one_query(code: str, full_name: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = Region.objects.with_lineage([code])[code].full_name

    assert found == full_name
    assert len(asked) == 1


def test_lineage_of_several_shares_what_they_lie_in() -> None:
    found = Region.objects.with_lineage(["510107", "510104"])

    assert found["510107"].parent is found["510104"].parent


def test_lineage_of_an_unknown_code_is_no_error() -> None:
    assert Region.objects.with_lineage(["987654"]) == {}


def test_a_code_that_does_not_tell_costs_a_query_for_each_step() -> None:
    outer = Region.objects.get(code="510100")
    Region.objects.create(
        code="990101", name="示例区", short_name="示例", level="county", parent=outer
    )

    assert Region.objects.with_lineage(["990101"])["990101"].full_name == (
        "四川省成都市示例区"
    )
