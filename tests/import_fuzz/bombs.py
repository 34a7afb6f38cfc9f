"""Sixty files and more made to do harm: small to send, and large, deep or false inside."""

import gzip
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.workbooks import MAIN, Sheet, packed, parts, row, rows, workbook

STORED = zipfile.ZIP_STORED
MEGABYTE = 1 << 20
PENALTIES = rows(("CF_XDR_MC", "CF_WSH"), ("云澜市测试商贸有限公司", "1号"))
# What is said, by the words that tell it from the rest.
BIG, DAMAGED, NESTED, PACKED = "大得不正常", "文件已损坏", "嵌有别的文件", "这是压缩包"
MARKUP, BINARY, ENCODING, LONG = "这是 XML 或者网页", "空字节", "编码", "内容超过"
COLUMNS, MEMORY, TAKEN = "最多可以有 64 列", "内存超过", ""


class Bomb(NamedTuple):
    """`said` is in its refusal; of what is taken, `TAKEN`.

    An early one is known for what it is before anything in it is parsed: in less than a
    second and 100 MB. All others stay within the bounds of the process.
    """

    name: str
    make: Callable[[], bytes]
    said: str
    is_early: bool = True


def book(changed: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A right workbook with some parts of its own."""
    return packed({**parts(Sheet(PENALTIES)), **changed}, method)


def sheet(more: str, method: int = STORED) -> bytes:
    """Rows after the right ones; not packed, so that no ratio tells."""
    return packed(parts(Sheet(PENALTIES + more)), method)


def within(part: str, before: str, text: str, method: int = STORED) -> bytes:
    made = parts(Sheet(PENALTIES))
    return packed({**made, part: made[part].replace(before, text + before, 1)}, method)


# --- Archives -----------------------------------------------------------------------------


def matryoshka() -> bytes:
    content = b"a,b\n"
    for depth in range(30):
        content = packed({f"{depth}.zip": content})
    return content


def full_of_archives() -> bytes:
    """Sixteen archives of sixteen files of zeros, as the well-known one."""
    inner = packed({f"{n}.csv": bytes(MEGABYTE) for n in range(16)})
    return packed({f"{n}.zip": inner for n in range(16)})


def many_members() -> bytes:
    return book({f"xl/media/{n}.txt": "" for n in range(5_000)})


def directory(n_members: int, n_bytes: int) -> bytes:
    """An archive that says so of its directory."""
    return workbook(("a",))[:-22] + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, n_members, n_members, n_bytes, 0, 0
    )


def with_lies(change: Callable[[bytearray, int], None]) -> bytes:
    """Each entry of the directory changed, by its place in the file."""
    content = bytearray(book({"xl/sharedStrings.xml": "x" * 60 * MEGABYTE}))
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        change(content, place)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def says_larger(content: bytearray, place: int) -> None:
    struct.pack_into("<L", content, place + 24, 0xFFFF_FFF0)


def says_smaller(content: bytearray, place: int) -> None:
    struct.pack_into("<L", content, place + 24, 1_000)


def says_encrypted(content: bytearray, place: int) -> None:
    content[place + 8] |= 1


def with_a_link() -> bytes:
    """A member that is a symbolic link to a file of this machine; nothing is unpacked."""
    content = bytearray(book({"xl/media/a.txt": "/etc/hostname"}))
    place = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, place + 38, (stat.S_IFLNK | 0o777) << 16)
    return bytes(content)


def overlapping() -> bytes:
    """Two hundred entries that are all one and the same four megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(bytes(4 * MEGABYTE - 1)) + packer.flush()
    crc, size = zlib.crc32(bytes(4 * MEGABYTE - 1)), 4 * MEGABYTE - 1
    name = b"xl/workbook.xml"
    local = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(data), size, len(name), 0
    )
    content = local + name + data
    entries = b""
    for n in range(200):
        called = (name, b"[Content_Types].xml", b"xl/media/%d" % n)[min(n, 2)]
        fields = (20, 20, 0, 8, 0, 0, crc, len(data), size, len(called), *[0] * 6)
        entries += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *fields) + called
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(entries), len(content), 0
    )
    return content + entries + end


# --- XML ----------------------------------------------------------------------------------

LAUGHING = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
SQUARE = f'<!ENTITY a "{"x" * 100_000}">'
OUTSIDE = '<!ENTITY a SYSTEM "file:///etc/hostname">'
PARAMETER = '<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd">%a;'


def declaring(part: str, entities: str, asked: str) -> bytes:
    """A part of a workbook that declares entities, and asks for them."""
    text = parts(Sheet(PENALTIES + row(3, "甲")), strings=("甲",))[part]
    head, mark, rest = text.partition("?>")
    text = f"{head}{mark}<!DOCTYPE x [{entities}]>{rest}".replace("甲", asked, 1)
    return book({part: text}, STORED)


