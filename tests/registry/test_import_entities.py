"""The sample file, from the command to the rows of the database."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from registry.models import Batch, Entity, EntityName, Finding, Identifier, SearchEntry
from tests.factories import make_source, make_uscc
from tests.samples.outside import holding
from tests.samples.registrations import (
    AS_OF,
    FLAGGED,
    N_CREATED,
    N_REJECTED,
    N_ROWS,
    N_UNCHANGED,
    PERSON_LIKE,
    PERSONAL,
    REJECTED,
    SAMPLE,
    SAMPLE_GB18030,
    row,
    sample_rows,
    write_csv,
)

pytestmark = pytest.mark.django_db


def import_file(path: Path = SAMPLE, *options: object, as_of: datetime = AS_OF) -> str:
    said = StringIO()
    arguments = (path, "--as-of", as_of.isoformat(), *options)
    call_command("import_entities", *map(str, arguments), stdout=said)
    return said.getvalue()


def counts(batch: Batch) -> tuple[int, ...]:
    return (batch.n_created, batch.n_changed, batch.n_unchanged, batch.n_rejected)


def registered(serial: int) -> Entity:
    return Entity.objects.get(identifiers__value=make_uscc(serial))


def tables() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the register's tables; nothing in them may move."""
    kept = (Entity, EntityName, Identifier, SearchEntry)
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=str)
        for model in kept
    }


# --- Every row accounted for ------------------------------------------------------------


def test_the_sum_of_what_became_of_the_rows_is_what_was_read() -> None:
    import_file()

    batch = Batch.objects.get()
    assert counts(batch) == (N_CREATED, 0, N_UNCHANGED, N_REJECTED)
    assert sum(counts(batch)) == batch.position == batch.n_records == N_ROWS
    assert (batch.state, batch.filename) == ("done", "registrations.csv")
    assert Entity.objects.count() == N_CREATED


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [
        pytest.param(True, REJECTED, id="rejected"),
        pytest.param(False, FLAGGED, id="taken with a reservation"),
    ],
)
def test_each_doubt_is_said_of_its_row(
    *, rejected: bool, expected: list[tuple[int, str, str]]
) -> None:
    import_file()

    said = Finding.objects.filter(rejected=rejected).order_by("row", "code")
    assert list(said.values_list("row", "code", "detail")) == expected


def test_the_command_says_it_in_sentences() -> None:
    first, *lines = import_file().splitlines()

    assert first == "读取 43 条：新增 35，变更 0，无变化 2，未采用 6。"
    assert lines[0].startswith("第 31 条，未采用：编号已属于另一名称的主体。成都冲突测试")
    assert (
        "第 33 条，未采用：列数与表头不符。成都缺列测试有限公司 应为 9 列，实为 8 列"
        in lines
    )
    assert "第 41 条，未采用：编号是自然人的身份证件号码。" in lines


def test_more_than_a_screen_of_doubts_is_counted(tmp_path: Path) -> None:
    rows = [row(f"蜀州第{n}测试有限公司", "N/A") for n in range(25)]

    lines = import_file(write_csv(tmp_path / "企业.csv", rows)).splitlines()

    assert len(lines) == 1 + 20 + 1
    assert lines[-1] == "另有 5 条数据问题；加 --report 文件.csv 可全部写出。"


def test_the_report_holds_every_doubt_and_no_formula(tmp_path: Path) -> None:
    rows = [row("=1+1测试有限公司", "N/A"), *sample_rows()]

    import_file(write_csv(tmp_path / "企业.csv", rows), "--report", tmp_path / "report.csv")

    content = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    _, first, *rest = csv.reader(StringIO(content))
    assert first == ["1", "已采用", "没有编号", "'=1+1测试有限公司", "", ""]
    assert [(int(line[0]) - 1, line[1]) for line in rest] == [
        (number, "未采用" if (number, code, detail) in REJECTED else "已采用")
        for number, code, detail in sorted(REJECTED + FLAGGED)
    ]


# --- What is stored ---------------------------------------------------------------------


def test_a_clean_row_is_stored_whole() -> None:
    import_file()

    entity = registered(2)
    assert (entity.name, entity.kind, entity.region_id) == (
        "资阳市岚谷测试机械有限责任公司",
        "enterprise",
        "512000",
    )
    assert (entity.registered_on, entity.company_type) == (date(2011, 3, 5), "")
    assert (entity.capital, entity.address) == ("27,850.0875(万)", "测试路2号")
    assert entity.scope == "生产：“测试机”；销售：测试件，测试架。".replace(
        "“", '"'
    ).replace("”", '"')
    assert (entity.source_id, entity.source_as_of) == ("REGISTRATION", AS_OF)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("四川澄川測試貿易有限公司", "四川澄川测试贸易有限公司"),
        ("四川岚谷（测试）实业有限公司", "四川岚谷测试实业有限公司"),
        ("成都ＡＢＣ测试科技有限公司", "成都abc测试科技有限公司"),
        ("成都 霜桥 测试 咨询有限公司", "成都霜桥测试咨询有限公司"),
    ],
)
def test_a_name_is_kept_as_written_and_found_folded(name: str, key: str) -> None:
    import_file()

    entity = Entity.objects.get(name=name)
    assert entity.name_key == key
    assert [entry.name_key for entry in entity.search_entries.all()] == [key]


@pytest.mark.parametrize("serial", [19, 20], ids=["full width", "hyphens"])
def test_a_number_is_stored_as_meant(serial: int) -> None:
    import_file()

    assert Identifier.objects.get(value=make_uscc(serial)).valid


