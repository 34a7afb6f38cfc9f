"""Whether a PDF is only a document: bytes in, what is wrong with it out.

It is searched and never interpreted, so that a reader which forgives more than we do
finds nothing that we have not seen: names are looked for in the whole file, whatever
stands around them, and in every stream that may hold objects. In doubt it is refused.
"""

import re
import zlib
from collections.abc import Iterator

# An action has to name its kind, and these are the kinds that act: a script, a program,
# a form sent away, a file inside or beside the document. A link to a page is none.
ACTIVE = (
    *("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "Rendition"),
    *("RichMedia", "EmbeddedFile", "EmbeddedFiles", "XFA", "AcroJS"),
)
END_OF_NAME = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)"
ACTS = re.compile(rb"/(?:" + "|".join(ACTIVE).encode() + rb")" + END_OF_NAME)
# To be done on opening, unless it only says where to begin to read.
OPENS = re.compile(rb"/OpenAction" + END_OF_NAME + rb"\s*(?!\s*\[)")
TRIGGERS = re.compile(rb"/AA" + END_OF_NAME)
LOCKED = re.compile(rb"/Encrypt" + END_OF_NAME)
# No reader finds objects in a stream that lacks the first of these keys.
HOLDS_OBJECTS = re.compile(rb"/(?:First|ObjStm)" + END_OF_NAME)
# Ways of packing that are not unpacked here, or that are named elsewhere in the file.
PACKED_OTHERWISE = re.compile(
    rb"/(?:LZW(?:Decode)?|RunLengthDecode|RL|ASCII85Decode|A85|ASCIIHexDecode|AHx|Crypt"
    rb"|Predictor)" + END_OF_NAME + rb"|/(?:Filter|DecodeParms)\s+\d+\s+\d+\s+R"
)
DEFLATED_TWICE = re.compile(rb"/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl|LZWDecode|LZW)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)?")
# Where one stream seems to stand inside another, its dictionary is looked for so far back.
NEAR = 4_096
END, AFTER_END = b"%%EOF", 1_024
# What streams become when they are unpacked: a page scanned in colour has 26 MB, and no
# letter has hundreds of them.
MOST_OF_ONE, MOST_OF_ALL = 150_000_000, 400_000_000
PIECE = 1_000_000
# Longer than any of the names, which may stand where one piece ends.
OVERLAP = 32


class FlawError(Exception):
    """Why it is not taken; `code` is one of the keys of `inspection.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refuse_flaws(content: bytes) -> None:
    """FlawError where it is cut off, locked, active, or larger than it looks."""
    refuse_cut_off(content)
    refuse_active(content)
    refuse_streams(content)


def refuse_cut_off(content: bytes) -> None:
    """It ends as a document ends, and with nothing behind it."""
    tail = content[-AFTER_END:]
    end = tail.rfind(END)
    if b"startxref" not in content or end < 0:
        raise FlawError("broken")
    if tail[end + len(END) :].strip(b"\x00\t\n\f\r "):
        raise FlawError("two_in_one")


def refuse_active(text: bytes) -> None:
    plain = unescaped(text)
    if LOCKED.search(plain):
        raise FlawError("locked")
    if ACTS.search(plain) or OPENS.search(plain):
        raise FlawError("active")


def unescaped(text: bytes) -> bytes:
    """Names as they are meant: any character of one may be written as a number."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def refuse_streams(content: bytes) -> None:
    """Every stream, wherever it begins: also one that hides inside another."""
    total, outside = 0, 0
    for found in STREAM.finditer(content):
        refuse_triggers(content[outside : found.start()])
        begins = outside if outside <= found.start() else max(0, found.start() - NEAR)
        refuse_packing(unescaped(content[begins : found.start()]))
        total += refuse_packed(content, found.end())
        if total > MOST_OF_ALL:
            raise FlawError("too_large_inside")
        outside = max(found.end(), content.find(b"endstream", found.end()))
    refuse_triggers(content[outside:])


def refuse_triggers(text: bytes) -> None:
    """Two letters stand in packed data by chance, so only what is no stream is asked."""
    if TRIGGERS.search(unescaped(text)):
        raise FlawError("active")


def refuse_packing(dictionary: bytes) -> None:
    """What stands before a stream, its dictionary included."""
    if DEFLATED_TWICE.search(dictionary):
        raise FlawError("too_large_inside")
    if HOLDS_OBJECTS.search(dictionary) and PACKED_OTHERWISE.search(dictionary):
        raise FlawError("active")


def refuse_packed(content: bytes, start: int) -> int:
    """The same questions of what is packed, whatever it says it is; how large it is."""
    n_bytes, before = 0, b""
    for piece in unpacked(content, start):
        refuse_active(before + piece)
        n_bytes, before = n_bytes + len(piece), piece[-OVERLAP:]
    return n_bytes


def unpacked(content: bytes, start: int) -> Iterator[bytes]:
    """Piece by piece, and never more than is allowed; a broken end is no concern."""
    unpacking, n_bytes = zlib.decompressobj(), 0
    rest = memoryview(content)[start:]
    try:
        piece = unpacking.decompress(rest, PIECE)
        while piece:
            n_bytes += len(piece)
            if n_bytes > MOST_OF_ONE:
                raise FlawError("too_large_inside")
            yield piece
            piece = unpacking.decompress(unpacking.unconsumed_tail, PIECE)
    except zlib.error:
        return
