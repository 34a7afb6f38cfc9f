"""A chunk of records against the register: whom each is about, what it would change."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.utils.crypto import salted_hmac

from registry.actions import Decision, cases, release
from registry.actions.known import KnownToMany
from registry.actions.open_many import ListsOfMany
from registry.actions.texts import PRIVATE
from registry.errors import Bar, UnknownError
from registry.intake import penalties
from registry.intake.drafts import case_draft, drafted, new_entity
from registry.intake.layouts import lists_of
from registry.intake.reading import Reading
from registry.models import (
    Delivery,
    DeliveryRow,
    Entity,
    EntityName,
    Identifier,
    Listing,
    ListRule,
)
from registry.models.delivery_codes import Reason, Verdict, verdict_of
from registry.models.list_rule import duration
from registry.terms import TermKind

# The bars of a case and its decision, in the words of a row.
REASON_OF = {
    "wrong_subject": Reason.WRONG_SUBJECT,
    "no_rule": Reason.NO_RULE,
    "over": Reason.OVER,
    "decision_in_future": Reason.FUTURE,
    "notice_late": Reason.NOTICE_LATE,
    "twice": Reason.TWICE,
    "no_competence": Reason.NO_COMPETENCE,
    "not_announced": Reason.CANDIDATES,
}
Said = tuple[Any, ...]


class Listed(NamedTuple):
    """What is, or was, listed of a party under one number of a decision."""

    pk: int
    authority: int
    is_over: bool
    says: Said


@dataclass(slots=True)
class Examined:
    """A record with its reasons, ready to be stored."""

    reading: Reading
    reasons: list[tuple[str, str]] = field(default_factory=list)
    entity: Entity | None = None
    # What it says something about already.
    listing: int | None = None
    same: str = ""
    says: str = ""
    draft: dict[str, Any] | None = None

    def say(self, reason: Reason, detail: str = "") -> None:
        self.reasons.append((reason.value, detail))

    @property
    def verdict(self) -> Verdict:
        found = verdict_of(self.reasons)
        is_known = found == Verdict.ACCEPTED and self.listing is not None
        return Verdict.UNCHANGED if is_known else found


class Chunk:
    """Records in the order of the file; each in the light of those before it."""

    def __init__(
        self,
        delivery: Delivery,
        readings: Sequence[Reading],
        *,
        today: date,
        known: KnownToMany,
    ) -> None:
        self.delivery, self.authority = delivery, delivery.authority
        self.today, self.known = today, known
        self.lists = ListsOfMany(delivery.authority, today)
        self.readings = readings
        self.numbered: dict[str, Entity] = {}
        self.named: dict[str, list[Entity]] = defaultdict(list)
        self.former: set[tuple[int, str]] = set()
        self.listed: dict[tuple[str, str], list[Listed]] = defaultdict(list)
        self.over_before: set[str] = set()
        # What each decision of the file says, in this chunk and before it.
        self.seen: dict[str, str] = {}
        # Those that turned out to be told twice, in different words.
        self.contradicted: set[str] = set()
        self.n_repeated = 0

    # --- Looking up ----------------------------------------------------------------------

    def look_up(self) -> None:
        """Everything the records may refer to, in a fixed number of queries."""
        self.find_parties()
        self.find_listed()
        self.find_earlier()

    def find_parties(self) -> None:
        parties = [one.party for one in self.readings if one.party.name]
        values = {party.code.value for party in parties if party.code}
        names = {party.key for party in parties}
        held = Identifier.objects.filter(value__among=sorted(values))
        for one in held.select_related("entity__merged_into").defer("entity__scope"):
            self.numbered[one.value] = one.entity.merged_into or one.entity
        called = Entity.objects.filter(name_key__among=sorted(names), merged_into=None)
        for entity in called.defer("scope"):
            self.named[entity.name_key].append(entity)
        owners = {entity.pk for entity in self.numbered.values()}
        former = EntityName.objects.filter(entity__pk__among=sorted(owners))
        self.former = set(former.values_list("entity_id", "name_key"))

    def find_listed(self) -> None:
        keys = self.keys_of_parties()
        rows = Listing.objects.released().filter(
            party_key__among=sorted(keys), list_type__in=lists_of(self.delivery.list_code)
        )
        for pk, key, number, authority, ended_at, until, *said in rows.values_list(
            *("pk", "party_key", "decision_no", "authority_id", "ended_at"),
            *("displayed_until", *SAID),
        ):
            is_over = ended_at is not None or (until is not None and until <= self.today)
            one = Listed(pk, authority, is_over, tuple(said))
            self.listed[keys[key], number].append(one)
            if ended_at is None:
                self.known.taken.add((keys[key], said[0], number))

    def keys_of_parties(self) -> dict[str, str]:
        """What a listing of each party may bear, and by which the party goes now: those of
        a record that was merged bear its key for good.
        """
        found = {entity.pk for entity in self.numbered.values()}
        found |= {entity.pk for namesakes in self.named.values() for entity in namesakes}
        merged = Entity.objects.filter(merged_into__pk__among=sorted(found))
        into = dict(merged.values_list("pk", "merged_into_id"))
        return {f"e{pk}": f"e{into.get(pk, pk)}" for pk in (*found, *into)}

    def find_earlier(self) -> None:
        """The same decisions earlier in the file, and in former deliveries."""
        rows = DeliveryRow.objects.filter(
            same__among=sorted({self.same(one) for one in self.readings} - {""})
        )
        self.seen = dict(rows.filter(delivery=self.delivery).values_list("same", "says"))
        over = rows.filter(listing__ended_at__isnull=False)
        self.over_before = set(over.values_list("same", flat=True))

    def same(self, reading: Reading) -> str:
        """By which the decision is known again, whatever the register calls it."""
        party, number = reading.party, reading.decision.decision_no
        if not (party.name and number):
            return ""
        whom = party.code.value if party.code else party.key
        return digest([self.authority.uscc, self.delivery.list_code, whom, number])

    # --- Judging -------------------------------------------------------------------------

    def examine(self) -> list[Examined]:
        return [self.judged(one) for one in self.readings]

    def judged(self, reading: Reading) -> Examined:
        row = Examined(reading, reasons=[*reading.reasons])
        row.entity = self.party(row)
        self.compare_within_file(row)
        if row.verdict != Verdict.ACCEPTED:
            return row
        entity = row.entity or new_entity(reading.party)
        if not self.is_listed(row, entity):
            self.draft(row, entity)
        if row.draft and row.entity is None:
            row.say(Reason.NEW_PARTY)
        return row

    def party(self, row: Examined) -> Entity | None:
        """The organisation of the register; None where it is unknown there."""
        party = row.reading.party
        if not party.name:
            return None
        if party.code is None:
            return self.by_name(row)
        found = self.numbered.get(party.code.value)
        if found is None:
            if not party.code.valid:
                row.say(Reason.WRONG_CODE)
        elif found.name_key != party.key and (found.pk, party.key) not in self.former:
            row.say(Reason.OTHER_NAME)
        return found

    def by_name(self, row: Examined) -> Entity | None:
        found = self.named.get(row.reading.party.key, [])
        if len(found) > 1:
            row.say(Reason.AMBIGUOUS)
        return found[0] if len(found) == 1 else None

    def compare_within_file(self, row: Examined) -> None:
        if not (same := self.same(row.reading)):
            return
        row.same, row.says = same, digest(said_by(row.reading))
        if same not in self.seen:
            self.seen[same] = row.says
            return
        self.n_repeated += 1
        if self.seen[same] == row.says:
            row.say(Reason.DUPLICATE)
        else:
            row.say(Reason.CONTRADICTED)
            self.contradicted.add(same)

    def is_listed(self, row: Examined, entity: Entity) -> bool:
        """Whether this authority has listed it before; then the row says what follows."""
        reading = row.reading
        known = self.listed.get((f"e{entity.pk}", reading.decision.decision_no), [])
        ours = [one for one in known if one.authority == self.authority.pk]
        running = [one for one in ours if not one.is_over]
        if running:
            row.listing = running[0].pk
            if reading.is_revoked:
                row.say(Reason.REVOKED)
            elif said_by(reading)[: len(SAID)] != running[0].says:
                row.say(Reason.DIFFERS)
        elif ours or row.same in self.over_before:
            row.listing = ours[0].pk if ours else None
            row.say(Reason.ENDED)
        elif reading.is_revoked:
            row.say(Reason.REVOKED_THERE)
        else:
            return False
        return True

    # --- What would be opened and proposed -----------------------------------------------

    def draft(self, row: Examined, entity: Entity) -> None:
        decided_on = row.reading.decision.decided_on
        assert decided_on is not None
        try:
            rule = self.known.rule_on(row.reading.list_code, decided_on)
        except UnknownError:
            row.say(Reason.NO_RULE)
            return
        decision = self.decided(row, rule)
        for reason in dict.fromkeys(map(reason_of, self.bars(row, entity, decision))):
            row.reasons.append(reason)
        if rule.term_kind == TermKind.KEPT:
            row.say(Reason.KEPT)
        if row.verdict == Verdict.ACCEPTED:
            row.draft = drafted(row.reading, decision, row.entity)

    def decided(self, row: Examined, rule: ListRule) -> Decision:
        """The decision, with a shorter term where the file prints an earlier end."""
        decision = row.reading.decision
        assert decision.decided_on is not None
        usual = duration(rule.term_default, rule.term_unit)
        try:
            term = penalties.shortened(row.reading.printed_end, decision.decided_on, usual)
        except ValueError:
            row.say(Reason.ODD_END)
            return decision
        if term is None:
            return decision
        row.say(Reason.SHORTER)
        return replace(decision, term=term)

    def bars(self, row: Examined, entity: Entity, decision: Decision) -> list[Bar]:
        """The bars of opening and of release, as they will be asked then."""
        reading = row.reading
        rule = self.known.rule_on(reading.list_code, self.today)
        sketch = Listing(
            list_type_id=reading.list_code,
            authority=self.authority,
            party_key=f"e{entity.pk}",
            ground=reading.ground,
            facts=reading.facts,
            details=reading.details,
        )
        found = self.lists.bars_to(rule)
        found += cases.bars_to_opening(case_draft(reading, entity), rule)
        return found + release.bars_to_decision(
            sketch, decision, self.known, today=self.today
        )


# What of a listing the file tells; then what the file alone tells.
SAID = (
    *("list_type_id", "decided_on", "ground", "facts", "details", "amount"),
    "performance",
)


def said_by(reading: Reading) -> Said:
    """In the order of `SAID`."""
    decision = reading.decision
    said = (reading.list_code, decision.decided_on, reading.ground, reading.facts)
    more = (reading.details, reading.amount, reading.performance)
    return (*said, *more, decision.noticed_on, decision.until, reading.is_revoked)


def digest(values: Iterable[Any]) -> str:
    """Keyed, because what it stands for could be guessed."""
    text = json.dumps(list(values), ensure_ascii=False, sort_keys=True, default=str)
    return salted_hmac(__name__, text, algorithm="sha256").hexdigest()


def reason_of(bar: Bar) -> tuple[str, str]:
    if bar.code.startswith(PRIVATE):
        return Reason.PRIVATE.value, ""
    if reason := REASON_OF.get(bar.code):
        return reason.value, ""
    return Reason.BARRED.value, bar.code
