"""Notes as C2SP writes them: read back whole, and nothing read that is not one."""

from base64 import b64encode
from hashlib import sha256

import pytest

from registry.ledger.errors import NoteError
from registry.ledger.notes import (
    Algorithm,
    Checkpoint,
    Note,
    PublicKey,
    Signature,
    Signer,
    open_checkpoint,
    read_checkpoint,
    read_key,
    read_note,
)

ORIGIN = "credit.test/ledger"
# The first two secret keys of RFC 8032, section 7.1, and their public keys.
LOG = Signer.of(
    ORIGIN,
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
)
LOG_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
WITNESS = Signer.of(
    "witness.test/w1",
    bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
    Algorithm.COSIGNATURE,
)
STRANGER = Signer.of("elsewhere.test", bytes(32))
NEW_LOG_KEY = Signer.of(ORIGIN, bytes([7]) * 32)
CHECKPOINT = Checkpoint(ORIGIN, 20852163, bytes(range(32)))
TIME = 1679315147


@pytest.fixture
def note() -> Note:
    """Signed by the log, by a witness, and by somebody we do not know."""
    text = CHECKPOINT.text
    signed = CHECKPOINT.signed_by(LOG, STRANGER)
    return signed.signed(WITNESS.cosign(text, TIME))


# --- As it is written ---------------------------------------------------------------------


def test_a_checkpoint_is_three_lines() -> None:
    assert CHECKPOINT.text == (
        "credit.test/ledger\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert read_checkpoint(CHECKPOINT.text) == CHECKPOINT


def test_a_signature_line_is_name_and_base64_of_key_id_and_signature() -> None:
    public = bytes.fromhex(LOG_PUBLIC)
    key_id = sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]

    lines = bytes(CHECKPOINT.signed_by(LOG)).decode().split("\n")

    signature = LOG.private.sign(CHECKPOINT.text.encode())
    assert lines[3:] == [
        "",
        f"— {ORIGIN} {b64encode(key_id + signature).decode()}",
        "",
    ]


def test_a_witness_signs_the_time_beside_the_text(note: Note) -> None:
    line = note.signatures[-1]
    message = f"cosignature/v1\ntime {TIME}\n{CHECKPOINT.text}".encode()

    assert line.time == TIME
    assert line.content == TIME.to_bytes(8) + WITNESS.private.sign(message)
    assert (
        line.key_id
        == sha256(b"witness.test/w1\n\x04" + WITNESS.public.content).digest()[:4]
    )


def test_a_note_is_read_back_whole(note: Note) -> None:
    found = read_note(bytes(note))

    assert found == note
    assert bytes(found) == bytes(note)
    assert [line.name for line in found.signatures] == [
        ORIGIN,
        "elsewhere.test",
        "witness.test/w1",
    ]


def test_the_text_may_hold_empty_lines() -> None:
    text = "one\n\ntwo\n\n\n"
    note = Note(text, (LOG.sign(text),))

    assert read_note(bytes(note)) == note


# --- Who signed ---------------------------------------------------------------------------


def test_it_finds_the_lines_of_known_keys(note: Note) -> None:
    lines = note.refuse_strangers([LOG.public, WITNESS.public])

    assert [line.name for line in lines] == [ORIGIN, "witness.test/w1"]
    assert open_checkpoint(bytes(note), [LOG.public]) == CHECKPOINT


def test_while_a_key_changes_both_may_sign() -> None:
    note = bytes(CHECKPOINT.signed_by(LOG, NEW_LOG_KEY))

    for known in ([LOG.public], [NEW_LOG_KEY.public], [LOG.public, NEW_LOG_KEY.public]):
        assert open_checkpoint(note, known) == CHECKPOINT


def test_a_note_without_a_known_signature_is_refused(note: Note) -> None:
    with pytest.raises(NoteError, match="no known key"):
        note.refuse_strangers([NEW_LOG_KEY.public])
    with pytest.raises(NoteError, match="no known key"):
        note.refuse_strangers([])


def test_one_wrong_signature_of_a_known_key_spoils_the_note(note: Note) -> None:
    wrong = Signature(ORIGIN, LOG.public.id, bytes(64))

    with pytest.raises(NoteError, match="is wrong"):
        note.signed(wrong).refuse_strangers([LOG.public])


