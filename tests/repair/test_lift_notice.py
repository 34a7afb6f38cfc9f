"""A granted repair has a signed notice: it verifies online and offline, altered nowhere."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation

from registry import sealed_files, signed_letters
from registry.actions import papers
from registry.actions import signed_letters as signing_letters
from registry.ledger import keys, verify_letter
from registry.logbook import signing
from registry.models import CaseKey, LedgerEntry, Listing, SignedLetter, User
from repair import access, actions
from repair.actions import Filed
from tests.factories import AT, make_identifier, make_listing, make_person
from tests.pdf import Pdf
from tests.repair.lifting import grant, grant_and_sign
from tests.repair.making import filed, make_cure_rule

pytestmark = pytest.mark.django_db
WRONG = "这份文件没有通过核验"


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


@pytest.fixture
def filing(listing: Listing) -> Filed:
    assert listing.entity
    make_identifier(listing.entity)
    return filed(listing)


@pytest.fixture
def letter(filing: Filed, clerk: User, decider: User) -> SignedLetter:
    return grant_and_sign(filing, clerk, decider)


def content(letter: SignedLetter) -> dict[str, Any]:
    return dict(json.loads(signed_letters.content_of(letter)))


@pytest.fixture
def keys_of_its_own(tmp_path: Path) -> Iterator[None]:
    """A new key would stay for the tests that follow."""
    own = shutil.copytree(settings.KEYS_DIR, tmp_path / "own")
    with override_settings(KEYS_DIR=own):
        yield


# --- Issued and signed -----------------------------------------------------------------


def test_it_is_issued_with_the_grant_and_signed_after_the_ledger(
    filing: Filed, clerk: User, decider: User
) -> None:
    letter = grant(filing, clerk, decider)
    assert letter.signed_at is None
    assert signing_letters.sign_letters(AT) == 0
    signing.sign(AT)

    assert signing_letters.sign_letters(AT) == 1
    assert signing_letters.sign_letters(AT) == 0
    letter.refresh_from_db()
    assert letter.key.startswith(f"{keys.origin()}+")


def test_it_says_what_ended_and_whom_it_is_for(
    letter: SignedLetter, listing: Listing
) -> None:
    said = content(letter)

    assert listing.entity
    assert said["party"]["name"] == listing.entity.name
    assert said["decision_no"] == listing.decision_no
    assert (said["ended"], said["why"]) == ("2026-03-16", "cured")
    assert said["document"] == "示例修〔2026〕1号"
    assert said["check"] == f"{settings.SITE_URL}/verify/{letter.number}"
    assert LedgerEntry.objects.get(pk=said["entry"]).kind == "end"
    assert len(said["code"]) == 32


def test_of_a_person_nothing_stands_in_the_table(
    listing: Listing, clerk: User, decider: User
) -> None:
    rule = make_cure_rule("TEST_PERSON")
    person = make_listing(
        rule,
        authority=listing.authority,
        party=make_person(),
        conduct_on=date(2026, 1, 5),
        decided_on=date(2026, 3, 16),
    )
    letter = grant_and_sign(filed(person), clerk, decider)
    row = str(SignedLetter.objects.values().get())

    said = content(letter)
    assert set(said["party"]) == {"name", "number_end"}
    assert len(said["party"]["number_end"]) == 4
    assert said["party"]["name"] not in row
    assert said["party"]["name"].encode() not in bytes(letter.sealed or b"")


def test_what_differs_from_its_digest_is_not_signed(
    filing: Filed, clerk: User, decider: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = grant(filing, clerk, decider)
    signing.sign(AT)
    monkeypatch.setattr(signed_letters, "content_of", lambda _letter: b"{}")

    assert signing_letters.sign_letters(AT) == 0
    letter.refresh_from_db()
    assert letter.signed_at is None


def test_the_pdf_is_made_once_and_tells_number_and_digest(letter: SignedLetter) -> None:
    for language, title in (
        ("zh", "信用修复（移出）告知书"),
        ("en", "Noticeofcreditrepair"),
    ):
        first = signing_letters.pdf_of(letter, language)
        assert first == signing_letters.pdf_of(letter, language)
        assert hashlib.sha256(first).hexdigest() == getattr(letter, f"digest_{language}")
        text = Pdf(first).text
        assert title in text
        assert letter.shown_number in text
        assert content(letter)["party"]["name"] in text


def test_a_kill_between_file_and_row_does_not_matter(letter: SignedLetter) -> None:
    sealed_files.store(letter.listing.case, f"{letter.stored_as}.zh", b"half")

    assert signing_letters.pdf_of(letter, "zh").startswith(b"%PDF-")


# --- Offline ---------------------------------------------------------------------------


def check(folder: Path, file: bytes, published: bytes) -> subprocess.CompletedProcess[str]:
    """As a stranger does: one program, two files, no network, nothing of the register."""
    program = folder / "verify_letter.py"
    program.write_bytes(Path(verify_letter.__file__).read_bytes())
    (folder / "lift.json").write_bytes(file)
    (folder / "keys").write_bytes(published)
    return subprocess.run(
        [sys.executable, program.name, "lift.json", "--keys", "keys"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_verifies_offline_with_the_public_key_alone(
    letter: SignedLetter, tmp_path: Path
) -> None:
    done = check(tmp_path, signing_letters.file_of(letter), keys.published())

    assert done.returncode == 0, done.stderr
    assert f"number: {letter.number}" in done.stdout
    assert done.stderr == ""


def test_no_altered_byte_passes_offline(letter: SignedLetter, tmp_path: Path) -> None:
    file, known = signing_letters.file_of(letter), tmp_path / "keys"
    known.write_bytes(keys.published())
    place = tmp_path / "lift.json"
    passed = []
    for at in range(len(file)):
        place.write_bytes(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :])
        if verify_letter.main([str(place), "--keys", str(known)]) != 1:
            passed.append(at)

    assert passed == []


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file + b"\n",
        lambda file: file[:-1],
        lambda file: file.replace(b'":"', b'": "', 1),
        lambda file: json.dumps(json.loads(file), ensure_ascii=False).encode() + b"\n",
        lambda file: file.replace(b'"why":"cured"', b'"why":"wrong"'),
        lambda file: file[:0],
        lambda file: file[:0] + b"[]\n",
        lambda file: b"\xff" + file,
    ],
)
def test_no_other_spelling_passes_anywhere(
    change: Any, letter: SignedLetter, tmp_path: Path, client: Client
) -> None:
    file = change(signing_letters.file_of(letter))
    place, known = tmp_path / "lift.json", tmp_path / "keys"
    place.write_bytes(file)
    known.write_bytes(keys.published())

    assert verify_letter.main([str(place), "--keys", str(known)]) == 1
    if file:
        assert WRONG in sent(client, file)


def test_a_key_of_somebody_else_is_a_finding_and_no_file_is_unreadable(
    letter: SignedLetter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, known = tmp_path / "lift.json", tmp_path / "keys"
    place.write_bytes(signing_letters.file_of(letter))
    known.write_bytes(keys.published().replace(b'"vkey":"', b'"vkey":"other.', 1))

    assert verify_letter.main([str(place), "--keys", str(known)]) == 1
    assert verify_letter.main([str(tmp_path / "none"), "--keys", str(known)]) == 2
    assert "unreadable" in capsys.readouterr().out


def test_a_letter_signed_by_the_next_key_verifies(
    filing: Filed, clerk: User, decider: User, tmp_path: Path, keys_of_its_own: None
) -> None:
    grant(filing, clerk, decider)
    signing.sign(AT)
    keys.make_next(date(2026, 3, 17))
    signing_letters.sign_letters(AT + timedelta(days=1))
    letter = SignedLetter.objects.get()

    assert (
        check(tmp_path, signing_letters.file_of(letter), keys.published()).returncode == 0
    )
    forged = keys.published().replace(b'"sig":"', b'"sig":"A', 1)
    assert check(tmp_path, signing_letters.file_of(letter), forged).returncode == 1


# --- Online ----------------------------------------------------------------------------


def sent(client: Client, file: bytes, name: str = "lift.json") -> str:
    answer = client.post("/verify/", {"file": SimpleUploadedFile(name, file)})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_the_page_confirms_day_and_digest_and_no_name(
    letter: SignedLetter, client: Client, listing: Listing
) -> None:
    answer = client.get(f"/verify/{letter.number}")
    page = answer.content.decode()

    assert "核验通过" in page
    assert letter.digest in page
    assert '<time datetime="2026-03-16">' in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert listing.entity
    assert listing.entity.name not in page
    assert listing.decision_no not in page
    assert "Genuine" in client.get(f"/en/verify/{letter.number}").content.decode()


def test_a_number_is_understood_as_it_is_typed(
    letter: SignedLetter, client: Client
) -> None:
    typed = letter.shown_number.lower().replace("0", "o").replace("1", "i")

    answer = client.post("/verify/", {"number": f" {typed.replace('-', ' ')} "})

    assert answer.headers["Location"] == f"/verify/{letter.number}"
    assert "核验通过" in client.get(f"/verify/{typed}").content.decode()


def test_an_unknown_number_says_what_to_check(client: Client) -> None:
    page = client.get("/verify/2026AAAABBBBCCCC").content.decode()

    assert "本站没有出具过这个编号的告知书。" in page
    assert "没有字母 I、L、O、U" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"number": ""}, "没有填写编号。请照告知书填写。"),
        ({"number": "2026-AAAA"}, "编号应当是 16 个字母和数字。请照告知书核对。"),
        ({"number": "2026AAAABBBBCCCU"}, "编号应当是 16 个字母和数字。请照告知书核对。"),
        ({}, "没有选择文件。请选择收到的 PDF 或者 JSON 文件。"),
    ],
)
def test_what_cannot_be_a_question_is_told(
    client: Client, given: dict[str, str], sentence: str
) -> None:
    assert sentence in client.post("/verify/", given).content.decode()


def test_a_file_too_large_is_told(client: Client) -> None:
    page = sent(client, b"%PDF-" + b"x" * 2 * 1024 * 1024)

    assert "文件超过 2 MB，不是本站出具的告知书。请核对文件。" in page


def test_both_files_verify_online_and_one_byte_fails(
    letter: SignedLetter, client: Client
) -> None:
    for file in (signing_letters.file_of(letter), signing_letters.pdf_of(letter, "zh")):
        assert "核验通过：文件由本站出具" in sent(client, file)
        for at in (9, len(file) // 2, len(file) - 2):
            altered = file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
            assert WRONG in sent(client, altered)


def test_a_revoked_notice_says_so_everywhere(
    letter: SignedLetter, filing: Filed, client: Client
) -> None:
    file = signing_letters.file_of(letter)
    signing_letters.revoke_letters(letter.listing, at=AT)

    assert "已于" in (page := client.get(f"/verify/{letter.number}").content.decode())
    assert "核验通过" not in page
    assert "核验通过" not in sent(client, file)
    assert "不能再使用" in tracked(client, filing)
    assert download(client, filing, kind="json").headers["Content-Type"] != JSON_TYPE


def test_before_it_is_signed_the_pages_say_so(
    filing: Filed, clerk: User, decider: User, client: Client
) -> None:
    letter = grant(filing, clerk, decider)

    assert "正在签名" in client.get(f"/verify/{letter.number}").content.decode()
    assert "告知书正在签名" in tracked(client, filing)
    assert "现在不能下载" in download(client, filing).content.decode()


def test_questions_are_counted(client: Client) -> None:
    answers = [client.get("/verify/2026AAAABBBBCCCC").status_code for _ in range(61)]

    assert answers == [200] * 60 + [429]


# --- Handed out and forgotten ----------------------------------------------------------

JSON_TYPE = "application/json"


def tracked(client: Client, filing: Filed) -> str:
    given = {"number": filing.filing.number, "secret": filing.secret}
    return client.post("/repair/track/", given).content.decode()


def download(client: Client, filing: Filed, **other: str) -> Any:
    given = {
        "pass": access.issue_pass(filing.filing),
        "application": f"{filing.filing.applications.get().public_id}",
        "kind": "zh",
    }
    return client.post("/repair/track/paper/", given | other)


def test_the_party_downloads_it(
    letter: SignedLetter, filing: Filed, client: Client
) -> None:
    assert letter.shown_number in tracked(client, filing)

    pdf, file = download(client, filing), download(client, filing, kind="json")

    assert pdf.headers["Content-Disposition"] == (
        f'attachment; filename="lift-{letter.number}-zh.pdf"'
    )
    assert file.content == signing_letters.file_of(letter)
    assert download(client, filing, **{"pass": "forged"}).status_code == 403
    assert client.get("/repair/track/paper/").status_code == 405


def test_erasure_takes_the_content_and_leaves_what_checks_a_copy(
    letter: SignedLetter, filing: Filed, client: Client
) -> None:
    file, pdf = signing_letters.file_of(letter), signing_letters.pdf_of(letter, "zh")
    late = AT + timedelta(days=200)
    actions.erase_due(late)
    papers.forget(late)
    letter.refresh_from_db()

    assert letter.sealed is None
    assert not list(sealed_files.folder().glob(f"{letter.stored_as}*"))
    assert not CaseKey.objects.filter(case=letter.listing.case).exists()
    assert "核验通过" in sent(client, file)
    assert "核验通过" in sent(client, pdf, "lift.pdf")
    with pytest.raises(sealed_files.GoneError):
        signing_letters.file_of(SignedLetter.objects.get())


def test_it_reads_in_english(letter: SignedLetter, client: Client) -> None:
    text = Pdf(signing_letters.pdf_of(letter, "en")).text

    assert f"/en/verify/{letter.number}" in text
    with translation.override("en"):
        assert (
            letter.get_kind_display() == "Notice of credit repair (removal from the list)"
        )
