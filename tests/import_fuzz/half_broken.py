"""Penalty files of which the maker knows which rows are broken, and what is to be said.

Right records stand among wrong ones, in every kind of file. What is expected is written
in the table below, from the rules, and not computed by what is under test.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from random import Random
from typing import NamedTuple

from tests.deliveries import HEADER, penalty
from tests.factories import make_uscc
from tests.workbooks import Sheet, cell, packed, parts

MOST_ROWS = 16
PERSONAL = "11010519491231002X"
# So many to a file, so that those of two files never meet.
SERIALS = 100


class Spoilt(NamedTuple):
    """Cells that make a right record a wrong one; the reasons that are to be given."""

    cells: Mapping[str, str]
    verdict: str
    reasons: frozenset[str]


def spoilt(verdict: str, *reasons: str, **cells: str) -> Spoilt:
    return Spoilt(cells, verdict, frozenset(reasons))


def right(*reasons: str, **cells: str) -> Spoilt:
    return spoilt("accepted", "new_party", *reasons, **cells)


RIGHT = (
    right(),
    right("kept", CF_NR_FK="2"),
    right("shorter", CF_GSJZQ="2026-09-02"),
    right(CF_JDRQ="2026年3月2日"),
    right(CF_JDRQ="２０２６－０３－０２"),
    right(CF_NR_FK="20.00万元"),
    right(CF_CFJG="测试市市场监督管理局"),
    right(CF_SY="=1+1"),
    right(CF_SY="@SUM(A1)\n+第二行"),
    right(CF_SY="<script>alert(1)</script>&amp;"),
    right(CF_SY="𠮷野家\u202e、\u2028以及“引号”"),
    right(CF_CFLB="吊销许可证件", CF_NR_FK=""),
    right(CF_XDR_MC="𠮷野家（云澜）{n}号\u200b商贸有限公司"),
    right(CF_XDR_MC="<b>云澜</b>\u202e{n}号商贸有限公司"),
    right(CF_XDR_MC="=HYPERLINK(1)云澜市{n}号商贸有限公司"),
    right(CF_XDR_MC="ﷺ云澜市{n}号商贸有限公司"),
    right(CF_XDR_MC="云澜市{n}号" + "云" * 180),
)
WRONG = (
    spoilt("rejected", "natural_person", CF_XDR_LB="自然人"),
    spoilt("rejected", "personal_number", CF_XDR_SHXYM=PERSONAL),
    spoilt("rejected", "personal_number", CF_SY=f"当事人（{PERSONAL}）未明码标价。"),
    spoilt("doubtful", "private", CF_SY="当事人（联系电话13800000000）未明码标价。"),
    spoilt("doubtful", "perhaps_person", CF_XDR_MC="甲某某", CF_XDR_SHXYM=""),
    spoilt("rejected", "other_authority", CF_CFJGDM=make_uscc(5, department="11")),
    spoilt("rejected", "other_authority", CF_CFJG="另一测试市市场监督管理局"),
    spoilt("doubtful", "wrong_code", CF_XDR_SHXYM="91990000000000019X"),
    spoilt("doubtful", "wrong_code", CF_XDR_SHXYM="9.1990000000001E+17"),
    spoilt("rejected", "decision_in_future", CF_JDRQ="2026-03-17"),
    spoilt("rejected", "no_rule", CF_JDRQ="2025-12-31"),
    spoilt("rejected", "no_rule", CF_JDRQ="0001-01-01"),
    spoilt("doubtful", "odd_end", CF_GSJZQ="2026-09-10"),
    spoilt("doubtful", "barred", "shorter", CF_GSJZQ="2026-04-02"),
    spoilt("rejected", "revoked_there", CF_ZT="撤销"),
    spoilt("doubtful", "disputed", CF_ZT="异议"),
    spoilt("doubtful", "unknown_status", CF_ZT="也许"),
    spoilt("rejected", "no_party", CF_XDR_MC=""),
    spoilt("rejected", "no_party", "long_field", CF_XDR_MC="云" * 201),
    spoilt("rejected", "long_field", CF_XDR_MC="ﷺ" * 190),
    spoilt("rejected", "long_field", CF_WSH="1" * 101),
    spoilt("rejected", "long_field", CF_WFXW="违" * 301),
    spoilt("doubtful", "no_value", CF_WSH="无"),
    spoilt("doubtful", "no_value", CF_JDRQ=""),
    spoilt("doubtful", "no_value", CF_SY=""),
    spoilt("doubtful", "bad_day", CF_JDRQ="2026-02-30"),
    spoilt("doubtful", "bad_day", CF_JDRQ="0000-00-00"),
    spoilt("doubtful", "bad_day", CF_JDRQ="46083.5"),
    spoilt("doubtful", "bad_day", CF_JDRQ="昨天"),
    spoilt("doubtful", "bad_amount", CF_NR_FK="二十万"),
    spoilt("doubtful", "bad_amount", CF_NR_FK="-20"),
    spoilt("doubtful", "bad_amount", CF_NR_FK="1e9"),
    spoilt("doubtful", "bad_amount", CF_NR_FK="9" * 400),
    spoilt("doubtful", "bad_amount", CF_NR_FK="0.0000001"),
    spoilt("doubtful", "no_fine", CF_NR_FK=""),
    spoilt("doubtful", "unknown_kind", CF_CFLB="示众"),
    spoilt("rejected", "encoding", CF_SY="未\x01明码标价。"),
    spoilt("rejected", "encoding", CF_XDR_MC="云澜市\ufffd商贸有限公司"),
)


@dataclass
class HalfBroken:
    """A file, and what is to become of it.

    `expected` by row of the file. Where `fatal` names a row, the whole file is refused
    with a sentence that names it.
    """

    kind: str
    content: bytes = b""
    expected: dict[int, tuple[str, frozenset[str]]] = field(default_factory=dict)
    fatal: int = 0


class Record(NamedTuple):
    cells: dict[str, str]
    verdict: str
    reasons: frozenset[str]
    # Columns too many, or too few where it is negative.
    astray: int = 0

    def values(self) -> list[str]:
        found = [self.cells[name] for name in HEADER]
        return found[: self.astray] if self.astray < 0 else found + ["多"] * self.astray


ASTRAY = ("rejected", frozenset({"columns"}))
TWICE = ("rejected", frozenset({"duplicate"}))
# Of two that contradict each other nobody knows which is right.
DOUBT = ("doubtful", frozenset({"contradicted"}))


def half_broken(kind: str, random: Random, place: int) -> HalfBroken:
    """The file at this place of the experiment; no other has its serials."""
    return MAKERS[kind](random, list(records(random, kind, place * SERIALS + 1)))


def records(random: Random, kind: str, serial: int) -> Iterator[Record]:
    for number in range(serial, serial + random.randint(1, MOST_ROWS)):
        like = random.choice(RIGHT if random.random() < 0.6 else WRONG)
        own = {name: text.replace("{n}", f"{number}") for name, text in like.cells.items()}
        cells, chance = penalty(number) | own, random.random()
        if chance < 0.05 and kind != "jsonl":
            astray = 1 if kind == "xlsx" else random.choice((-9, -1, 1, 2))
            yield Record(cells, *ASTRAY, astray)
        elif chance < 0.1 and like.verdict == "accepted":
            yield Record(cells, like.verdict, like.reasons)
            yield Record(cells, *TWICE)
        elif chance < 0.15 and like.verdict == "accepted":
            yield Record(cells, *DOUBT)
            yield Record(cells | {"CF_NR": "罚款人民币一元"}, *DOUBT)
        else:
            yield Record(cells, like.verdict, like.reasons)


def fatal_among(random: Random, rows: list[Record], share: float) -> int:
    """The place of the row that spoils the whole file; -1 for none."""
    return random.randrange(len(rows)) if random.random() < share else -1


# --- CSV ----------------------------------------------------------------------------------


def csv_file(random: Random, rows: list[Record]) -> HalfBroken:
    """Lines are counted as an editor does: those within a cell, and empty ones, too."""
    it, text, end = HalfBroken("csv"), StringIO(), random.choice(("\n", "\r\n"))
    writer = csv.writer(text, lineterminator=end)
    if random.random() < 0.2:
        text.write(f"云澜市行政处罚信息公示表{end}")
    writer.writerow(HEADER)
    fatal = fatal_among(random, rows, 0.1)
    for row in rows if fatal < 0 else rows[:fatal]:
        if random.random() < 0.1:
            text.write(end)
        it.expected[next_line(text)] = (row.verdict, row.reasons)
        writer.writerow(row.values())
    if fatal >= 0:
        it.fatal = next_line(text)
        text.write(f'"没有收尾的引号,1{end}2,3{end}' * random.choice((1, 1, 3_001)))
    it.content = encoded(random, text.getvalue())
    return it


def next_line(text: StringIO) -> int:
    return text.getvalue().count("\n") + 1


def encoded(random: Random, text: str) -> bytes:
    content = text.encode(random.choice(("utf-8", "utf-8-sig", "gb18030")))
    return gzip.compress(content, mtime=0) if random.random() < 0.1 else content


# --- JSON lines ---------------------------------------------------------------------------


def json_file(random: Random, rows: list[Record]) -> HalfBroken:
    it, lines = HalfBroken("jsonl"), []
    fatal = fatal_among(random, rows, 0.1)
    for place, row in enumerate(rows):
        if random.random() < 0.1:
            lines.append(" ")
        it.expected[len(lines) + 1] = (row.verdict, row.reasons)
        line = as_json(random, row.cells)
        if place == fatal:
            it.fatal = len(lines) + 1
            line = random.choice(BREAKS)(line)
        lines.append(line)
    it.content = encoded(random, "\n".join(lines))
    return it


def as_json(random: Random, cells: Mapping[str, str]) -> str:
    """As programs write it: nothing for what is empty, numbers as numbers."""
    found: dict[str, object] = dict(cells)
    if random.random() < 0.3:
        found = {name: text or None for name, text in cells.items()}
    if cells["CF_NR_FK"].isascii() and cells["CF_NR_FK"].isdigit():
        found["CF_NR_FK"] = int(cells["CF_NR_FK"])
    return json.dumps(found, ensure_ascii=random.random() < 0.5)


BREAKS: tuple[Callable[[str], str], ...] = (
    lambda line: line[:-1],
    lambda line: line * 2,
    lambda line: f"[{line}]",
    lambda line: line.replace('"', "'"),
    lambda line: line[:-1] + ', "CF_SY": "再说一遍"}',
    lambda line: line[:-1] + ', "x": {"y": 1}}',
    lambda line: line[:-1] + ', "x": NaN}',
    lambda line: '{"a":' * 2_000 + line,
    lambda line: line[:-1] + f', "x": "{"长" * 4_001}"}}',
)


# --- XLSX ---------------------------------------------------------------------------------


def xlsx_file(random: Random, rows: list[Record]) -> HalfBroken:
    it, strings = HalfBroken("xlsx"), list[str]()
    number = random.choice((1, 1, 3))
    lines = [xml_row(random, number, HEADER, strings)]
    fatal = fatal_among(random, rows, 0.05)
    for place, row in enumerate(rows):
        number += random.choice((1, 1, 1, 1, 2))
        it.expected[number] = (row.verdict, row.reasons)
        cells = row.values()
        if place == fatal:
            it.fatal = number
            cells[5] = "长" * 4_001
        lines.append(xml_row(random, number, cells, strings))
    sheets = [Sheet("".join(lines), "处罚", dimension=random.choice(("A1", "A1:P99")))]
    if random.random() < 0.2:
        sheets.insert(0, Sheet(xml_row(random, 1, ["说明"], strings), "说明"))
    it.content = packed(parts(*sheets, strings=strings))
    return it


def xml_row(random: Random, number: int, cells: Sequence[str], strings: list[str]) -> str:
    written = "".join(
        xml_cell(random, f"{chr(65 + place)}{number}", escaped(text), strings)
        for place, text in enumerate(cells)
        if text
    )
    return f'<row r="{number}">{written}</row>'


def xml_cell(random: Random, place: str, text: str, strings: list[str]) -> str:
    if random.random() < 0.5:
        return cell(place, text)
    strings.append(text)
    return f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'


def escaped(text: str) -> str:
    """As Excel writes a character that XML has none for."""
    return text.replace("\x01", "_x0001_")


MAKERS: dict[str, Callable[[Random, list[Record]], HalfBroken]] = {
    "csv": csv_file,
    "jsonl": json_file,
    "xlsx": xlsx_file,
}
