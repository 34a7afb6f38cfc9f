"""Files that are broken in some way; the same seed makes the same file.

A file is made whole and then spoilt one to three times, in its text or in its bytes, so
that most are nearly right: what is wrong all over is refused at the first glance.
"""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.sax.saxutils import escape

from registry.intake.child import Items
from registry.intake.errors import IntakeError
from registry.intake.tables import bounds, looking
from registry.intake.tables.rows import UNREADABLE, count
from tests.workbooks import Sheet, cell, packed, parts

# How many of a hundred are of which kind.
SHARES = {"csv": 38, "xlsx": 27, "jsonl": 20, "xml": 5, "zip": 5, "gz": 5}
HEADER = ("CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_SY", "CF_JDRQ", "CF_NR_FK", "BZ")
DIRT = (
    *("", " ", "N/A", "无", "\ufffd", "\x00", "\x1a", "\ufeff", "\u2028", "\u202e", "𠮷"),
    *('"', '""', '"甲', "甲\n乙", "甲\r\n乙", "\t", ",", "，", ";", "'", "\\", "\\u0000"),
    *("=1+1", "@SUM(A1)", "＝1", "<a>&b;</a>", "]]>", "{", "}", "[1]", "NaN", "null"),
    *(
        "9.11E+17",
        "1e999",
        "-0",
        "46120",
        "2026-02-30",
        "0000-00-00",
        "９９９",
        "٣" * 18,
        "𐩀" * 15,
        "ﷺ" * 200,
        "x" * 4_001,
    ),
)
LITTLE = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\x80",
    b"\r",
    b"\n",
    b'"',
    b"<",
    b"&",
    b"PK\x03\x04",
)
XML = (
    *('r="A1"', 'r="XFD1"', 'r="A1048577"', 'r="ZZZZ9"', 'r=""', 'r="1A"', 'r="-1"'),
    *('t="s"', 't="b"', 't="d"', 't="e"', 't="x"', 's="1"', 's="99"', 's="-1"', 's="x"'),
    *("<v>99</v>", "<v>-1</v>", "<v>x</v>", "<v/>", "<v>1e999</v>", "<v>1</v>" * 9),
    *("<f>A1</f>", "<is/>", "<row/>", "<c/>", "<!-- -->", "<![CDATA[x]]>", "<?x y?>"),
    *(
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        "&b;",
        "&#0;",
        "&#xFFFF;",
        "</row>",
    ),
)
PARTS = ("a.xlsx", "b.zip", "xl/vbaProject.bin", "xl/comments1.xml", "docProps/custom.xml")

INSIDE = ("{}.csv", "../../{}.csv", "/etc/{}", "表{}.xlsx", "xl/worksheets/sheet{}.xml")
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
BOOK = (
    f'<Workbook xmlns="{SPREADSHEET}"><Worksheet><Table>{{}}</Table></Worksheet></Workbook>'
)
# How text that is markup begins, and what follows with rows in it.
ROOTS = (
    ('<?xml version="1.0"?>', BOOK),
    ('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', BOOK),
    ('<?xml version="1.0" encoding="GB18030"?>', "<rows>{}</rows>"),
    ('<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>', "<a>&d;{}</a>"),
    ('<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/hostname">', "<a>{}</a>"),
    ("<!DOCTYPE html>", "<html><body><table>{}</table></body></html>"),
    ('<html xmlns:x="urn:schemas-microsoft-com:office:excel">', "<table>{}</table></html>"),
    ("", "<table>{}</table>"),
    ("<!-- -->", "<a>{}</a>"),
)

Change = Callable[[Random, bytes], bytes]


class Broken(NamedTuple):
    """`is_whole` where no byte was changed after it was made."""

    kind: str
    content: bytes
    is_whole: bool


def broken_file(seed: int) -> Broken:
    random = Random(seed)
    (kind,) = random.choices(list(SHARES), list(SHARES.values()))
    return broken(random, kind)


def broken(random: Random, kind: str) -> Broken:
    content = MAKERS[kind](random)
    is_whole = random.random() < 0.5
    for _ in range(0 if is_whole else random.randint(1, 3)):
        content = random.choice(CHANGES)(random, content)
    return Broken(kind, content, is_whole)


# --- Whole, but for what stands in the cells ------------------------------------------


def lines(random: Random) -> list[list[str]]:
    def value(title: str, number: int) -> str:
        return random.choice(DIRT) if random.random() < 0.1 else f"{title}{number}"

    width = random.choice((1, 3, 7, 7, 7, 7, 65))
    titles = [HEADER[n] if n < len(HEADER) else f"列{n}" for n in range(width)]
    if random.random() < 0.1:
        titles[random.randrange(width)] = random.choice(DIRT)
    return [titles, *([value(t, n) for t in titles] for n in range(random.randint(0, 20)))]


def csv_text(random: Random) -> str:
    """Quotes are forgotten now and then."""
    joined = random.choice((",", ",", ",", ";", "\t"))
    end = random.choice(("\n", "\r\n", "\r", "\n\n"))

    def quoted(text: str) -> str:
        plain = text.replace('"', '""')
        return f'"{plain}"' if random.random() < 0.5 else text

    return end.join(joined.join(map(quoted, line)) for line in lines(random)) + end


def csv_file(random: Random) -> bytes:
    encoding = random.choice(
        ("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1")
    )
    return csv_text(random).encode(encoding, errors="replace")