@pytest.mark.parametrize("size", [1, 63, 64, 71, 72, 73])
@pytest.mark.parametrize("signer", [LOG, WITNESS], ids=["log", "witness"])
def test_a_signature_of_any_length_can_be_wrong(signer: Signer, size: int) -> None:
    line = Signature(signer.name, signer.public.id, b"\xff" * size)

    assert not signer.public.verifies(CHECKPOINT.text, line)


def test_a_signature_is_bound_to_text_name_and_time(note: Note) -> None:
    log, _, witness = note.signatures
    later = witness._replace(content=(TIME + 1).to_bytes(8) + witness.content[8:])
    other = CHECKPOINT._replace(size=20852164)

    assert LOG.public.verifies(CHECKPOINT.text, log)
    assert WITNESS.public.verifies(CHECKPOINT.text, witness)
    assert not LOG.public.verifies(other.text, log)
    assert not WITNESS.public.verifies(other.text, witness)
    assert not WITNESS.public.verifies(CHECKPOINT.text, later)
    assert not LOG.public.verifies(CHECKPOINT.text, log._replace(name="other.test"))


def test_a_witness_signs_no_time_beyond_what_others_can_read() -> None:
    text = CHECKPOINT.text
    latest, beyond = WITNESS.cosign(text, 2**63 - 1), WITNESS.cosign(text, 2**63)

    assert WITNESS.public.verifies(text, latest)
    assert beyond.time is None
    assert not WITNESS.public.verifies(text, beyond)


def test_any_one_altered_byte_is_noticed(note: Note) -> None:
    whole = bytes(note)
    signed = len(CHECKPOINT.text) + len(str(note.signatures[0])) + 1
    accepted = [place for place in range(signed) if still_opens(whole, place)]

    assert accepted == []


def still_opens(whole: bytes, place: int) -> bool:
    spoilt = bytearray(whole)
    spoilt[place] ^= 1
    try:
        open_checkpoint(bytes(spoilt), [LOG.public])
    except NoteError:
        return False
    return True


# --- Not a note ---------------------------------------------------------------------------

GOOD = bytes(CHECKPOINT.signed_by(LOG)).decode()
TEXT, LINE = GOOD.split("\n\n")
CONTENT = LINE.split(" ")[2].strip()


def under(line: str) -> str:
    return f"{TEXT}\n\n{line}"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param(TEXT, id="no signature"),
        pytest.param(f"{TEXT}\n\n", id="an empty line and nothing under it"),
        pytest.param(f"{TEXT}\n{LINE}", id="no empty line"),
        pytest.param(f"\n\n{LINE}", id="no text"),
        pytest.param(GOOD.removesuffix("\n"), id="no line end"),
        pytest.param(f"{GOOD}\n", id="an empty line after"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="other line ends"),
        pytest.param(GOOD.replace("credit", "cre\x00dit"), id="a control character"),
        pytest.param(GOOD.replace("credit", "cre\tdit"), id="a tabulator"),
        pytest.param(under(LINE.replace("— ", "- ", 1)), id="a hyphen"),
        pytest.param(under(LINE.replace("— ", "—", 1)), id="no blank after the dash"),
        pytest.param(under(LINE.replace("— ", "—  ", 1)), id="two blanks"),
        pytest.param(under(f" {LINE}"), id="a blank before"),
        pytest.param(under(LINE.replace("\n", " \n")), id="a blank after"),
        pytest.param(under(f"—  {CONTENT}\n"), id="no name"),
        pytest.param(under(f"— {ORIGIN}\n"), id="no content"),
        pytest.param(under(f"— a+b {CONTENT}\n"), id="a plus in the name"),
        pytest.param(under(f"— a b {CONTENT}\n"), id="a blank in the name"),
        pytest.param(under(f"— a\u3000b {CONTENT}\n"), id="a wide blank in the name"),
        pytest.param(under(f"— a\u2028b {CONTENT}\n"), id="a line separator in the name"),
        pytest.param(under(f"— {ORIGIN} {CONTENT[:-1]}\n"), id="base64 cut short"),
        pytest.param(under(f"— {ORIGIN} {CONTENT.replace('=', '')}\n"), id="no padding"),
        pytest.param(under(f"— {ORIGIN} {CONTENT[:8]}-_{CONTENT[10:]}\n"), id="url base64"),
        pytest.param(under(f"— {ORIGIN} AAAAAA==\n"), id="a key id alone"),
        pytest.param(under(f"— {ORIGIN} AAAA\n"), id="less than a key id"),
        pytest.param(under(LINE * 65), id="too many signatures"),
    ],
)
def test_it_is_no_note(content: str) -> None:
    with pytest.raises(NoteError):
        read_note(content.encode())


