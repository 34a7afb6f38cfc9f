"""Whom a listing is about: an organisation of the register, or a person of this case."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from registry import persons, vault
from registry.errors import Bar
from registry.models import Entity, Person
from registry.models.rule_codes import Subject

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
    """By which two listings are known to be about the same party."""
    if isinstance(party, PersonDraft):
        return f"p{vault.number_hash(party.document, party.folded_number)}"
    return f"e{party.pk}"


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


def store(draft: PersonDraft, case: str, *, by_name: bool, at: datetime) -> Person:
    """The person of this case, sealed under the case's key, which must exist."""
    name = persons.fold_name(draft.name)
    return Person.objects.create(
        document=draft.document,
        name=vault.seal(case, "name", name.encode()),
        number=vault.seal(case, "number", draft.folded_number.encode()),
        name_hash=vault.name_hash(name) if by_name else "",
        number_hash=vault.number_hash(draft.document, draft.folded_number),
        # `bars_to_person` has compared the two days; a minor never comes here.
        of_age=True,
    )