def json_file(random: Random) -> bytes:
    titles, *rows = lines(random)
    whole = [
        json.dumps(dict(zip(titles, row, strict=True)), ensure_ascii=random.random() < 0.5)
        for row in rows
    ]
    for _ in range(random.randint(0, 2)):
        if whole:
            place = random.randrange(len(whole))
            whole[place] = spoilt_json(random, whole[place])
    return "\n".join(whole).encode("utf-8", errors="replace")


def spoilt_json(random: Random, line: str) -> str:
    return random.choice(
        (
            line[:-1],
            line * 2,
            f"[{line}]",
            line.replace('"', "'"),
            '{"a": ' * random.choice((3, 3_000)) + line,
            line[:-1]
            + f', "x": {random.choice(("NaN", "[1]", "{}", "1" * 5_000, "nul"))}}}',
            line[:-1] + ', "x": "\\ud800", "x": "\\u0000"}',
        )
    )


def xlsx_file(random: Random) -> bytes:
    made = dict(parts(*sheets(random), formats=(14, "yyyy"), strings=("甲", "乙")))
    for _ in range(random.randint(0, 2)):
        spoil_part(random, made)
    return packed(made, random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def sheets(random: Random) -> Iterator[Sheet]:
    for number in range(random.randint(1, 3)):
        rows = "".join(
            f'<row r="{place}">{"".join(map(written, row))}</row>'
            for place, row in enumerate(lines(random), start=random.choice((1, 1, 1, 5)))
        )
        state = random.choice(("visible", "visible", "hidden"))
        yield Sheet(rows, f"表{number}", state, random.choice(("A1", "A1:XFD1048576", "x")))


def written(text: str) -> str:
    safe = UNREADABLE.sub("_x0000_", text)
    return cell("", safe).replace('r=""', "")


def spoil_part(random: Random, made: dict[str, str]) -> None:
    name = random.choice(list(made))
    text = made[name]
    place = random.randrange(len(text) + 1)
    kind = random.randrange(4)
    if kind == 0:
        del made[name]
    elif kind == 1:
        made[name] = text[:place]
    elif kind == 2:
        made[name] = text[:place] + random.choice(XML) + text[place:]
    else:
        made[random.choice(PARTS)] = text


def zip_file(random: Random) -> bytes:
    """Tables, workbooks and archives in an archive, or nothing at all."""
    members: dict[str, str | bytes] = {
        random.choice(INSIDE).format(n): random.choice((csv_file, xlsx_file, json_file))(
            random
        )
        for n in range(random.randint(0, 3))
    }
    if random.random() < 0.2:
        members["内.zip"] = packed(members)
    return packed(members, random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def xml_file(random: Random) -> bytes:
    """Spreadsheets saved as XML or as a page, and what only looks like one."""
    cells = "".join(
        f"<Row>{''.join(f'<Cell><Data>{escape(text)}</Data></Cell>' for text in row)}</Row>"
        for row in lines(random)
    )
    head, body = random.choice(ROOTS)
    before = random.choice(("", "", "\n", "  \r\n"))
    encoding = random.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    return f"{before}{head}{body.format(cells)}".encode(encoding, errors="replace")


def gz_file(random: Random) -> bytes:
    inner = random.choice((csv_file, csv_file, json_file, xlsx_file, zip_file))(random)
    once = gzip.compress(inner, mtime=0)
    return gzip.compress(once, mtime=0) if random.random() < 0.2 else once


MAKERS: dict[str, Callable[[Random], bytes]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "jsonl": json_file,
    "xml": xml_file,
    "zip": zip_file,
    "gz": gz_file,
}


# --- Spoilt in their bytes ------------------------------------------------------------


def cut(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def without_a_piece(random: Random, content: bytes) -> bytes:
    start, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[:start] + content[end:]


def with_a_piece_twice(random: Random, content: bytes) -> bytes:
    start, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[start:]


def with_something(random: Random, content: bytes) -> bytes:
    place = random.randrange(len(content) + 1)
    return content[:place] + random.choice(LITTLE) + content[place:]


def with_bytes_turned(random: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


CHANGES: tuple[Change, ...] = (
    cut,
    without_a_piece,
    with_a_piece_twice,
    with_something,
    with_bytes_turned,
)


# --- Read, many of them in one process ------------------------------------------------


class Outcome(NamedTuple):
    """What became of a file: a sentence, or how many records; else how it crashed."""

    seed: int
    kind: str
    sentence: str
    n_records: int
    crash: str


class Attempts(NamedTuple):
    """Reads the file of each seed as the intake does, within its bounds."""

    folder: Path
    first: int
    n_files: int

    def chunks(self) -> Iterator[Items]:
        bounds.confine()
        for seed in range(self.first, self.first + self.n_files):
            yield [tuple(attempt(self.folder, seed))]


def attempt(folder: Path, seed: int) -> Outcome:
    kind, content, _is_whole = broken_file(seed)
    (path := folder / "file").write_bytes(content)
    try:
        with looking.look(path) as (source, records):
            n_records = count(records)
        found = list(looking.records(source))
    except IntakeError as refused:
        return Outcome(seed, kind, str(refused), 0, "")
    except Exception as crash:  # noqa: BLE001  finding one is what this is for
        return Outcome(seed, kind, "", 0, repr(crash))
    return Outcome(seed, kind, "", n_records, fault_of(found, n_records))


def fault_of(found: list[tuple[int, list[str]]], n_records: int) -> str:
    """What is wrong with records that were taken."""
    rows = [row for row, _values in found]
    if len(found) != n_records:
        return "another number of records at the second reading"
    if rows != sorted(set(rows)) or any(row < 1 for row in rows):
        return f"rows out of order: {rows}"
    if any(UNREADABLE.search(value) for _row, values in found for value in values):
        return "characters that no page can show"
    return ""
