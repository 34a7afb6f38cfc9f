"""Reads of a PDF what the letters promise: words in order, fonts, language and title.

Only for files as our compiler writes them: every object by itself, streams deflated, text
in fonts with a table of characters.
"""

import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property

OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
# A string is in brackets, which may hold a pair of brackets, or in hexadecimal.
INNER = rb"[^()\\]|\\."
STRING = rb"\((?:" + INNER + rb"|\((?:" + INNER + rb")*\))*\)|<[0-9A-Fa-f]*>"
# What sets a font, and what shows text in it: strings between gaps.
SHOWN = re.compile(
    rb"/(\w+) [\d.]+ Tf|(\[(?:[^\[\]()<>]|" + STRING + rb")*\]TJ|(?:" + STRING + rb")Tj)",
    re.DOTALL,
)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass
class Pdf:
    content: bytes
    objects: dict[int, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.objects = {int(n): body for n, body in OBJECT.findall(self.content)}

    def stream(self, number: int) -> bytes:
        body = self.objects[number]
        found = STREAM.search(body)
        assert found
        return zlib.decompress(found[1]) if b"/Filter" in body else found[1]

    def find(self, pattern: bytes) -> list[bytes]:
        """In everything but streams."""
        heads = (STREAM.sub(b"", body) for body in self.objects.values())
        return [found for head in heads for found in re.findall(pattern, head)]

    @cached_property
    def fonts(self) -> set[str]:
        """The faces that are inside, without the mark of a part of one."""
        named = self.find(rb"/FontName/[A-Z]{6}\+([\w-]+).*?/FontFile3")
        return {name.decode() for name in named}

    @cached_property
    def language(self) -> str:
        (found,) = self.find(rb"/Type/Catalog.*?/Lang\(([\w-]+)\)")
        return found.decode()

    @cached_property
    def title(self) -> str:
        (number,) = self.find(rb"/Type/Catalog.*?/Metadata (\d+) 0 R")
        xml = self.stream(int(number)).decode()
        found = re.search(r"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", xml, re.DOTALL)
        assert found
        return found[1]

    @cached_property
    def pages(self) -> list[str]:
        """The words of each page, without blanks."""
        (kids,) = self.find(rb"/Type/Pages/Count \d+/Kids\[([\d R]+)\]")
        numbers = [int(n) for n in re.findall(rb"(\d+) 0 R", kids)]
        return [self.words(self.objects[number]) for number in numbers]

    def words(self, page: bytes) -> str:
        contents = re.search(rb"/Contents (\d+) 0 R", page)
        resources = re.search(rb"/Resources (\d+) 0 R", page)
        assert contents
        assert resources
        fonts = re.search(rb"/Font<<(.*?)>>", self.objects[int(resources[1])], re.DOTALL)
        assert fonts
        named = dict(re.findall(rb"/(\w+) (\d+) 0 R", fonts[1]))
        tables = {name: self.characters(int(number)) for name, number in named.items()}
        said: list[str] = []
        table: dict[int, str] = {}
        for font, shown in SHOWN.findall(self.stream(int(contents[1]))):
            table = tables[font] if font else table
            strings = re.findall(STRING, shown, re.DOTALL)
            said += [spelt(codes_of(one), table) for one in strings]
        return re.sub(r"[\s\u200b]+", "", "".join(said))

    def characters(self, font: int) -> dict[int, str]:
        """By the table that a reader uses to copy text."""
        number = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[font])
        assert number
        table = self.stream(int(number[1]))
        found = {}
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            for code, text in re.findall(rb"<(\w+)> <(\w+)>", block):
                found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for first, last, text in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", block):
                start = int(text, 16)
                for i in range(int(last, 16) - int(first, 16) + 1):
                    found[int(first, 16) + i] = chr(start + i)
        return found

    @property
    def text(self) -> str:
        return "".join(self.pages)


def codes_of(string: bytes) -> bytes:
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())

    def one(found: re.Match[bytes]) -> bytes:
        if found[1].isdigit():
            return bytes([int(found[1], 8)])
        return NAMED.get(found[1], found[1])

    return ESCAPED.sub(one, string[1:-1])


def spelt(codes: bytes, table: dict[int, str]) -> str:
    """Two bytes each."""
    numbers = (codes[i] << 8 | codes[i + 1] for i in range(0, len(codes), 2))
    return "".join(table.get(number, "") for number in numbers)
