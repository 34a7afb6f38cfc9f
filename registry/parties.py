"""Whom a listing is about: an organisation of the register, or a person of this case."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from registry import codes, persons, vault
from registry.errors import Bar, UnknownError
from registry.models import Entity, Listing, Person
from registry.models.rule_codes import Subject
from registry.names import name_key

# The letter of each kind of organisation in a rule's `subjects`.
SUBJECTS = {
    Entity.Kind.ENTERPRISE: Subject.ENTERPRISE,
    Entity.Kind.INDIVIDUAL_BUSINESS: Subject.INDIVIDUAL_BUSINESS,
    Entity.Kind.COOPERATIVE: Subject.COOPERATIVE,
    Entity.Kind.PUBLIC_BODY: Subject.PUBLIC_BODY,
    Entity.Kind.SOCIAL_ORGANISATION: Subject.SOCIAL_ORGANISATION,
    Entity.Kind.OTHER: Subject.OTHER,
}


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A natural person as the decision names them. `born_on` where the number does not."""

    name: str
    document: str
    number: str
    born_on: date | None = None

    @property
    def folded_number(self) -> str:
        return persons.fold_number(self.document, self.number)

    @property
    def birth(self) -> date | None:
        return persons.born_on(self.document, self.folded_number) or self.born_on


Party = Entity | PersonDraft


def subject_of(party: Party) -> Subject:
    if isinstance(party, PersonDraft):
        return Subject.PERSON
    return SUBJECTS[Entity.Kind(party.kind)]


def key_of(party: Party) -> str:
    """By which two listings are known to be about the same party; for a new one."""
    return keys_of(party)[0]


def keys_of(party: Party) -> list[str]:
    """What the listings of a party may bear while the index key changes: for looking up."""
    if isinstance(party, PersonDraft):
        return keys_of_number(party.document, party.folded_number)
    return [f"e{party.pk}"]


def keys_of_listing(listing: Listing) -> list[str]:
    """As `keys_of` its party; VaultError where a person's case has been erased."""
    if (person := listing.person) is None:
        return [listing.party_key]
    number = vault.open_sealed(listing.case, "number", bytes(person.number or b""))
    return keys_of_number(person.document, number.decode())


def keys_of_number(document: str, number: str) -> list[str]:
    return [f"p{one}" for one in vault.number_hashes(document, number)]


def bars_to_person(draft: PersonDraft, conduct_on: date | None) -> list[Bar]:
    """Why this person may not be listed for conduct of that day; every reason."""
    bars = []
    if not persons.fold_name(draft.name):
        bars.append(Bar("no_name", _("没有写明姓名。请照决定文书填写。")))
    if not persons.is_number(draft.document, draft.folded_number):
        bars.append(
            Bar("bad_number", _("证件号码与证件类型不符，或者校验码有误。请核对证件。"))
        )
    if conduct_on is None:
        bars.append(Bar("no_conduct_day", _("自然人必须写明行为发生日期，用于核对年龄。")))
    elif draft.birth is None:
        bars.append(Bar("no_birth_day", _("该证件号码不含出生日期，请另行填写出生日期。")))
    elif persons.age_on(draft.birth, conduct_on) < persons.ADULT_AT:
        bars.append(
            Bar("minor", _("行为时未满十八周岁的人不得列入任何名单。请撤下这条记录。"))
        )
    return bars


def store(draft: PersonDraft, case: str, key: str, *, by_name: bool) -> Person:
    """The person of this case, sealed under the case's key, which must exist.

    `key` is that of the party, which the listing bears.
    """
    name = persons.fold_name(draft.name)
    return Person.objects.create(
        document=draft.document,
        name=vault.seal(case, "name", name.encode()),
        number=vault.seal(case, "number", draft.folded_number.encode()),
        name_hash=vault.name_hash(name) if by_name else "",
        number_hash=key.removeprefix("p"),
        # `bars_to_person` has compared the two days; a minor never comes here.
        of_age=True,
    )


def named(text: str) -> Entity:
    """The organisation with this number or exactly this name; UnknownError says why not."""
    code = codes.read(text)
    numbered = Q(identifiers__value=code.value) if code else Q(pk__in=())
    by_name = Q(name_key=name_key(text))
    found = list(Entity.objects.filter(numbered).distinct()[:2])
    found = found or list(Entity.objects.filter(by_name, merged_into=None)[:2])
    if not found:
        raise UnknownError(
            _("登记中没有“%(text)s”。请核对统一社会信用代码或者全称。") % {"text": text}
        )
    if len(found) > 1:
        raise UnknownError(
            _("名称为“%(text)s”的不止一家。请填写统一社会信用代码。") % {"text": text}
        )
    return found[0].merged_into or found[0]