def test_a_lower_case_number_is_stored_in_capitals() -> None:
    import_file()

    number = Identifier.objects.get(entity__name="成都字母测试有限公司")
    assert (number.value, number.valid) == ("91990000MA0TERT16K", True)


def test_wrong_numbers_are_kept_and_flagged() -> None:
    import_file()

    wrong = Identifier.objects.filter(valid=False).order_by("entity__pk")
    assert list(wrong.values_list("kind", "value", "flaw")) == [
        ("uscc", "91990000000000211M", "check_digit"),
        ("uscc", "91990000000000220J", "org_digit"),
        ("uscc", "9199000000000023I0", "characters"),
        ("reg15", "990000000000250", "check_digit"),
        ("other", "9900001000026", "unknown_form"),
    ]


def stored_text() -> str:
    """Every cell of every table of ours, as text."""
    return "\n".join(
        str(row)
        for app in ("registry", "repair", "portal")
        for model in apps.get_app_config(app).get_models()
        if model._meta.db_table in connection.introspection.table_names()
        for row in model._default_manager.values_list()
    )


def test_of_a_person_no_trace_is_left(tmp_path: Path) -> None:
    said = import_file(SAMPLE, "--report", tmp_path / "report.csv")

    everything = stored_text() + said + (tmp_path / "report.csv").read_text()
    assert "澄川测试商贸" in everything
    assert [trace for trace in PERSONAL if trace in everything] == []


def test_of_shifted_columns_no_word_is_stored() -> None:
    import_file()

    everything = stored_text()
    assert [word for word in PERSON_LIKE if word in everything] == []
    shifted = registered(32)
    assert (shifted.name, shifted.registered_on) == (
        "成都错位测试有限公司",
        date(2009, 9, 9),
    )
    assert (shifted.company_type, shifted.capital, shifted.scope, shifted.address) == (
        ("",) * 4
    )


def test_gb18030_says_the_same() -> None:
    import_file()
    before = tables()

    import_file(SAMPLE_GB18030)

    assert counts(Batch.objects.latest("pk")) == (0, 0, N_ROWS - N_REJECTED, N_REJECTED)
    assert tables() == before


# --- Again ------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing() -> None:
    import_file()
    before = tables()

    import_file()

    again = Batch.objects.latest("pk")
    assert counts(again) == (0, 0, N_ROWS - N_REJECTED, N_REJECTED)
    assert tables() == before


def test_the_same_file_as_of_a_later_day_only_confirms() -> None:
    later = AS_OF + timedelta(days=1)
    import_file()
    Entity.objects.update(updated_at=AS_OF)

    import_file(as_of=later)

    assert counts(Batch.objects.latest("pk")) == (0, 0, N_ROWS - N_REJECTED, N_REJECTED)
    days = Entity.objects.values_list("updated_at", "source_as_of").distinct()
    assert list(days) == [(AS_OF, later)]


def test_an_older_file_changes_nothing() -> None:
    import_file()
    before = tables()

    import_file(as_of=AS_OF - timedelta(days=1))

    assert tables() == before


def test_a_newer_file_renames(tmp_path: Path) -> None:
    import_file()
    renamed = write_csv(tmp_path / "企业.csv", [row("四川霁川测试有限公司")])

    said = import_file(renamed, as_of=AS_OF + timedelta(days=1))

    assert said.startswith("读取 1 条：新增 0，变更 1，无变化 0，未采用 0。")
    entity = registered(1)
    assert entity.name == "四川霁川测试有限公司"
    assert [name.name for name in entity.other_names.all()] == ["四川澄川测试商贸有限公司"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-01", datetime(2026, 1, 31, 16, tzinfo=UTC)),
        ("2026-02-01T08:00", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-02-01T08:00+00:00", datetime(2026, 2, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_day_starts_in_shanghai(text: str, moment: datetime) -> None:
    call_command("import_entities", str(SAMPLE), "--as-of", text, stdout=StringIO())

    assert Batch.objects.get().as_of == moment


def test_without_a_day_the_age_of_the_file_counts(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "企业.csv", [row()])
    modified = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)

    call_command("import_entities", str(file), stdout=StringIO())

    assert Batch.objects.get().as_of == modified


def test_the_source_is_stored_with_what_it_said() -> None:
    source = make_source()

    import_file(SAMPLE, "--source", source.code)

    assert Batch.objects.get().source == source
    assert set(Entity.objects.values_list("source", flat=True)) == {source.code}


def test_a_second_import_at_once_is_refused() -> None:
    with holding("import_entities"), pytest.raises(CommandError) as refused:
        import_file()

    assert str(refused.value) == "另一个导入正在进行。请等它结束，再运行同一命令。"
    assert not Batch.objects.exists()
    import_file()


def test_a_first_load_leaves_the_look_up_indexes_in_place() -> None:
    import_file()

    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(
            cursor, SearchEntry._meta.db_table
        )
    wanted = {index.name for index in SearchEntry._meta.indexes}
    assert wanted <= present.keys()


def test_every_entity_can_be_searched() -> None:
    import_file()

    unfound = Entity.objects.exclude(
        models.Exists(
            SearchEntry.objects.filter(entity=models.OuterRef("pk"), current=True)
        )
    )
    assert not unfound.exists()
    assert SearchEntry.objects.count() == N_CREATED


@pytest.mark.django_db
def test_a_report_that_cannot_be_written_is_refused_before_the_import(
    tmp_path: Path,
) -> None:
    file = tmp_path / "registrations.csv"
    file.write_text("企业名称,统一社会信用代码\n蜀州无名测试有限公司,\n", encoding="utf-8")

    with pytest.raises(CommandError, match="无法写入"):
        call_command("import_entities", file, report=tmp_path / "nowhere" / "report.csv")

    assert not Entity.objects.exists()
