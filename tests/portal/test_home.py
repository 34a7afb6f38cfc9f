from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry.models import Batch, Instance, Source
from tests.factories import make_entity, make_source

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 3, 1, 20, tzinfo=UTC)


def make_batch(source: Source, **fields: object) -> Batch:
    usual: dict[str, object] = {
        "filename": "a.csv",
        "digest": "0" * 64,
        "as_of": EVENING,
        "state": Batch.State.DONE,
        "n_records": 0,
        "started_at": EVENING,
        "finished_at": EVENING,
    }
    return Batch.objects.create(**{"source": source} | usual | fields)


def test_it_has_one_search_box_that_leads_to_the_results(client: Client) -> None:
    page = client.get("/").content.decode()

    assert page.count("<form") == 1
    assert '<form class="search-form" action="/search/" method="get"' in page


def test_it_counts_what_can_be_looked_up(client: Client) -> None:
    stays = make_entity()
    make_entity("蜀州重复测试有限公司", merged_into=stays)

    assert '<strong class="number">1</strong>' in client.get("/").content.decode()


def test_it_names_source_and_day_of_the_latest_data(client: Client) -> None:
    source = make_source()
    make_entity(source=source)
    make_batch(source)

    page = client.get("/").content.decode()

    # Eight in the evening in London is the next morning in Shanghai.
    assert "测试信息来源" in page
    assert '数据截至 <time datetime="2026-03-02">2026-03-02</time>' in page


def test_a_count_is_kept_until_new_data_arrives(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_entity()
    client.get("/")
    make_entity("蜀州第二测试有限公司")
    # The lists, their rules and the latest listings are asked afresh.
    with django_assert_max_num_queries(7):
        assert '<strong class="number">1</strong>' in client.get("/").content.decode()

    make_batch(make_source())

    assert '<strong class="number">2</strong>' in client.get("/").content.decode()


def test_a_batch_that_still_runs_says_nothing(client: Client) -> None:
    source = make_source()
    make_entity(source=source)
    make_batch(source, state=Batch.State.RUNNING, finished_at=None)

    assert "数据截至" not in client.get("/").content.decode()


def test_the_banner_is_shown_on_a_demo_database_only(client: Client) -> None:
    banner = "演示数据：所有主体均为虚构"
    assert banner not in client.get("/").content.decode()

    Instance.objects.mark(Instance.Purpose.DEMO)
    try:
        assert banner in client.get("/").content.decode()
    finally:
        Instance.objects.mark(Instance.Purpose.TEST)


def test_english_is_at_the_same_path_under_en(client: Client) -> None:
    page = client.get("/en/").content.decode()

    assert '<html lang="en">' in page
    assert "Look up an organisation" in page
    assert 'hreflang="zh-Hans" href="http://127.0.0.1:8000/"' in page


@pytest.mark.parametrize("clue", ["cookie", "header"])
def test_nothing_but_the_path_decides_the_language(client: Client, clue: str) -> None:
    client.cookies["django_language"] = "en"
    headers = {"accept-language": "en"} if clue == "header" else {}

    answer = client.get("/", headers=headers)

    assert answer.headers["Content-Language"] == "zh-hans"
    assert "accept-language" not in answer.headers.get("Vary", "").lower()


def test_components_are_no_page_of_a_real_register(client: Client) -> None:
    make_entity()
    assert client.get("/components/").status_code == 200

    Instance.objects.all().delete()

    assert client.get("/components/").status_code == 404
