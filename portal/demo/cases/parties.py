"""Whom the demo's cases are about, and who decides on them: all of it from the register."""

from collections import deque
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Group

from portal.demo import accounts, fictitious
from portal.demo import vocabulary as words
from registry.models import Authority, Entity, Identifier, Role, User
from registry.parties import SUBJECTS

# How the parties of a list are drawn: mostly enterprises, as in every register.
MIX = "EEEBEEFEESEG"
# Authorities are organisations too, but stand on no list here.
OFFICE_TYPE = "机关"


class Pool:
    """Hands out organisations one after the other, each kind in turn."""

    def __init__(self, source: str, reserved: frozenset[str]) -> None:
        self.by_letter: dict[str, deque[Entity]] = {}
        self.n_taken = 0
        numbered = Identifier.objects.filter(kind="uscc", valid=True).values("entity")
        found = Entity.objects.filter(
            source=source, merged_into=None, pk__in=numbered
        ).exclude(company_type=OFFICE_TYPE)
        for entity in found.select_related("region__parent").order_by("pk"):
            if entity.name not in reserved:
                letter = SUBJECTS[Entity.Kind(entity.kind)].value
                self.by_letter.setdefault(letter, deque()).append(entity)

    def take(
        self,
        subjects: str,
        *,
        before: date,
        word: str = "",
        place: str = "",
        status: Entity.Status = Entity.Status.IN_OPERATION,
    ) -> Entity:
        """The next one of a kind the rule allows, registered by then, in a place."""
        letters = [letter for letter in MIX if letter in subjects] or ["O"]
        self.n_taken += 1
        turn = self.n_taken % len(letters)
        for letter in letters[turn:] + letters[:turn]:
            queue = self.by_letter.get(letter, deque())
            for _ in range(len(queue)):
                entity = queue[0]
                queue.rotate(-1)
                if (
                    entity.status == status
                    and word in entity.name
                    and f"{entity.region_id}".startswith(place)
                    and entity.registered_on is not None
                    and entity.registered_on < before
                ):
                    return entity
        raise LookupError((subjects, before, word, place))

    def cancelled(self, today: date, n: int) -> list[tuple[Entity, date]]:
        """Enterprises struck off in the last two years, long after their registration."""
        found = []
        for entity in self.by_letter["E"]:
            since, born = entity.status_on, entity.registered_on
            if entity.status == Entity.Status.CANCELLED and since and born:
                if 30 < (today - since).days < 730 and (since - born).days > 300:
                    found.append((entity, since))
        return found[:n]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who proposes and who releases at one authority."""

    authority: Authority
    maker: User
    checker: User


class Offices:
    """The authorities by branch and place, each with two people."""

    def __init__(self) -> None:
        self.by_name = {one.name: one for one in Authority.objects.all()}
        self.branches = {branch.below: branch for branch in words.OFFICES}
        self.staff: dict[str, Staff] = {}

    def for_party(self, office: str, entity: Entity | None) -> Staff:
        """Of the branch whose office stands nearest above the party."""
        branch = self.branches.get(office)
        if branch is None:
            return self.staffed(office)
        region = entity.region if entity else None
        codes = []
        while region is not None:
            codes.append(region.code)
            region = region.parent
        for code in codes:
            name = self.name(branch, code)
            if name in self.by_name:
                return self.staffed(name)
        return self.staffed(self.name(branch, words.PROVINCE.code))

    def name(self, branch: words.OfficeName, code: str) -> str:
        division = next(one for one in fictitious.DIVISIONS.values() if one.code == code)
        name = fictitious.office_name(branch, division)
        above = fictitious.superior_name(branch, division)
        # What its districts would do is done by the authority of the demo accounts.
        return accounts.AUTHORITY if above == accounts.AUTHORITY else name

    def staffed(self, name: str) -> Staff:
        if name not in self.staff:
            authority = self.by_name[name]
            self.staff[name] = Staff(
                authority, *(officer(authority, role) for role in (Role.MAKER, Role.CHECKER))
            )
        return self.staff[name]


def officer(authority: Authority, role: Role) -> User:
    """One of the demo's accounts, else a colleague nobody can sign in as."""
    name = f"{role}"
    if authority.name != accounts.AUTHORITY:
        name = f"{role}-{authority.pk}"
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User(username=name, authority=authority, is_staff=True)
        user.set_unusable_password()
        user.save()
        user.groups.set(Group.objects.filter(name=role))
    return user
