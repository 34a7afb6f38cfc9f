"""What E24 is made of: its readers are bound like those of the product, its answers are
right, and what it has found stays found.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.utils.translation import override

from portal.catalogs import compile_all
from registry.intake import child
from registry.intake.tables import TableError, open_table
from tests.deliveries import as_csv, checked, make_penalty_rules, penalty, said_of
from tests.factories import make_authority, make_staff
from tests.import_fuzz.bombs import BOMBS, Bomb
from tests.import_fuzz.desk import differences
from tests.import_fuzz.evidence import BOMBS as PAPER_BOMBS
from tests.import_fuzz.evidence import Sent
from tests.import_fuzz.half_broken import HalfBroken, half_broken
from tests.import_fuzz.readers import Readers, readers
from tests.import_fuzz.sentences import flaws
from tests.registry.test_tables_bounds import Killed
from tests.tables import refusal

# Those that take seconds to make or to read are left to the campaign.
QUICK = (
    "archives in archives, thirty deep",
    "a directory of 65,535 entries",
    "8 million cells in 32 KB",
    "one part that is two hundred",
    "a page with a square",
    "packed, with a tail",
    "a square in the strings",
    "JSON, 100,000 deep",
    "a number of a million digits",
)


# --- The readers of the experiment --------------------------------------------------------


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    with readers(tmp_path_factory.mktemp("readers")) as found:
        yield found


def test_a_forked_reader_reads_what_a_started_one_does(
    forked: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "file").write_bytes(as_csv([penalty(1), penalty(2)]))
    started = open_table(path)
    monkeypatch.setattr(child, "run", forked.run)

    table = open_table(path)

    assert table == started
    assert list(table.records()) == list(started.records())
    usage = forked.usages[-1]
    assert usage.code == 0
    assert 5 << 20 < usage.n_bytes < 300 << 20


def test_a_forked_reader_that_dies_is_told(
    forked: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(child.DiedError) as died:
        list(forked.run(Killed(), prepare=""))

    assert died.value.code == -signal.SIGKILL
    assert forked.usages[-1].code == -signal.SIGKILL


# --- Its answers --------------------------------------------------------------------------


def made(kind: str, seed: int) -> HalfBroken:
    return half_broken(kind, Random(seed), seed)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_right_records_are_taken_and_the_rest_is_told_row_by_row(kind: str) -> None:
    make_penalty_rules()
    maker, _ = make_staff(make_authority())
    it = made(kind, 12)
    verdicts = {verdict for verdict, _reasons in it.expected.values()}
    assert not it.fatal
    assert verdicts >= {"accepted", "rejected"}

    delivery = checked(it.content, maker, filename=f"penalties.{kind}")

    assert list(differences(it, delivery)) == []
    # And whoever is told otherwise notices.
    row = next(iter(it.expected))
    it.expected[row] = ("accepted", frozenset({"differs"}))
    (said,) = differences(it, delivery)
    assert said.startswith(f"row {row} is ")


def test_the_same_place_is_the_same_file() -> None:
    for kind in ("csv", "jsonl", "xlsx"):
        assert made(kind, 3) == made(kind, 3)
        assert made(kind, 3) != made(kind, 4)


@pytest.mark.parametrize(
    ("language", "sentence", "is_fine"),
    [
        ("zh-hans", "文件是空的。请重新提交。", True),
        ("zh-hans", "文件是空的", False),
        ("zh-hans", "The file is empty.", False),
        ("zh-hans", "第 %(row)s 行有误。", False),
        ("en", "The file is empty.", True),
        ("en", "文件是空的。", False),
        ("en", "In the header, “甲” is named twice.", True),
    ],
)
def test_a_sentence_is_whole_and_in_the_language_of_the_reader(
    language: str, sentence: str, is_fine: bool
) -> None:
    with override(language):
        assert (list(flaws(sentence)) == []) is is_fine


# --- Bombs --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_is_refused(tmp_path: Path, name: str) -> None:
    (bomb,) = (one for one in BOMBS if one.name == name)

    assert bomb.said in refusal(tmp_path, bomb.make())


def test_there_are_sixty_bombs_and_no_two_are_the_same() -> None:
    found: list[Bomb | Sent] = [*BOMBS, *PAPER_BOMBS]

    assert len(found) >= 60
    assert len({bomb.name for bomb in BOMBS}) == len(BOMBS)


# --- What it has found --------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0"?>',
        "\ufeff\r\n <Workbook>",
        "<!DOCTYPE html>",
        "<table>",
        "<!-- -->",
    ],
)
def test_markup_is_no_table_of_one_column(tmp_path: Path, head: str) -> None:
    content = f"{head}<Row><Cell>甲</Cell></Row>\n".encode()

    assert refusal(tmp_path, content) == (
        "这是 XML 或者网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新提交。"
    )


def test_what_only_stands_in_brackets_is_a_table(tmp_path: Path) -> None:
    (path := tmp_path / "file").write_text("<2026年>,处罚\n1,2\n", encoding="utf-8")

    assert open_table(path).n_records == 1


def test_a_file_without_line_ends_is_not_read_into_memory(
    forked: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred megabytes of it took 226."""
    (path := tmp_path / "file").write_bytes(b"a,b\n" + b"x" * (40 << 20))
    monkeypatch.setattr(child, "run", forked.run)

    with pytest.raises(TableError) as refused:
        open_table(path)

    assert str(refused.value) == "第 2 行太长。请检查是否缺少换行，再重新提交。"
    assert forked.usages[-1].n_bytes < 60 << 20


@pytest.mark.django_db
def test_a_name_that_folds_to_more_than_is_kept_is_too_long() -> None:
    """Checked, it was taken; at its release the database refused the whole batch."""
    make_penalty_rules()
    maker, _ = make_staff(make_authority())

    # Fifteen characters each, when it is folded.
    delivery = checked(as_csv([penalty(1, CF_XDR_MC="ﷺ" * 14), penalty(2)]), maker)

    assert said_of(delivery) == {
        2: ("rejected", ["long_field"]),
        3: ("accepted", ["new_party"]),
    }
    assert delivery.rows.get(number=2).words == ["内容超过允许的长度（CF_XDR_MC）"]


@pytest.mark.django_db
def test_a_file_name_that_is_no_text_is_kept_as_far_as_it_is() -> None:
    """As a name in GB18030 on a disk of Linux comes to the command line."""
    make_penalty_rules()
    maker, _ = make_staff(make_authority())
    name = os.fsdecode("处罚.csv".encode("gb18030"))

    assert (
        checked(as_csv([penalty(1)]), maker, filename=name).filename
        == "\ufffd" * 4 + ".csv"
    )


def test_the_new_sentence_is_translated(tmp_path: Path) -> None:
    compile_all()
    with override("en"):
        assert refusal(tmp_path, b"<table>") == (
            "This is XML or a web page, not a table."
            " Open it in Excel or WPS, save it as .xlsx, then submit it again."
        )
