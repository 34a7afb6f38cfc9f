"""Papers that are meant to hurt: refused with a sentence to act on, and nothing kept."""

import io
import resource
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from PIL import Image

from portal.middleware import RequestSizeMiddleware
from registry.errors import BarredError
from registry.models import Listing
from registry.request_size import most_bytes_of
from repair import applying, papers, urls
from repair.models import ApplicationDraft, DraftPaper, Evidence
from tests.repair import uploads
from tests.repair.uploads import pdf, picture, sent, stream
from tests.repair.walking import DUTY, WHO, begin, say

OTHER_KIND = "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。"
BROKEN = "文件不完整，或者已经损坏，没有收下。请重新扫描或者导出，再选择一次。"
LOCKED = "文件有密码或者限制，没有收下。请去掉密码后重新保存，或者打印后扫描。"
ACTIVE = "文件里有脚本、附件、表单或者自动执行的动作，没有收下。"
TWO_IN_ONE = "文件里还藏着另一种文件，没有收下。"
TOO_MANY_POINTS = "图片的尺寸太大，没有收下。"
TOO_LARGE_INSIDE = "文件展开以后太大，没有收下。请用较低的分辨率重新扫描。"
SCRIPT = b"<script>alert(1)</script>"
# Pages to which nothing can be sent.
ONLY_READ = {"index", "receipt", "objection_receipt"}
# Every way in which a document may act, by what it says in its catalogue.
ACTS = {
    "script": b"/Names << /JavaScript 5 0 R >>",
    "script in disguise": b"/Names << /J#61vaScript 5 0 R >>",
    "script on opening": b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
    "something on opening": b"/OpenAction 5 0 R",
    "program": b"/A << /S /Launch /F (calc.exe) >>",
    "attachment": b"/Names << /EmbeddedFiles 5 0 R >>",
    "attached file": b"/EF << /F 5 0 R >> /Type /EmbeddedFile",
    "form with a script of its own": b"/AcroForm << /XFA 5 0 R >>",
    "form sent away": b"/A << /S /SubmitForm /F (https://example.cn) >>",
    "event": b"/AA << /O 5 0 R >>",
    "film": b"/Subtype /RichMedia",
}


def refused(content: bytes, name: str = "证明.pdf") -> str:
    with pytest.raises(BarredError) as refusal:
        papers.taken(name, content)
    return " ".join(bar.text for bar in refusal.value.bars)


# --- PDF ------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
def test_a_document_that_acts_is_refused(act: str) -> None:
    assert ACTIVE in refused(pdf(ACTS[act]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(uploads.packed_objects(b"4 0 << /S /JavaScript >>"), id="packed"),
        pytest.param(
            uploads.packed_objects(
                b"4 0 << /S /Jav#61Script >>", b"/X (obj) /Filter [/FlateDecode]"
            ),
            id="packed in disguise",
        ),
        pytest.param(
            uploads.packed_objects(b"4 0 << >>", b"/Filter /LZWDecode"),
            id="packed in a way that is not unpacked",
        ),
        pytest.param(
            uploads.packed_objects(b"4 0 << >>", b"/Filter 9 0 R"),
            id="packed in a way that stands elsewhere",
        ),
        pytest.param(
            pdf(more=stream(b"", stream(b"/Length 9", b"/S /JavaScript"))),
            id="one stream inside another",
        ),
    ],
)
def test_what_hides_in_a_stream_is_found(content: bytes) -> None:
    assert ACTIVE in refused(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pdf(), id="plain"),
        pytest.param(pdf(b"/OpenAction [2 0 R /Fit]"), id="says where to begin"),
        pytest.param(pdf(b"/A << /S /URI /URI (https://example.cn) >>"), id="a link"),
        pytest.param(uploads.packed_objects(b"4 0 << /S /GoTo >>"), id="packed"),
    ],
)
def test_an_honest_document_stays_as_it_is(content: bytes) -> None:
    assert papers.taken("证明.pdf", content).content == content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(pdf(b"/Encrypt 5 0 R"), LOCKED, id="locked"),
        pytest.param(pdf()[:-20], BROKEN, id="cut off"),
        pytest.param(b"%PDF-1.7\n", BROKEN, id="only a beginning"),
        pytest.param(pdf(after=uploads.zipped()), TWO_IN_ONE, id="an archive behind it"),
        pytest.param(b"%PDF-1.7\n" + uploads.zipped(), TWO_IN_ONE, id="an archive in it"),
        pytest.param(pdf(after=b"MZ program"), TWO_IN_ONE, id="something behind it"),
        pytest.param(pdf(more=b"% " + SCRIPT), TWO_IN_ONE, id="a page in it"),
        pytest.param(b"GIF89a=1;" + SCRIPT, OTHER_KIND, id="GIF and script"),
        pytest.param(b"\n" + pdf(), OTHER_KIND, id="something before it"),
        pytest.param(b"MZ\x90", OTHER_KIND, id="a program"),
        pytest.param(uploads.zipped(), OTHER_KIND, id="an archive"),
    ],
)
def test_what_is_no_plain_document_is_refused(content: bytes, sentence: str) -> None:
    assert sentence in refused(content)


