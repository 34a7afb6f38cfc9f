"""One value, one sequence of bytes; whatever has two spellings is refused."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from registry.ledger import canonical, commitments, merkle
from registry.ledger.errors import CanonicalError, LedgerError
from tests.registry.ledger.vectors import COMMITMENT, CORE, ENTRY, ENTRY_LEAF, SALT


def nested(depth: int) -> dict[str, object]:
    return {"a": nested(depth - 1)} if depth > 1 else {}


def test_it_makes_the_published_leaf() -> None:
    entry = canonical.encode(ENTRY)

    assert entry == b'{"case":"%s","on":"2026-05-06","t":"notice"}' % (b"0" * 32)
    assert merkle.leaf_hash(entry).hex() == ENTRY_LEAF


def test_it_makes_the_published_commitment() -> None:
    assert canonical.encode(CORE) == '{"a":"张三","n":1}'.encode()
    assert commitments.commit(SALT, CORE).hex() == COMMITMENT


# --- Writing ------------------------------------------------------------------------------


class Word(StrEnum):
    COURT = "court"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({}, "{}", id="nothing"),
        pytest.param({"é": 1, "z": 2, "Z": 3}, '{"Z":3,"z":2,"é":1}', id="key order"),
        # UTF-16 would sort them the other way round.
        pytest.param({"😀": 1, "\uff5a": 2}, '{"ｚ":2,"😀":1}', id="code points"),
        pytest.param({"a": [1, "b", {"c": -2}]}, '{"a":[1,"b",{"c":-2}]}', id="nested"),
        pytest.param({"a": True, "b": False}, '{"a":true,"b":false}', id="truth"),
        pytest.param({"a": (1, 2)}, '{"a":[1,2]}', id="a tuple"),
        pytest.param({"a": '"\\/\n\x01\x7f'}, '{"a":"\\"\\\\/\\n\\u0001\x7f"}', id="marks"),
        pytest.param({"a": 2**53 - 1}, '{"a":9007199254740991}', id="the largest number"),
        pytest.param({"a": 1 - 2**53}, '{"a":-9007199254740991}', id="the smallest"),
        pytest.param(nested(8), '{"a":' * 7 + "{}" + "}" * 7, id="as deep as may be"),
        pytest.param({"a": date(2026, 5, 6)}, '{"a":"2026-05-06"}', id="a day"),
        pytest.param(
            {"a": datetime(2026, 5, 6, 1, 2, 3, tzinfo=timezone(timedelta(hours=8)))},
            '{"a":"2026-05-05T17:02:03Z"}',
            id="an instant of another zone",
        ),
        pytest.param({"a": Word.COURT}, '{"a":"court"}', id="a member of an enumeration"),
    ],
)
def test_it_writes_one_way(value: dict[str, object], text: str) -> None:
    content = canonical.encode(value)

    assert content.decode() == text
    assert canonical.encode(canonical.decode(content)) == content


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param({"a": 1.0}, "no canonical form", id="a fraction"),
        pytest.param({"a": None}, "no canonical form", id="nothing"),
        pytest.param({"a": b"x"}, "no canonical form", id="bytes"),
        pytest.param({"a": {1, 2}}, "no canonical form", id="a set"),
        pytest.param({"a": "e\u0301"}, "NFC", id="a decomposed text"),
        pytest.param({"e\u0301": 1}, "NFC", id="a decomposed key"),
        pytest.param({"a": "\ud83d"}, "half of a character", id="a lone surrogate"),
        pytest.param({1: 2}, "no text", id="a key that is no text"),
        pytest.param({"a": 2**53}, "beyond", id="too large a number"),
        pytest.param({"a": -(2**53)}, "beyond", id="too small a number"),
        pytest.param({"a": datetime(2026, 5, 6)}, "zone", id="a naive instant"),  # noqa: DTZ001 -- what is refused
        pytest.param(
            {"a": datetime(2026, 5, 6, 1, 2, 3, 4, tzinfo=UTC)},
            "whole second",
            id="a part of a second",
        ),
        pytest.param(nested(9), "deeper than 8", id="nested too deep"),
    ],
)
def test_it_refuses_to_write(value: dict[str, object], reason: str) -> None:
    with pytest.raises(CanonicalError, match=reason):
        canonical.encode(value)


@pytest.mark.parametrize(
    "core", [{"a": "张e\u0301三"}, {"a": ("张三", 1.5)}, {"张三": b"x"}]
)
def test_it_does_not_quote_what_it_refuses(core: dict[str, object]) -> None:
    with pytest.raises(CanonicalError) as refused:
        commitments.commit(SALT, core)

    assert str(refused.value).isascii()
    assert "u5f20" not in str(refused.value)


# --- Reading ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"1", id="a number"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b'{"a":1}\n', id="a line end"),
        pytest.param(b'{"a": 1}', id="a blank"),
        pytest.param(b'{"b":1,"a":2}', id="keys out of order"),
        pytest.param(b'{"a":1,"a":1}', id="a key twice"),
        pytest.param(b'{"a":{"b":1,"b":2}}', id="a key twice further in"),
        pytest.param(b'{"a":1.0}', id="a fraction"),
        pytest.param(b'{"a":1e2}', id="an exponent"),
        pytest.param(b'{"a":-0}', id="minus nothing"),
        pytest.param(b'{"a":01}', id="a leading zero"),
        pytest.param(b'{"a":NaN}', id="not a number"),
        pytest.param(b'{"a":Infinity}', id="infinity"),
        pytest.param(b'{"a":null}', id="null"),
        pytest.param(b'{"a":"\\u5f20"}', id="an escape without need"),
        pytest.param(b'{"a":"\\/"}', id="an escaped slash"),
        pytest.param(b'{"a":"\\u000A"}', id="a long escape"),
        pytest.param(b'{"a":"\\ud83d"}', id="half a character"),
        pytest.param('{"a":"e\u0301"}'.encode(), id="a decomposed text"),
        pytest.param('{"a":"张"}'.encode("gb18030"), id="another encoding"),
        pytest.param('\ufeff{"a":1}'.encode(), id="a byte order mark"),
        pytest.param(b'{"a":%d}' % 2**53, id="too large a number"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", id="a number of 5000 digits"),
        pytest.param(b'{"a":' * 9 + b"1" + b"}" * 9, id="nested too deep"),
        pytest.param(b'{"a":' + b"[" * 100_000, id="nested without end"),
        pytest.param(b'{"a":"\n"}', id="a bare control character"),
    ],
)
def test_it_refuses_to_read(content: bytes) -> None:
    with pytest.raises(CanonicalError):
        canonical.decode(content)


def test_every_spelling_but_one_is_refused() -> None:
    value = {"case": "0" * 32, "n": [1, 2], "t": "张"}
    spellings = {
        json.dumps(
            dict(items),
            ensure_ascii=ascii_only,
            indent=indent,
            separators=separators,
        ).encode()
        for items in (list(value.items()), list(value.items())[::-1])
        for ascii_only in (True, False)
        for indent in (None, 0, 1)
        for separators in ((",", ":"), (", ", ": "), None)
    }

    readable = [one for one in spellings if is_canonical(one)]

    assert len(spellings) > 10
    assert readable == [canonical.encode(value)]


def is_canonical(content: bytes) -> bool:
    try:
        canonical.decode(content)
    except CanonicalError:
        return False
    return True


# --- Commitments --------------------------------------------------------------------------


def test_a_commitment_opens_with_its_salt_and_content_only() -> None:
    commitment = commitments.commit(SALT, CORE)

    assert commitments.opens(commitment, SALT, CORE)
    assert not commitments.opens(commitment, SALT, CORE | {"n": 2})
    assert not commitments.opens(commitment, bytes(32), CORE)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(LedgerError, match="32 bytes"):
        commitments.commit(bytes(size), CORE)


def test_every_salt_is_new() -> None:
    salts = {commitments.new_salt() for _ in range(100)}

    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {32}