def test_bytes_that_are_no_text_are_no_note() -> None:
    with pytest.raises(NoteError, match="UTF-8"):
        read_note(b"\xff\n\n" + LINE.encode())


def test_sixteen_signatures_and_more_are_read() -> None:
    assert len(read_note(under(LINE * 64).encode()).signatures) == 64


def test_base64_has_one_spelling() -> None:
    # Of three bytes and one: the last digit has four bits to spare.
    assert read_note(under("— a AAAAAAE=\n").encode())
    with pytest.raises(NoteError, match="another spelling"):
        read_note(under("— a AAAAAAF=\n").encode())


# --- Not a checkpoint ---------------------------------------------------------------------

ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{ORIGIN}\n7\n", id="two lines"),
        pytest.param(f"{ORIGIN}\n7\n{ROOT}", id="no line end"),
        pytest.param(f"{ORIGIN}\n7\n{ROOT}\nmore\n", id="four lines"),
        pytest.param(f"\n7\n{ROOT}\n", id="no origin"),
        pytest.param(f"a b\n7\n{ROOT}\n", id="a blank in the origin"),
        pytest.param(f"{ORIGIN}\n07\n{ROOT}\n", id="a leading zero"),
        pytest.param(f"{ORIGIN}\n-7\n{ROOT}\n", id="a negative size"),
        pytest.param(f"{ORIGIN}\n+7\n{ROOT}\n", id="a sign"),
        pytest.param(f"{ORIGIN}\n7.0\n{ROOT}\n", id="a fraction"),
        pytest.param(f"{ORIGIN}\n٧\n{ROOT}\n", id="a digit of another script"),
        pytest.param(f"{ORIGIN}\n{'9' * 20}\n{ROOT}\n", id="a size without bounds"),
        pytest.param(f"{ORIGIN}\n\n{ROOT}\n", id="no size"),
        pytest.param(f"{ORIGIN}\n7\n\n", id="no root"),
        pytest.param(f"{ORIGIN}\n7\nAAAA\n", id="a short root"),
        pytest.param(f"{ORIGIN}\n7\n{ROOT[:-1]}\n", id="a root cut short"),
        pytest.param(f"{ORIGIN}\r\n7\r\n{ROOT}\r\n", id="other line ends"),
    ],
)
def test_it_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        read_checkpoint(text)


def test_an_empty_tree_has_a_checkpoint() -> None:
    empty = Checkpoint(ORIGIN, 0, sha256().digest())

    assert read_checkpoint(empty.text) == empty


# --- Keys as text -------------------------------------------------------------------------


def test_a_public_key_has_a_text_form() -> None:
    public = LOG.public

    assert public.content.hex() == LOG_PUBLIC
    assert str(public) == (
        f"{ORIGIN}+{public.id.hex()}+{b64encode(bytes([1]) + public.content).decode()}"
    )
    assert read_key(str(public)) == public
    assert read_key(str(WITNESS.public)) == WITNESS.public


def test_a_key_whose_base64_has_a_plus_is_read() -> None:
    # 0xfb 0xef 0xbe is ++++ in base64.
    key = PublicKey("a", bytes(2) + b"\xfb\xef\xbe" * 10)

    assert "+" in str(key).split("+", 2)[2]
    assert read_key(str(key)) == key


VKEY = str(LOG.public)
NAME, KEY_ID, KEY = VKEY.split("+", 2)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(NAME, id="a name"),
        pytest.param(f"{NAME}+{KEY_ID}", id="no key"),
        pytest.param(f"{NAME}+00000000+{KEY}", id="another key id"),
        pytest.param(f"{NAME}+{KEY_ID.upper()}x+{KEY}", id="a longer key id"),
        pytest.param(f"other+{KEY_ID}+{KEY}", id="another name"),
        pytest.param(f"+{KEY_ID}+{KEY}", id="no name"),
        pytest.param(f"{NAME}+{KEY_ID}+{KEY}\n", id="a line end"),
        pytest.param(f"{NAME}+{KEY_ID}+AQ==", id="a kind without a key"),
        pytest.param(f"{NAME}+{KEY_ID}+AB{KEY[2:]}", id="a kind we do not know"),
    ],
)
def test_it_is_no_key(text: str) -> None:
    with pytest.raises(NoteError):
        read_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\x1fb"])
def test_it_is_no_name(name: str) -> None:
    with pytest.raises(NoteError, match="cannot be the name"):
        PublicKey(name, bytes(32))
