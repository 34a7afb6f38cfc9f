"""The way of one application from its first step to the review, as far as it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy

from registry import vault
from registry.days import day_of
from registry.errors import Bar
from registry.models import Listing
from registry.models.rule_codes import Document
from registry.terms import Start
from repair import actions, commitment, facts, rules
from repair.actions import FilingDraft
from repair.models import ApplicationDraft, DraftPaper, Filing
from repair.statements import Statement

Role = Filing.Role
TITLES = {
    "listings": gettext_lazy("要修复的记录"),
    "who": gettext_lazy("谁来申请"),
    "duty": gettext_lazy("履行和改正"),
    "papers": gettext_lazy("证明材料"),
    "commitment": gettext_lazy("信用承诺书"),
    "review": gettext_lazy("核对并提交"),
}
# At which step a reason for a refusal can be put right; all others belong to the first.
STEP_OF = {
    "no_name": "who",
    "no_statement": "duty",
    "duty_open": "duty",
    "no_correction_day": "duty",
    "correction_in_future": "duty",
    "too_many_papers": "papers",
    "no_commitment": "commitment",
}


class Barred(NamedTuple):
    listing: Listing
    bars: list[Bar]


@dataclass
class Journey:
    """A draft with what was said in it; `together` are all listings of its decision."""

    draft: ApplicationDraft
    said: dict[str, Any]
    together: list[Listing]
    at: datetime

    # --- What it is about ----------------------------------------------------------------

    @property
    def listings(self) -> list[Listing]:
        """Those chosen that are still on display; at first the one it began with."""
        chosen = self.said.get("listings", [self.said["anchor"]])
        return [one for one in self.together if one.case in chosen]

    @cached_property
    def bars(self) -> dict[str, list[Bar]]:
        """By case: what stands in the way whatever is filled in."""
        return {one.case: self.bars_of(one) for one in self.together}

    def bars_of(self, listing: Listing) -> list[Bar]:
        case = facts.case_of(listing, at=self.at)
        return rules.bars_to_asking(case, today=day_of(self.at))

    @property
    def barred(self) -> list[Barred]:
        """Of the same decision, but not to be asked for now."""
        rows = ((one, self.bars[one.case]) for one in self.together)
        return [Barred(one, bars) for one, bars in rows if bars]

    def bars_to_day(self, corrected_on: date) -> list[Bar]:
        """What stands in the way if it was corrected on this day."""
        today = day_of(self.at)
        cases = [
            facts.case_of(one, at=self.at, done=True, corrected_on=corrected_on)
            for one in self.listings
        ]
        bars = [
            bar
            for case in cases
            for bar in (
                *rules.bars_of_correction(case, today),
                *rules.bars_to_asking(case, today=today),
            )
        ]
        return list(dict.fromkeys(bars))

    @property
    def asks_for_day(self) -> bool:
        """Whether the minimum of any of them counts from the correction."""
        return any(one.rule.early_from == Start.CORRECTION for one in self.listings)

    @property
    def letter(self) -> commitment.Letter:
        return commitment.letter(self.listings)

    # --- Its steps -----------------------------------------------------------------------

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """Only those at which there is something to say."""
        left_out = set()
        if len(self.together) == 1:
            left_out.add("listings")
        if not any(facts.needs_commitment(one) for one in self.listings):
            left_out.add("commitment")
        return tuple(step for step in TITLES if step not in left_out)

    def is_said(self, step: str) -> bool:
        if step == "commitment":
            return bool(self.said.get(step) == self.letter.digest)
        if step == "duty" and self.asks_for_day:
            return bool(self.said.get(step, {}).get("corrected_on"))
        return step in self.said

    @property
    def reached(self) -> str:
        """The first step that has not been said yet; the review where all are."""
        return next((step for step in self.steps if not self.is_said(step)), "review")

    def may_open(self, step: str) -> bool:
        """Steps are taken in turn; what was said may be changed at any time."""
        steps = self.steps
        return step in steps and steps.index(step) <= steps.index(self.reached)

    def after(self, step: str) -> str:
        """Where to go on: once everything was said, a change leads back to the review."""
        later = self.steps[self.steps.index(step) + 1 :]
        return next((one for one in later if not self.is_said(one)), "review")

    def before(self, step: str) -> str:
        at = self.steps.index(step)
        return self.steps[at - 1] if at else ""

    # --- Its papers ----------------------------------------------------------------------

    @property
    def role(self) -> str:
        return str(self.said.get("who", {}).get("role", ""))

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label) if self.role else ""

    @cached_property
    def papers_asked(self) -> list[Document]:
        """By the rules of all of them; an authority to act only of whoever has one."""
        asked = dict.fromkeys(
            paper for one in self.listings for paper in facts.papers_asked(one)
        )
        return [one for one in asked if one != Document.AUTH or self.role == Role.AGENT]

    @cached_property
    def papers(self) -> list[tuple[DraftPaper, str]]:
        """With the names under which they came."""
        return [(paper, paper_name(paper)) for paper in self.draft.papers.all()]

    @property
    def papers_missing(self) -> list[Document]:
        sent = {paper.document for paper, _name in self.papers}
        return [one for one in self.papers_asked if one not in sent]

    # --- Its end -------------------------------------------------------------------------

    @property
    def corrected_on(self) -> date | None:
        day = self.said.get("duty", {}).get("corrected_on")
        return date.fromisoformat(day) if day else None

    def filing_draft(self) -> FilingDraft:
        who, duty = self.said["who"], self.said["duty"]
        return FilingDraft(
            listings=tuple(self.listings),
            role=who["role"],
            statement=Statement(
                name=who["name"],
                text=duty["statement"],
                phone=who["phone"],
                email=who["email"],
            ),
            done=True,
            committed="commitment" in self.steps and self.is_said("commitment"),
            corrected_on=self.corrected_on,
            language=get_language() or "",
            begun=self.draft,
        )


def journey_of(draft: ApplicationDraft, at: datetime) -> Journey | None:
    """None where what it is about is not on display any more, or its key is gone."""
    try:
        said = actions.read_application_draft(draft)
    except vault.VaultError:
        return None
    shown = Listing.objects.on_display(at)
    anchor = shown.filter(case=said["anchor"]).first()
    journey = Journey(draft, said, of_decision(anchor, at) if anchor else [], at)
    return journey if journey.listings else None


def at_the_counter(listing: Listing, at: datetime) -> Journey:
    """What a clerk enters in one go, with nothing said and nothing kept."""
    said = {"anchor": listing.case}
    return Journey(ApplicationDraft(), said, of_decision(listing, at), at)


def of_decision(anchor: Listing, at: datetime) -> list[Listing]:
    """Everything on display that one decision of one authority says of one party."""
    same = (
        Listing.objects.on_display(at)
        .for_rows()
        .filter(
            authority=anchor.authority_id,
            decision_no=anchor.decision_no,
            party_key=anchor.party_key,
        )
    )
    return list(same.order_by("pk"))


def is_about(draft: ApplicationDraft, listings: Sequence[Listing]) -> bool:
    """Whether a draft was begun with one of these."""
    try:
        anchor = actions.read_application_draft(draft)["anchor"]
    except vault.VaultError:
        return False
    return anchor in {one.case for one in listings}


def paper_name(paper: DraftPaper) -> str:
    return vault.open_sealed(
        paper.draft.case, "file name", bytes(paper.sealed_name)
    ).decode()
