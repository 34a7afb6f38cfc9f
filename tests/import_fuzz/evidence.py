"""Papers of a repair that are none, or not what their name says; whether they are taken."""

from random import Random
from typing import NamedTuple

from tests.broken_files import CHANGES, broken_file
from tests.repair.uploads import pdf, picture
from tests.workbooks import packed

BEGINNINGS = {
    "pdf": b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\n",
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    # A picture of 20,000 by 20,000 points, if it were ever opened.
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x06\0\0\0",
}
NAMES = (
    *("证明.pdf", "a.jpg", "../../etc/passwd", "C:\\书\\证明.png", "x" * 300, "a.exe"),
    *("<b>.pdf", "=1+1.png", "a\u202efdp.exe", ".", "证明"),
)
MOST_BYTES = 10 * 1_048_576
# How a file has to begin to be taken.
TAKEN = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Sent(NamedTuple):
    name: str
    content: bytes
    # True where it has to be taken, False where it must not be; of a document in which
    # somebody changed a byte nobody knows.
    is_honest: bool | None = False

    @property
    def has_a_name(self) -> bool:
        """One that Django takes; a browser sends no other."""
        return self.name != "." and len(self.name) < 255

    @property
    def may_be_taken(self) -> bool:
        begins = self.content.startswith(TAKEN) and len(self.content) <= MOST_BYTES
        return begins and self.is_honest is not False


# Handed in as they are: a picture of 400 megapixels in some bytes, what would run if a
# viewer opened it, two kinds in one, and a byte too many.
BOMBS = (
    Sent("照片.png", BEGINNINGS["png"] + bytes(1_000)),
    Sent("证明.pdf", BEGINNINGS["pdf"] + b"<< /Type /EmbeddedFile >>" * 100_000),
    Sent("证明.pdf", b"%PDF-1.7\n" + packed({"a.exe": "MZ"})),
    Sent("照片.jpg", packed({"a.jpg": b"\xff\xd8\xff"})),
    Sent("证明.pdf", b"%PDF-" + bytes(MOST_BYTES - 4)),
)


def sent(random: Random) -> Sent:
    make = random.choice((honest, half_made, hidden, foreign))
    content, is_honest = make(random), True if make is honest else None
    for _ in range(random.randint(0, 2)):
        content, is_honest = random.choice(CHANGES)(random, content), None
    if random.random() < 0.002:
        content += bytes(MOST_BYTES - len(content) + random.choice((0, 1)))
        is_honest = None
    return Sent(random.choice(NAMES), content, is_honest)


def honest(random: Random) -> bytes:
    size = random.randint(1, 60), random.randint(1, 60)
    return random.choice((pdf(), picture("JPEG", size), picture("PNG", size)))


def half_made(random: Random) -> bytes:
    """What begins as it should and goes on anyhow."""
    beginning = random.choice(list(BEGINNINGS.values()))
    return beginning + random.randbytes(random.randint(0, 2_000))


def hidden(random: Random) -> bytes:
    """Something before the beginning that is looked for, or half of it."""
    whole = honest(random)
    return random.choice((whole[1:], b" " + whole, b"\n" + whole, whole[:3]))


def foreign(random: Random) -> bytes:
    return broken_file(random.randrange(1 << 30)).content