@pytest.mark.parametrize("n_bytes", [151_000_000])
def test_a_document_that_swells_is_refused(n_bytes: int) -> None:
    content = uploads.packed_bomb(n_bytes)

    assert len(content) < 200_000
    assert TOO_LARGE_INSIDE in refused(content)


def test_a_document_packed_twice_is_refused() -> None:
    twice = stream(b"/Filter [/FlateDecode /FlateDecode]", b"x")

    assert TOO_LARGE_INSIDE in refused(pdf(more=twice))


def test_a_search_that_takes_too_long_ends() -> None:
    """Streams within streams without end: bounded by the clock, and said."""
    text = refused(pdf(more=b"stream\n" * 1_300_000))

    assert "没有收下" in text


# --- Pictures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(uploads.empty_png(20_000, 20_000), TOO_MANY_POINTS, id="a bomb"),
        pytest.param(uploads.empty_png(60_000, 10), TOO_MANY_POINTS, id="a long strip"),
        pytest.param(picture()[:-200], BROKEN, id="JPEG cut off"),
        pytest.param(picture("PNG")[:-40], BROKEN, id="PNG cut off"),
        pytest.param(b"\xff\xd8\xff\xe0 nothing", BROKEN, id="only a beginning"),
        pytest.param(picture("PNG", comment="")[:8] + bytes(90), BROKEN, id="PNG of zeros"),
        pytest.param(picture(comment=SCRIPT), TWO_IN_ONE, id="JPEG and page"),
        pytest.param(picture() + b"<HTML>" + SCRIPT, TWO_IN_ONE, id="a page behind it"),
        pytest.param(picture() + uploads.zipped(), TWO_IN_ONE, id="an archive behind it"),
        pytest.param(picture("GIF"), OTHER_KIND, id="GIF"),
        pytest.param(picture("BMP"), OTHER_KIND, id="BMP"),
    ],
)
def test_what_is_no_plain_picture_is_refused(content: bytes, sentence: str) -> None:
    assert sentence in refused(content, "照片.jpg")


def test_a_photo_keeps_its_points_and_nothing_else() -> None:
    before = uploads.photo()
    after = papers.taken("照片.jpg", before + b"behind the end").content

    image = Image.open(io.BytesIO(after))
    assert image.format == "JPEG"
    # Turned as it was held.
    assert image.size == (30, 40)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"ExampleCamera", b"taken at home", b"ICC", b"Exif", b"behind"):
        assert word not in after


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_is_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    target = io.BytesIO()
    Image.new(mode, (20, 10)).save(target, kind)

    taken = papers.taken("图.png", target.getvalue())

    image = Image.open(io.BytesIO(taken.content))
    assert (image.size, image.format) == ((20, 10), kind)
    assert taken.kind == kind.lower()


def test_a_page_at_600_points_to_the_inch_is_taken() -> None:
    large = uploads.empty_png(4_960, 7_016)

    assert papers.taken("扫描.png", large).kind == "png"


