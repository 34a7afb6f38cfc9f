"""The public files say what is signed and what is shown, and nothing beyond."""

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from registry import actions
from registry.ledger import entries, keys, notes
from registry.logbook import append, publishing
from registry.logbook.publishing import AbsentError
from registry.models import LedgerEntry, Listing
from tests.factories import AT, make_listing, make_staff
from tests.registry.ledger.trees import largest_power_below
from tests.registry.lived import grow

pytestmark = pytest.mark.django_db


def contents() -> list[bytes]:
    return [bytes(row.content) for row in LedgerEntry.objects.order_by("leaf")]


def mth(leaves: list[bytes]) -> bytes:
    """The root over these entries, as RFC 6962 defines it."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """The proof of one of them, by the same definition."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def size_said() -> int:
    return int(publishing.read("checkpoint", AT).split(b"\n")[1])


# --- Heads --------------------------------------------------------------------------------


def test_before_anything_is_signed_there_is_no_file() -> None:
    append.add("", entries.drop({"case": "0" * 32}))

    for name in ("checkpoint", "keys", "active", "entries/0", "tile/0/000.p/1", "proof/0"):
        with pytest.raises(AbsentError):
            publishing.read(name, AT)


def test_the_checkpoint_is_signed_by_a_published_key() -> None:
    make_listing()

    (line,) = publishing.read("keys", AT).splitlines()
    key = notes.read_key(json.loads(line)["vkey"])
    head = notes.open_checkpoint(publishing.read("checkpoint", AT), [key])
    assert head.size == len(contents())
    assert head.origin == keys.origin()
    assert head.root == mth(contents())


def test_active_is_what_shows_now() -> None:
    first = make_listing()
    second = make_listing(first.rule)
    shown = sorted(Listing.objects.values_list("leaf", flat=True))

    assert publishing.read("active", AT).split() == [
        b"%d" % number for number in (size_said(), *shown)
    ]
    maker, _ = make_staff(first.authority)
    actions.hold(first, "法院裁定", by=maker, at=AT)
    assert publishing.read("active", AT).split()[1:] == [f"{second.leaf_id}".encode()]


def test_active_is_empty_when_the_term_is_over() -> None:
    make_listing()
    after = datetime.fromisoformat("2029-03-17T00:00:00+08:00")

    assert publishing.read("active", after) == b"%d\n" % size_said()


# --- Entries ------------------------------------------------------------------------------


def test_entries_come_in_bundles_of_256_lines() -> None:
    grow(600)

    lines = [publishing.read(f"entries/{n}", AT).splitlines() for n in range(3)]

    assert [len(bundle) for bundle in lines] == [256, 256, 88]
    rows = [json.loads(line) for bundle in lines for line in bundle]
    assert [row["i"] for row in rows] == list(range(600))
    assert [base64.b64decode(row["e"]) for row in rows] == contents()
    with pytest.raises(AbsentError):
        publishing.read("entries/3", AT)


def test_what_is_not_signed_is_in_no_file() -> None:
    grow(3)
    append.add("", entries.drop({"case": "f" * 32}))

    assert len(publishing.read("entries/0", AT).splitlines()) == 3
    for name in ("proof/3", "tile/0/000.p/4", "tile/entries/000.p/4"):
        with pytest.raises(AbsentError):
            publishing.read(name, AT)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param("index", id="another name"),
        pytest.param("checkpoint/", id="a slash after"),
        pytest.param("checkpoint/0", id="a file below a file"),
        pytest.param("entries", id="a folder"),
        pytest.param("entries/", id="a folder with its slash"),
        pytest.param("entries/00", id="a leading zero"),
        pytest.param("entries/-1", id="below zero"),
        pytest.param("entries/٠", id="digits of another script"),
        pytest.param("entries/0\n", id="a line end"),
        pytest.param("entries/9999999999999999", id="far beyond"),
        pytest.param("tile/0/0", id="another spelling of a tile"),
        pytest.param("tile/0/001", id="a tile beyond"),
        pytest.param("tile/1/000.p/1", id="a level that is not there yet"),
        pytest.param("tile/entries/001", id="a bundle beyond"),
        pytest.param("tile/entries/0", id="another spelling of a bundle"),
        pytest.param("tile/0/" + "x999/" * 500 + "999", id="very long"),
        pytest.param("proof/3", id="a proof beyond"),
        pytest.param("proof/x", id="a proof of nothing"),
        pytest.param("../journal/ledger.ndjson", id="out of the folder"),
        pytest.param("entries/../checkpoint", id="round about"),
    ],
)
def test_no_other_name_is_a_file(name: str) -> None:
    grow(3)

    with pytest.raises(AbsentError, match="no such file; there are: checkpoint, keys"):
        publishing.read(name, AT)


# --- The tree as C2SP has it --------------------------------------------------------------


def test_tiles_hold_the_hashes_of_the_tree() -> None:
    grow(600)
    leaves = [hashlib.sha256(b"\0" + one).digest() for one in contents()]

    assert publishing.read("tile/0/000", AT) == b"".join(leaves[:256])
    assert publishing.read("tile/0/002.p/88", AT) == b"".join(leaves[512:])
    # Whoever holds an older head asks for a narrower one.
    assert publishing.read("tile/0/002.p/7", AT) == b"".join(leaves[512:519])
    above = [mth(contents()[first : first + 256]) for first in (0, 256)]
    assert publishing.read("tile/1/000.p/2", AT) == b"".join(above)


def test_entry_bundles_are_framed_by_two_bytes_each() -> None:
    grow(300)
    expected = b"".join(len(one).to_bytes(2, "big") + one for one in contents()[256:])

    assert publishing.read("tile/entries/001.p/44", AT) == expected


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("entries/0", True),
        ("entries/1", False),
        ("tile/0/000", True),
        ("tile/0/001.p/44", False),
        ("tile/entries/000", True),
        ("tile/entries/001.p/44", False),
        ("checkpoint", False),
        ("active", False),
        ("keys", False),
        ("proof/0", False),
    ],
)
def test_only_what_is_full_never_changes(name: str, never: bool) -> None:
    grow(300)

    assert publishing.never_changes(name, publishing.read(name, AT)) is never


# --- Proofs -------------------------------------------------------------------------------


@pytest.mark.parametrize("leaf", [0, 255, 256, 299])
def test_a_proof_leads_to_the_root(leaf: int) -> None:
    grow(300)

    file = json.loads(publishing.read(f"proof/{leaf}", AT))

    assert base64.b64decode(file["entry"]) == contents()[leaf]
    assert file["leaf"] == hashlib.sha256(b"\0" + contents()[leaf]).hexdigest()
    assert file["proof"] == [one.hex() for one in path(leaf, contents())]
    assert file["checkpoint"].encode() == publishing.read("checkpoint", AT)


def test_a_proof_takes_few_questions(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    grow(2_000)

    with django_assert_max_num_queries(8):
        publishing.read("proof/700", AT)


# --- A copy -------------------------------------------------------------------------------


def test_a_copy_holds_what_a_verifier_reads(tmp_path: Path) -> None:
    grow(300)

    assert list(publishing.copy(tmp_path, AT)) == [256, 300]

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = {str(path.relative_to(tmp_path / "ledger")) for path in files}
    assert names == {"checkpoint", "keys", "active", "entries/0", "entries/1"}
    for name in names:
        file = tmp_path / "ledger" / name
        assert file.read_bytes() == publishing.read(name, AT)
