"""The scan of E17 finds what is there, in every form, and nothing that is not."""

import base64
from pathlib import Path

import pytest

from tests.forget.canaries import canary
from tests.forget.guesses import commit
from tests.forget.needles import base64_at, by_gram, of_bytes, of_text
from tests.forget.scan import scan

TEXT, KEY = "仉亓郗乜", bytes(range(40, 72))


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz", "前".encode()])
@pytest.mark.parametrize("after", [b"", b"z", b"\xff\xff"])
def test_base64_is_found_wherever_it_begins(before: bytes, after: bytes) -> None:
    letters = base64.b64encode(before + TEXT.encode() + after)

    assert base64_at(TEXT.encode(), len(before) % 3) in letters


def test_every_form_is_found_in_the_middle_of_anything(tmp_path: Path) -> None:
    needles = [*of_text("name", 1, TEXT), *of_bytes("key", 2, KEY)]
    for place, needle in enumerate(needles):
        noise = bytes(place) + b"noise" * 300_000
        (tmp_path / f"{place}").write_bytes(noise + needle.content + bytes(9_000))

    assert set(scan([tmp_path], by_gram(needles))) >= set(needles)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(TEXT[:3].encode() + b"\0" * 200 + KEY[:-1])

    needles = [*of_text("name", 1, TEXT), *of_bytes("key", 2, KEY)]
    assert not scan([tmp_path], by_gram(needles))


def test_names_of_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / f"{TEXT}.pdf").touch()

    found = scan([tmp_path], by_gram(of_text("name", 1, TEXT)))
    assert {needle.form for needle in found} == {"utf-8"}


def test_no_two_canaries_are_alike() -> None:
    people = [canary(20260316, index) for index in range(12_000)]

    for what in ("name", "number", "word"):
        assert len({getattr(one, what) for one in people}) == len(people)
    assert people[0].number == "990000195001011003"


def test_a_guess_is_the_commitment_of_the_format() -> None:
    """The vector of the specification."""
    core = {"a": "张三", "n": 1}

    assert commit(bytes(range(32)), core) == (
        "b9b7ee9c2b616e9cccfa6ef57148e5394f3e743acfdb2f48c9a12596c613b46c"
    )
