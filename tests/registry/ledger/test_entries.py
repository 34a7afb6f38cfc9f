"""Exactly the fields of a type, in their form, or no entry."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.ledger import canonical, entries
from registry.ledger import entry_fields as fields
from registry.ledger.entries import Entry
from registry.ledger.errors import EntryError, LedgerError
from registry.ledger.notes import PublicKey
from registry.models import Listing, ListType, Severity
from tests.registry.ledger.logs import CASE, HASH, listed

DAY = date(2026, 5, 6)
VKEY = str(PublicKey("credit.test/ledger", bytes(32)))

GOOD: dict[str, Entry] = {
    "rule": entries.rule(
        {
            "code": "SAMR_SERIOUS",
            "version": 1,
            "law": "市场监督管理严重违法失信名单管理办法",
            "list": "市场监督管理严重违法失信名单",
            "severity": "serious",
            "in_force": date(2021, 9, 1),
            "max_m": 36,
            "min_m": 12,
            "notice_days": 5,
        }
    ),
    "notice": entries.notice({"case": CASE, "rule": 0, "on": DAY, "days": 7}),
    "drop": entries.drop({"case": CASE}),
    "list": listed(),
    "amend": entries.amend({"list": 3, "C": HASH, "until": DAY}),
    "hold": entries.hold({"list": 3, "why": "court"}),
    "unhold": entries.unhold({"list": 3, "why": "review"}),
    "review": entries.review(
        {"list": 3, "on": DAY, "review_by": date(2027, 5, 6), "appr": 2}
    ),
    "ask": entries.ask(
        {"case": CASE, "what": "repair", "on": DAY, "due": date(2026, 5, 20)}
    ),
    "answer": entries.answer({"ask": 8, "on": DAY}),
    "end": entries.end({"list": 3, "why": "repaired", "on": DAY, "ask": 8, "appr": 2}),
    "manifest": entries.manifest(
        {
            "day": DAY,
            "counts": {"SAMR_SERIOUS": {"11990000MB0000001X": 3}},
            "files": {"listings.csv.gz": HASH},
            "active": HASH,
        }
    ),
    "key": entries.key({"purpose": "ledger", "key": VKEY, "from": DAY}),
}
each_type = pytest.mark.parametrize("kind", GOOD)


def refusal(entry: Entry) -> str:
    with pytest.raises(EntryError) as refused:
        entries.checked(entry)
    return str(refused.value)


def test_every_type_has_an_example() -> None:
    assert GOOD.keys() == entries.TYPES.keys()


@each_type
def test_it_is_read_back_as_it_was_written(kind: str) -> None:
    content = entries.encode(GOOD[kind])

    assert GOOD[kind]["t"] == kind
    assert entries.decode(content) == GOOD[kind]
    assert entries.encode(entries.decode(content)) == content


def test_days_are_written_as_days() -> None:
    content = entries.encode(GOOD["notice"])

    assert content == (
        b'{"case":"%s","days":7,"on":"2026-05-06","rule":0,"t":"notice"}' % CASE.encode()
    )


@each_type
def test_every_required_field_is_missed(kind: str) -> None:
    for name in entries.REQUIRED[kind]:
        without = {key: value for key, value in GOOD[kind].items() if key != name}
        assert f"{name} is missing" in refusal(without)


@each_type
def test_a_field_of_another_type_is_refused(kind: str) -> None:
    foreign = {name for forms in entries.FORMS.values() for name in forms}

    for name in foreign - entries.FORMS[kind].keys() | {"note", "T", ""}:
        assert "is no field of it" in refusal({**GOOD[kind], name: 1})


# Nothing of this is right anywhere.
WRONG: list[Any] = [
    None,
    False,
    -1,
    1.5,
    "",
    " ",
    "x\n",
    b"x",
    [],
    [1],
    {"": 1},
    {"a": {"b": -1}},
    {"a": {"b": "x"}},
    {"a b": {"c": 1}},
]
NO_DAYS = ["2026-5-6", "20260506", "2026-W19-3", "2026-02-30", "2026-05-06T00:00:00Z"]


@each_type
def test_a_value_of_another_form_is_refused(kind: str) -> None:
    for name, form in entries.FORMS[kind].items():
        for value in WRONG + NO_DAYS * (form.words == "a day"):
            assert f"{name} is not " in refusal({**GOOD[kind], name: value})


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        pytest.param("list", "case", CASE.upper(), id="a case in capitals"),
        pytest.param("list", "case", CASE[1:], id="a case too short"),
        pytest.param("list", "kind", "x", id="neither person nor organisation"),
        pytest.param("list", "appr", 1, id="one approval"),
        pytest.param("list", "C", HASH[1:], id="a commitment too short"),
        pytest.param("list", "auth", "某局", id="an authority by its name"),
        pytest.param("hold", "why", "法院裁定", id="a reason in free words"),
        pytest.param("end", "why", "forgotten", id="a reason nobody knows"),
        pytest.param("rule", "severity", "fatal", id="a severity nobody knows"),
        pytest.param("rule", "open", 1, id="a flag that counts"),
        pytest.param("list", "appr", True, id="a number that is a truth"),
        pytest.param("list", "rule", True, id="a leaf that is a truth"),
        pytest.param("rule", "law", "法" * 301, id="a title that is a text"),
        pytest.param("key", "key", "ledger", id="a key that is none"),
        pytest.param("manifest", "files", {"../x": HASH}, id="a path for a name"),
    ],
)
def test_it_refuses(kind: str, name: str, value: object) -> None:
    assert f"{name} is not " in refusal({**GOOD[kind], name: value})


@pytest.mark.parametrize("kind", ["", "LIST", "view", None, 1, [], {}])
def test_there_is_no_other_type(kind: object) -> None:
    assert "there is no entry of type" in refusal({"t": kind, "case": CASE})


def test_bytes_of_another_spelling_are_no_entry() -> None:
    with pytest.raises(LedgerError):
        entries.decode(b'{"t":"drop","case":"' + CASE.encode() + b'"}')


def test_bytes_without_a_type_are_no_entry() -> None:
    with pytest.raises(EntryError, match="no entry of type None"):
        entries.decode(b"{}")


def test_an_entry_fits_into_a_bundle() -> None:
    longest, longer = manifest_of(65_535), manifest_of(65_536)

    assert entries.decode(entries.encode(longest)) == longest
    with pytest.raises(EntryError, match="65535 are allowed"):
        entries.encode(longer)
    with pytest.raises(EntryError, match="65535 are allowed"):
        entries.decode(canonical.encode(longer))


def manifest_of(size: int) -> Entry:
    """A manifest of so many bytes: many files of one length, then one that fills up."""
    files = {f"{n:04d}": HASH for n in range(882)}
    plain = entries.manifest({"day": DAY, "counts": {}, "files": files, "active": HASH})
    rest = size - len(canonical.encode(plain)) - len(f',"":"{HASH}"')
    return {**plain, "files": files | {"x" * rest: HASH}}


def test_an_instant_is_no_day() -> None:
    with pytest.raises(EntryError, match="is not a day"):
        entries.answer({"ask": 1, "on": datetime(2026, 5, 6, tzinfo=UTC)})


def test_what_has_no_canonical_form_is_refused_when_made() -> None:
    with pytest.raises(EntryError, match="notice: a NoneType has no canonical form"):
        entries.made("notice", {"case": None})


def test_all_flaws_come_at_once() -> None:
    said = refusal({"t": "notice", "case": "x", "note": 1})

    for part in (
        "on is missing",
        "rule is missing",
        "'note' is no field",
        "case is not 32",
    ):
        assert part in said


# --- Between fields -----------------------------------------------------------------------


def changed(kind: str, *gone: str, **given: object) -> Entry:
    kept = {name: value for name, value in GOOD[kind].items() if name not in gone}
    return kept | given


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        pytest.param(changed("list", "until"), "needs until", id="no end at all"),
        pytest.param(changed("list", open=True), "needs until", id="an end and none"),
        pytest.param(
            changed("list", review_by="2027-01-01"), "only what is open", id="a review"
        ),
        pytest.param(
            changed("list", until=GOOD["list"]["from"]), "ends before", id="no day"
        ),
        pytest.param(changed("rule", max_d=1), "more than one", id="months and days"),
        pytest.param(changed("rule", open=True), "more than one", id="a maximum and none"),
        pytest.param(changed("rule", min_d=1), "both min_m and min_d", id="two minima"),
        pytest.param(
            changed("rule", until="2021-09-01"), "ends before", id="a rule of no day"
        ),
        pytest.param(changed("notice", "days"), "needs its days", id="no window"),
        pytest.param(changed("notice", prior=True), "needs the digest", id="no evidence"),
        pytest.param(
            changed("review", review_by="2026-05-06"), "before this one", id="a review due"
        ),
        pytest.param(changed("ask", due="2026-05-05"), "before the ask", id="due before"),
        pytest.param(changed("end", "ask"), "needs the ask", id="an end without ground"),
        pytest.param(
            changed("end", why="expired"), "rests on nothing", id="expired on an ask"
        ),
        pytest.param(changed("end", appr=0), "approved", id="an end by nobody"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(entry: Entry, reason: str) -> None:
    assert reason in refusal(entry)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(changed("list", "until", open=True), id="open without review"),
        pytest.param(
            changed("list", "until", open=True, review_by="2027-01-01"), id="open"
        ),
        pytest.param(changed("list", "notice", follows=2), id="an extension"),
        pytest.param(changed("rule", "max_m", "min_m"), id="printed on the record"),
        pytest.param(changed("rule", "max_m", max_d=270), id="days"),
        pytest.param(changed("notice", "days", prior=True, doc=HASH), id="prior"),
        pytest.param(changed("end", "ask", doc=HASH), id="ended on a document"),
        pytest.param(changed("end", "ask", why="expired", appr=0), id="expired"),
        pytest.param(changed("end", "ask", why="superseded"), id="superseded"),
        pytest.param(changed("end", "ask", why="wrong", doc=HASH, appr=1), id="wrong"),
        pytest.param(changed("ask", due="2026-05-06"), id="due on the same day"),
        pytest.param(changed("rule", law="法" * 300), id="the longest title"),
        pytest.param(changed("rule", law="法"), id="the shortest title"),
        pytest.param(changed("rule", notice_days=1, max_m=1), id="the least numbers"),
        pytest.param(changed("notice", rule=0, days=0), id="no numbers"),
        pytest.param(changed("amend", "until"), id="new content alone"),
        pytest.param(changed("manifest", audit=HASH), id="with the head of the trail"),
        pytest.param(changed("hold", why="restore"), id="content lost by a restore"),
        pytest.param(changed("unhold", why="restore"), id="content brought back"),
    ],
)
def test_what_the_format_allows_passes(entry: Entry) -> None:
    assert entries.decode(entries.encode(entry)) == entry


# --- The same words as the register -------------------------------------------------------


def test_it_knows_the_reasons_and_severities_of_the_register() -> None:
    assert set(fields.END_REASONS) == set(Listing.EndReason.values)
    assert set(fields.SEVERITIES) == set(Severity.values)


def test_a_code_of_a_list_fits() -> None:
    longest = ListType._meta.get_field("code").max_length

    assert entries.FORMS["rule"]["code"].fits("A" * (longest or 0))
