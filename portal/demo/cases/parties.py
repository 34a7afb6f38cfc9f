"""Whom the demo's cases are about, and who decides on them: all of it from the register."""

from collections import deque
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from django.contrib.auth.models import Group

from portal.demo import accounts, fictitious
from portal.demo import vocabulary as words
from portal.demo.vocabulary import Division
from registry.models import Authority, Entity, Identifier, Role, User
from registry.parties import SUBJECTS

# How the parties of a list are drawn: mostly enterprises, as in every register.
MIX = "EEEBEEFEESEG"
# The districts of the authority whose accounts the demo gives away.
HERE = "9901"
# Authorities are organisations too, but stand on no list here.
OFFICE_TYPE = "机关"
DIVISION_OF = {one.code: one for one in fictitious.DIVISIONS.values()}


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

    def struck_off(self, today: date, n: int) -> list[tuple[Entity, date]]:
        """Enterprises struck off in the last two years, long after their registration."""
        found = (
            (entity, since)
            for entity in self.by_letter["E"]
            if entity.status == Entity.Status.CANCELLED
            and (since := entity.status_on)
            and (born := entity.registered_on)
            and 30 < (today - since).days < 730
            and (since - born).days > 300
        )
        return list(islice(found, n))


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
        # Persons have no seat: the counties take turns.
        counties = [one.code for one in DIVISION_OF.values() if one.level == "county"]
        self.somewhere = cycle(counties)

    def for_party(self, office: str, entity: Entity | None) -> Staff:
        """Of the branch whose office stands nearest above the party."""
        branch = self.branches.get(office)
        if branch is None:
            return self.staffed(office)
        code = entity.region_id if entity else next(self.somewhere)
        division = DIVISION_OF.get(f"{code}", words.PROVINCE)
        while self.name(branch, division) not in self.by_name:
            division = DIVISION_OF[f"{division.parent}"]
        return self.staffed(self.name(branch, division))

    def name(self, branch: words.OfficeName, division: Division) -> str:
        # What its districts would do is done by the authority of the demo accounts.
        above = fictitious.superior_name(branch, division)
        if above == accounts.AUTHORITY:
            return above
        return fictitious.office_name(branch, division)

    def staffed(self, name: str) -> Staff:
        if name not in self.staff:
            authority = self.by_name[name]
            self.staff[name] = Staff(
                authority,
                *(officer(authority, role) for role in (Role.MAKER, Role.CHECKER)),
            )
        return self.staff[name]


def officer(authority: Authority, role: Role) -> User:
    """One of the demo's accounts, else a colleague nobody can sign in as."""
    name = f"{role}-{authority.pk}"
    if authority.name == accounts.AUTHORITY:
        name = next(name for name, held in accounts.ROLES.items() if held == role)
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User(username=name, authority=authority, is_staff=True)
        user.set_unusable_password()
        user.save()
        user.groups.set(Group.objects.filter(name=role))
    return user