# --- By the page ----------------------------------------------------------------------


@pytest.fixture
def draft_at(
    client: Client, listing: Listing, settings: LazySettings, tmp_path: Path
) -> str:
    cache.clear()
    settings.DATA_DIR = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    at = begin(client, listing)
    say(client, at, "who", **WHO)
    say(client, at, "duty", **DUTY)
    return at


def left(tmp_path: Path) -> list[Path]:
    return [one for one in tmp_path.rglob("*") if one.is_file()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("paper", "sentence"),
    [
        pytest.param(sent("a.pdf", pdf(ACTS["script"])), ACTIVE, id="active"),
        pytest.param(
            sent("a.png", uploads.empty_png(20_000, 20_000)), TOO_MANY_POINTS, id="bomb"
        ),
        pytest.param(sent("a.pdf", b"MZ"), OTHER_KIND, id="wrong type"),
        pytest.param(sent("a.pdf", b""), "这个文件是空的。请换一个文件。", id="empty"),
        pytest.param(
            sent("a.pdf", b"%PDF-" + bytes(10 * 1024**2 - 4)),
            "文件超过 10 MB。请压缩或者分成几份。",
            id="a byte too many",
        ),
    ],
)
def test_of_what_is_refused_nothing_is_kept(
    client: Client,
    draft_at: str,
    tmp_path: Path,
    paper: SimpleUploadedFile,
    sentence: str,
) -> None:
    paper.seek(0)
    before = bytes(ApplicationDraft.objects.get().sealed)

    answer = client.post(f"{draft_at}papers/", {"do": "next", "paper": paper})

    assert sentence in answer.content.decode()
    assert not DraftPaper.objects.exists()
    assert not Evidence.objects.exists()
    assert bytes(ApplicationDraft.objects.get().sealed) == before
    assert left(tmp_path) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\证明.pdf", "证明.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("书\x00\r\n.pdf", "书.pdf"),
        ("<b>.pdf", "<b>.pdf"),
    ],
)
def test_a_name_names_no_place(name: str, kept: str) -> None:
    assert papers.plain_name(name) == kept


@pytest.mark.django_db
def test_too_much_is_refused_before_it_is_read(client: Client, draft_at: str) -> None:
    """300 MB: by what the request says of itself; no form, no memory, no file."""
    body, n_bytes = Endless(), 300 * 1024**2
    says: dict[str, Any] = {"CONTENT_LENGTH": str(n_bytes), "wsgi.input": body}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    answer = client.generic(
        "POST",
        f"{draft_at}papers/",
        content_type="multipart/form-data; boundary=x",
        **says,
    )

    text = answer.content.decode()
    assert answer.status_code == 413
    assert "一次最多接收 11 MB。超过的没有读取，也没有保存。" in text
    assert "请返回上一页，把文件压缩、分成几份" in text
    # Thrown away in pieces, so that the browser gets to read the answer.
    assert body.n_read == n_bytes
    assert body.largest <= RequestSizeMiddleware.PIECE
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000
    assert not DraftPaper.objects.exists()


class Endless:
    """A body that never ends, and remembers how it was read."""

    def __init__(self) -> None:
        self.n_read, self.largest = 0, 0

    def read(self, n: int = -1) -> bytes:
        assert n > 0, "nobody may ask for all of it"
        self.n_read, self.largest = self.n_read + n, max(self.largest, n)
        return bytes(n)

    readline = read


@pytest.mark.parametrize("length", ["", "x", "-1", "11534336"])
def test_what_a_page_takes_goes_on(length: str) -> None:
    request = RequestFactory().post("/repair/", CONTENT_LENGTH=length)
    middleware = RequestSizeMiddleware(lambda _: pytest.fail("not reached"))

    assert middleware.process_view(request, applying.step, (), {}) is None


def test_every_page_of_the_procedure_says_how_much_it_takes() -> None:
    open_ended = [
        one.name
        for one in urls.urlpatterns
        if one.name not in ONLY_READ and most_bytes_of(one.callback) is None
    ]

    assert open_ended == []
