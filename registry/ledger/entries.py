"""The entries of the ledger: made from typed fields, checked, written and read.

`entries.notice({"case": ..., "rule": 4, "on": day, "days": 7})` gives the entry,
`encode` its bytes. Whatever `entry_fields` does not allow is refused, both ways.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, get_args, get_origin, get_type_hints

from registry.ledger import canonical
from registry.ledger import entry_fields as fields
from registry.ledger.entry_fields import Form
from registry.ledger.errors import CanonicalError, EntryError

Entry = dict[str, Any]

# So that an entry fits into the bundles of C2SP tlog-tiles, which count in 16 bits.
LARGEST = 2**16 - 1

TYPES: dict[str, Any] = {
    "rule": fields.Rule,
    "notice": fields.Notice,
    "drop": fields.Drop,
    "list": fields.List,
    "amend": fields.Amend,
    "hold": fields.Hold,
    "unhold": fields.Hold,
    "review": fields.Review,
    "ask": fields.Ask,
    "answer": fields.Answer,
    "end": fields.End,
    "manifest": fields.Manifest,
    "key": fields.Key,
}


def forms_of(kind: Any) -> dict[str, Form]:
    """The forms of a type's fields, out of their annotations."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: form_of(hint) for name, hint in hints.items()}


def form_of(hint: Any) -> Form:
    if get_origin(hint) is NotRequired:
        (hint,) = get_args(hint)
    form = get_args(hint)[1]
    assert isinstance(form, Form)
    return form


FORMS = {name: forms_of(kind) for name, kind in TYPES.items()}
REQUIRED = {name: kind.__required_keys__ for name, kind in TYPES.items()}


# --- Made ---------------------------------------------------------------------------------


def rule(given: fields.Rule) -> Entry:
    return made("rule", given)


def notice(given: fields.Notice) -> Entry:
    return made("notice", given)


def drop(given: fields.Drop) -> Entry:
    return made("drop", given)


def listing(given: fields.List) -> Entry:
    return made("list", given)


def amend(given: fields.Amend) -> Entry:
    return made("amend", given)


def hold(given: fields.Hold) -> Entry:
    return made("hold", given)


def unhold(given: fields.Hold) -> Entry:
    return made("unhold", given)


def review(given: fields.Review) -> Entry:
    return made("review", given)


def ask(given: fields.Ask) -> Entry:
    return made("ask", given)


def answer(given: fields.Answer) -> Entry:
    return made("answer", given)


def end(given: fields.End) -> Entry:
    return made("end", given)


def manifest(given: fields.Manifest) -> Entry:
    return made("manifest", given)


def key(given: fields.Key) -> Entry:
    return made("key", given)


def made(kind: str, given: Mapping[str, Any]) -> Entry:
    try:
        entry = canonical.plain_object({**given, "t": kind})
    except CanonicalError as refused:
        raise EntryError(f"{kind}: {refused}") from refused
    return checked(entry)


# --- Written and read ---------------------------------------------------------------------


def encode(entry: Entry) -> bytes:
    """The bytes that are hashed, stored and published; never serialised again."""
    return sized(canonical.encode(checked(entry)))


def encoded(kind: str, given: Mapping[str, Any]) -> bytes:
    """Made and encoded at once, and so checked once: for those who write a great many."""
    return sized(canonical.written(made(kind, given)).encode())


def sized(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise EntryError(f"the entry has {len(content)} bytes, {LARGEST} are allowed")
    return content


def decode(content: bytes) -> Entry:
    """The entry of stored or published bytes."""
    return checked(canonical.decode(sized(content)))


def checked(entry: Entry) -> Entry:
    if flaws := list(flaws_of(entry)):
        raise EntryError(f"{entry.get('t', 'entry')}: {'; '.join(flaws)}")
    return entry


# --- What is wrong with it ----------------------------------------------------------------


def flaws_of(entry: Entry) -> Iterator[str]:
    """Everything that keeps it from being an entry, fields first."""
    kind = entry.get("t")
    if not isinstance(kind, str) or kind not in TYPES:
        yield f"there is no entry of type {kind!r}"
        return
    if wrong := list(flaws_of_fields(entry, FORMS[kind], REQUIRED[kind])):
        yield from wrong
    elif kind in BETWEEN_FIELDS:
        yield from BETWEEN_FIELDS[kind](entry)


def flaws_of_fields(
    entry: Entry, forms: dict[str, Form], required: frozenset[str]
) -> Iterator[str]:
    for name in sorted(required - entry.keys()):
        yield f"{name} is missing"
    wrong = [
        name
        for name, value in entry.items()
        if name != "t" and (name not in forms or not forms[name].fits(value))
    ]
    for name in sorted(set(wrong) - forms.keys()):
        yield f"{name!a} is no field of it"
    for name in sorted(set(wrong) & forms.keys()):
        # Without the value: what was put there by mistake could name somebody.
        yield f"{name} is not {forms[name].words}"


def flaws_of_rule(entry: Entry) -> Iterator[str]:
    if len(entry.keys() & {"max_m", "max_d", "open"}) > 1:
        yield "it has more than one of max_m, max_d and open"
    if len(entry.keys() & {"min_m", "min_d"}) > 1:
        yield "it has both min_m and min_d"
    if "until" in entry and entry["until"] <= entry["in_force"]:
        yield "it ends before it begins"


def flaws_of_notice(entry: Entry) -> Iterator[str]:
    if "prior" in entry and "doc" not in entry:
        yield "a prior notice needs the digest of what says so in doc"
    if "prior" not in entry and "days" not in entry:
        yield "a notice of ours needs its days"


def flaws_of_list(entry: Entry) -> Iterator[str]:
    if ("until" in entry) == ("open" in entry):
        yield "it needs until, or open"
    if "review_by" in entry and "open" not in entry:
        yield "only what is open is reviewed"
    if "until" in entry and entry["until"] <= entry["from"]:
        yield "it ends before it begins"


def flaws_of_review(entry: Entry) -> Iterator[str]:
    if entry["review_by"] <= entry["on"]:
        yield "the next review is due before this one"


def flaws_of_ask(entry: Entry) -> Iterator[str]:
    if entry["due"] < entry["on"]:
        yield "the answer is due before the ask"


def flaws_of_end(entry: Entry) -> Iterator[str]:
    cited = entry.keys() & {"ask", "doc"}
    if entry["why"] == "expired":
        if cited:
            yield "what time ends rests on nothing else"
        return
    # An extension ends what it follows; the list entry that follows is its ground.
    if not cited and entry["why"] != "superseded":
        yield "it needs the ask or the document it rests on"
    if entry["appr"] == 0:
        yield "somebody has to have approved it"


BETWEEN_FIELDS = {
    "rule": flaws_of_rule,
    "notice": flaws_of_notice,
    "list": flaws_of_list,
    "review": flaws_of_review,
    "ask": flaws_of_ask,
    "end": flaws_of_end,
}