def page(entities: str, asked: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>{asked}</x>'.encode()


def deep_sheet(n: int) -> bytes:
    return sheet(f"<row>{'<c>' * n}{'</c>' * n}</row>")


def self_related() -> bytes:
    """The sheet is the workbook itself."""
    related = parts(Sheet(PENALTIES))["xl/_rels/workbook.xml.rels"]
    return book(
        {"xl/_rels/workbook.xml.rels": related.replace("worksheets/sheet1", "workbook")}
    )


def related_outside() -> bytes:
    related = parts(Sheet(PENALTIES))["xl/_rels/workbook.xml.rels"]
    outside = related.replace("worksheets/sheet1.xml", "../../../../etc/hostname")
    return book({"xl/_rels/workbook.xml.rels": outside})


def linked_outside() -> bytes:
    link = '<externalLink xmlns="x"><externalBook r:id="rId1"/></externalLink>'
    return book({"xl/externalLinks/externalLink1.xml": link})


def many_strings() -> bytes:
    strings = "".join(f"<si><t>{n:x}</t></si>" for n in range(4_500_000))
    return book({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'})


def many_styles() -> bytes:
    style = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    return within("xl/styles.xml", "</cellXfs>", style * 700_000)


def many_names() -> bytes:
    names = "".join(
        f'<definedName name="n{n}">n{n + 1}</definedName>' for n in range(200_000)
    )
    return within("xl/workbook.xml", "</workbook>", f"<definedNames>{names}</definedNames>")


# --- Text ---------------------------------------------------------------------------------


def gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def bursting() -> bytes:
    """A gigabyte of one letter."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"x" * MEGABYTE
    return b"".join(packer.compress(block) for _ in range(1_024)) + packer.flush()


def json_line(**cells: object) -> bytes:
    return json.dumps(cells).encode()


BOMBS = (
    # Known by the directory of the archive, or by the first bytes.
    Bomb("archives in archives, thirty deep", matryoshka, PACKED),
    Bomb("sixteen archives of sixteen files", full_of_archives, PACKED),
    Bomb("a workbook in it", lambda: book({"xl/a.xlsx": workbook(("a",))}), NESTED),
    Bomb("an archive in it", lambda: book({"xl/a.zip": b""}), NESTED),
    Bomb("a packed file in it", lambda: book({"xl/a.gz": gz(b"a")}), NESTED),
    Bomb("5,000 members", many_members, BIG),
    Bomb("a directory of 65,535 entries", lambda: directory(65_535, 46), BIG),
    Bomb("a directory of 4 GB", lambda: directory(1, 0xFFFF_FFFF), BIG),
    Bomb(
        "8 million cells in 32 KB",
        lambda: sheet(f"<row>{'<c/>' * 8_000_000}</row>", 8),
        BIG,
    ),
    Bomb(
        "one string of 300 MB",
        lambda: book({"xl/sharedStrings.xml": "x" * (300 * MEGABYTE)}),
        BIG,
    ),
    Bomb("a part of 51 MB", lambda: book({"a.txt": bytes(51 * MEGABYTE)}, STORED), BIG),
    Bomb("5 MB from 5 KB", lambda: book({"xl/styles.xml": " " * 5_000_000}), BIG),
    Bomb("parts that say they have 4 GB", lambda: with_lies(says_larger), BIG),
    Bomb("one part that is two hundred", overlapping, BIG),
    Bomb("a password", lambda: with_lies(says_encrypted), "加了密码"),
    Bomb("macros", lambda: book({"xl/vbaProject.bin": b"\0"}), "含有宏"),
    Bomb("packed by LZMA", lambda: book({}, zipfile.ZIP_LZMA), DAMAGED),
    Bomb("packed by bzip2", lambda: book({}, zipfile.ZIP_BZIP2), DAMAGED),
    Bomb("a part twice", lambda: book({"XL/Workbook.xml": "a"}), DAMAGED),
    Bomb("cut off at its end", lambda: workbook(("a",))[:-30], DAMAGED),
    Bomb("cut off early", lambda: workbook(("a",))[:40], DAMAGED),
    Bomb("a billion laughs", lambda: page(LAUGHING, "&j;"), MARKUP),
    Bomb("a page with a square", lambda: page(SQUARE, "&a;" * 100_000), MARKUP),
    Bomb("a page with a file of this machine", lambda: page(OUTSIDE, "&a;"), MARKUP),
    Bomb("a page, packed", lambda: gz(page(LAUGHING, "&j;")), MARKUP),
    Bomb("a gigabyte, packed", bursting, BIG),
    Bomb("packed twice", lambda: gz(gz(b"a,b\n" * 1_000)), "又是压缩文件"),
    Bomb("a gigabyte, packed twice", lambda: gz(bursting()), "又是压缩文件"),
    Bomb("packed and cut off", lambda: gz(b"a,b\n" * 9_999)[:-9], "压缩文件不完整"),
    Bomb("packed, with a tail", lambda: gz(b"a,b\n") + b"tail", "压缩文件不完整"),
    Bomb("an archive, packed", lambda: gz(packed({"a.csv": "a"})), "XLSX/ZIP"),
    Bomb("NUL bytes", lambda: b"a,b\n" + b"1,\0\n" * 100_000, BINARY),
    Bomb("UTF-16", lambda: ("甲,乙\n" * 1_000).encode("utf-16"), BINARY),
    Bomb("UTF-32", lambda: ("甲,乙\n" * 1_000).encode("utf-32"), BINARY),
    Bomb("no text at all", lambda: bytes(range(1, 256)) * 9_000, ENCODING),
    Bomb("over 200 MB", lambda: bytes(201 * MEGABYTE), "文件超过 200 MB"),
    Bomb("one line of 100 MB", lambda: b"x" * (100 * MEGABYTE), "太长"),
    Bomb(
        "a hundred MB in one field", lambda: b'"' + b"x\n" * (50 * MEGABYTE), "引号不成对"
    ),
    Bomb("400,000 columns", lambda: b"a," * 400_000 + b"\n1", COLUMNS),
    Bomb("a million columns", lambda: b"a," * 1_000_000 + b"\n1", "太长"),
    Bomb("a JSON line of 100 MB", lambda: b'{"a":"' + b"x" * (100 * MEGABYTE), "太长"),
    Bomb("JSON, 100,000 deep", lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "太深"),
    Bomb("brackets, a million deep", lambda: b"[" * 1_000_000, "太深"),
    Bomb(
        "a million keys", lambda: json_line(**{f"{n:x}": 1 for n in range(10**6)}), "太长"
    ),
    Bomb("100,000 keys", lambda: json_line(**{f"{n:x}": 1 for n in range(10**5)}), COLUMNS),
    Bomb("a number of a million digits", lambda: b'{"a":%s}' % (b"9" * 10**6), LONG),
    # Known only by what is read, which is bound.
    Bomb("parts that say they have 1 KB", lambda: with_lies(says_smaller), DAMAGED, False),
    Bomb(
        "laughs in a sheet",
        lambda: declaring("xl/worksheets/sheet1.xml", LAUGHING, "&j;"),
        DAMAGED,
        False,
    ),
    Bomb(
        "a square in the strings",
        lambda: declaring("xl/sharedStrings.xml", SQUARE, "&a;" * 100_000),
        DAMAGED,
        False,
    ),
    Bomb(
        "a file of this machine",
        lambda: declaring("xl/sharedStrings.xml", OUTSIDE, "&a;"),
        DAMAGED,
        False,
    ),
    Bomb(
        "a declaration from elsewhere",
        lambda: declaring("xl/workbook.xml", PARAMETER, ""),
        DAMAGED,
        False,
    ),
    Bomb("a sheet a million deep", lambda: deep_sheet(1_000_000), TAKEN, False),
    Bomb("row 2,000,000,000", lambda: sheet('<row r="2000000000"><c/></row>'), BIG, False),
    Bomb(
        "column ZZZZZZ",
        lambda: sheet('<row r="3"><c r="ZZZZZZ3"><v>1</v></c></row>'),
        DAMAGED,
        False,
    ),
    Bomb(
        "12 million cells in a row",
        lambda: sheet(f"<row>{'<c/>' * 12_000_000}</row>"),
        MEMORY,
        False,
    ),
    Bomb("a string of 45 MB", lambda: sheet(row(3, "x" * 45 * MEGABYTE)), LONG, False),
    Bomb("4.5 million strings", many_strings, MEMORY, False),
    Bomb("700,000 styles", many_styles, MEMORY, False),
    Bomb("names that lead to names", many_names, TAKEN, False),
    Bomb("a sheet that is the workbook", self_related, "没有看得见的数据", False),
    Bomb("a sheet outside of it", related_outside, "没有看得见的数据", False),
    Bomb("links to other books", linked_outside, TAKEN, False),
    Bomb("a link to a file of this machine", with_a_link, TAKEN, False),
    Bomb(
        "parts of other folders",
        lambda: book({"../../a": "a", "/etc/a": "b"}),
        TAKEN,
        False,
    ),
)
