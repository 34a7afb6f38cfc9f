"""Files as applicants send them: honest ones, and those that are meant to hurt."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


# --- PDF ------------------------------------------------------------------------------


def pdf(catalog: bytes = b"", more: bytes = b"", after: bytes = b"") -> bytes:
    """The least that is a document, with something in it and something behind it."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R "
        + catalog
        + b" >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + more
        + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
        + after
    )


def stream(dictionary: bytes, content: bytes) -> bytes:
    return (
        b"7 0 obj\n<< " + dictionary + b" >>\nstream\n" + content + b"\nendstream\nendobj\n"
    )


def packed_objects(content: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    head = b"/Type /ObjStm /N 1 /First 4 " + dictionary
    return pdf(more=stream(head, zlib.compress(content)))


def packed_bomb(n_bytes: int) -> bytes:
    packing = zlib.compressobj(9)
    pieces = [packing.compress(bytes(1_000_000)) for _ in range(n_bytes // 1_000_000)]
    return pdf(more=stream(b"/Filter /FlateDecode", b"".join(pieces) + packing.flush()))


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.exe", "MZ")
    return target.getvalue()


# --- Pictures -------------------------------------------------------------------------


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "#0b5d66").save(target, kind, **more)
    return target.getvalue()


def photo() -> bytes:
    """As a telephone takes it: held upright, with the place, the camera and a remark."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "ExampleCamera"
    exif.get_ifd(0x8825)[2] = (22.0, 32.0, 7.0)
    profile = b"ICC-PROFILE-OF-SOMEBODY" * 10
    return picture(exif=exif, icc_profile=profile, comment=b"taken at home")


def empty_png(width: int, height: int) -> bytes:
    """As large as it says, all of one colour, in a few thousand bytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    packing = zlib.compressobj(9)
    rows = b"".join(packing.compress(row) for _ in range(height)) + packing.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check
