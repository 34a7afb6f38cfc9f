"""Many people at once, and by an own hand what is stored about each of them."""

import hashlib
import hmac
import secrets
from datetime import date

from registry import vault
from registry.models import CaseKey, Listing, ListRule, Person
from registry.models.listing import new_case
from registry.parties import PersonDraft
from registry.vault import seals
from tests.factories import AT, make_case, make_listing, make_person, make_rule

CONDUCT = date(2026, 1, 5)


def list_person(serial: int = 1, rule: ListRule | None = None, **fields: object) -> Listing:
    """A person on display, found by number, and by name where the rule says so."""
    party = fields.pop("party", None) or make_person(serial, name=f"甲{serial}")
    rule = rule or ListRule.objects.first() or make_rule(person_lookup="name")
    return make_listing(rule, party=party, conduct_on=CONDUCT, **fields)  # type: ignore[arg-type]


def make_people(n: int, first: int = 1) -> list[PersonDraft]:
    """People of cases in preparation, as `open_case` stores each, in few statements."""
    model = make_case(
        make_rule(person_lookup="name"), party=make_person(0), conduct_on=CONDUCT
    )
    drafts = [person(serial) for serial in range(first, first + n)]
    keys = {new_case(): secrets.token_bytes(32) for _ in drafts}
    cases, (master, *_) = list(keys), seals.master_keys()
    CaseKey.objects.bulk_create(
        CaseKey(case=case, wrapped=seals.wrap(master, case, key), made_at=AT)
        for case, key in keys.items()
    )
    people = [
        Person(
            document=draft.document,
            name=sealed(keys[case], case, "name", draft.name),
            number=sealed(keys[case], case, "number", draft.number),
            name_hash=vault.name_hash(draft.name),
            number_hash=vault.number_hash(draft.document, draft.number),
            of_age=True,
        )
        for draft, case in zip(drafts, cases, strict=True)
    ]
    Person.objects.bulk_create(people)
    fields = {
        field.attname: getattr(model, field.attname)
        for field in Listing._meta.concrete_fields
        if field.name not in ("id", "case", "person", "party_key", "sealed")
    }
    Listing.objects.bulk_create(
        Listing(**fields, case=case, person=one, party_key=f"p{one.number_hash}")
        for case, one in zip(cases, people, strict=True)
    )
    return [make_person(0), *drafts]


def person(serial: int) -> PersonDraft:
    """Another number for each serial below a million, and a name of its own."""
    born = f"{1950 + serial // 1000 % 50}0101"
    return make_person(serial % 1000, born=born, name=f"甲{serial}")


def sealed(key: bytes, case: str, field: str, text: str) -> bytes:
    return seals.lock(key, text.encode(), seals.binding(case, field))


# --- By an own hand -----------------------------------------------------------------------


def key_id(key: bytes) -> str:
    return hmac.new(key, b"key id", hashlib.sha256).hexdigest()[:8]


def hash_of_number(key: bytes, number: str, document: str = "resident") -> str:
    return key_id(key) + mac(key, f"id/{document}\0{number}")


def hash_of_name(key: bytes, name: str) -> str:
    return key_id(key) + mac(key, f"name\0{name}")


def mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:56]


def stored_hashes() -> set[str]:
    """Every hash of a person in the database, whatever the column."""
    hashes = set(Person.objects.values_list("number_hash", flat=True))
    hashes |= set(Person.objects.values_list("name_hash", flat=True))
    keys = Listing.objects.exclude(person=None).values_list("party_key", flat=True)
    return (hashes | {key[1:] for key in keys}) - {""}


def keys_of_cases() -> dict[str, bytes]:
    return {one.case: bytes(one.wrapped) for one in CaseKey.objects.all()}


def opened_keys() -> dict[str, bytes]:
    """The key of every case, opened by the product."""
    cases = list(CaseKey.objects.values_list("case", flat=True))
    with vault.keys_at_hand(cases):
        return {case: seals.case_key(case) for case in cases}
