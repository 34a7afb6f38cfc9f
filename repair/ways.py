"""What a listing says about its way out: when and why then, with what, by whom."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _

from registry.days import day_of
from registry.errors import Bar
from registry.languages import sentences
from registry.models import Listing, ListRule, PenaltyClass
from registry.models.rule_codes import Document, EarlyExit, TermStart
from registry.rule_words import RuleWords, spelt
from registry.terms import Duration, Unit
from repair import facts, rules
from repair.rules import Case

CLOSED = (EarlyExit.NEVER, EarlyExit.NONE)


@dataclass
class Way:
    """The way out of one listing on one day, as anybody may be told it."""

    listing: Listing
    case: Case
    today: date

    @cached_property
    def bars(self) -> list[Bar]:
        """Why nobody can ask for it today; empty where it can be asked for."""
        return rules.bars_to_asking(self.case, today=self.today)

    @property
    def exists(self) -> bool:
        """Whether its rule knows a way out before the end at all."""
        return self.case.early_exit not in CLOSED

    @property
    def is_open(self) -> bool:
        return not self.bars

    @cached_property
    def opens_on(self) -> date | None:
        """The first day it can be asked for; None where no day is known."""
        return rules.opens_on(self.case, self.bars)

    @property
    def why(self) -> str:
        """Why on that day: every minimum that its rule and its severity ask for."""
        if not self.exists:
            return ""
        return sentences(self.of_rule, self.of_class)

    @property
    def of_rule(self) -> str:
        """What the rule of the list asks for, and the text it rests on."""
        wait, basis = self.case.timing.early, self.listing.rule.legal_basis
        if wait is None or not wait.n:
            text = _("该名单没有最短公示期，符合条件就可以申请（%(basis)s）。")
            return text % {"basis": basis}
        text = _("自%(start)s起满%(wait)s（%(basis)s）。")
        return text % {"start": self.start, "wait": spelt(wait), "basis": basis}

    @property
    def start(self) -> str:
        """What the wait counts from, with its day where that is known."""
        label = str(TermStart(self.case.timing.early_from).label)
        if self.case.counts_from_correction:
            return label
        shown = self.case.timing.early_from == TermStart.PUBLICATION
        day = self.case.displayed_from if shown else self.case.decided_on
        return _("%(label)s（%(day)s）") % {"label": label, "day": day}

    @property
    def of_class(self) -> str:
        """What the severity asks for; empty where it does not bind."""
        day, rule = self.case.class_earliest, self.listing.rule
        found = rule.severity_class(self.case.decided_on) if day else None
        if found is None or not found.min_months:
            return ""
        text = _(
            "%(severity)s失信信息自决定之日（%(decided)s）起最短公示%(wait)s，"
            "即 %(day)s 起（%(basis)s）。"
        )
        return text % {
            "severity": rule.get_severity_display(),
            "decided": self.case.decided_on,
            "wait": spelt(Duration(found.min_months, Unit.MONTHS)),
            "day": day,
            "basis": found.legal_basis,
        }

    @property
    def sentence(self) -> str:
        """When one can ask for it, or what stands in the way the longest."""
        if not self.exists:
            return self.words.early
        if self.is_open and self.case.counts_from_correction:
            return _("改正满规定时间的，现在可以申请修复。")
        if self.is_open:
            return _("现在可以申请修复。")
        last = max(self.bars, key=lambda bar: (bar.code in rules.LASTING, lasts(bar)))
        if last.code == "too_early":
            return _("最早可申请修复：%(day)s。") % {"day": self.opens_on}
        return last.text

    @property
    def words(self) -> RuleWords:
        return RuleWords(self.listing.rule)

    @property
    def papers(self) -> list[Document]:
        """All that is asked for; what the application itself holds is among it."""
        asked = [Document(code) for code in self.listing.rule.repair_docs.split()]
        if Document.COM not in asked and facts.needs_commitment(self.listing):
            asked.append(Document.COM)
        return asked

    @property
    def answer_wd(self) -> int:
        rule = self.listing.rule
        return rules.answer_wd(rule.accept_wd, rule.decide_wd)

    @property
    def exclusions(self) -> list[str]:
        return exclusions(self.listing.rule)


def lasts(bar: Bar) -> date:
    return bar.until or date.max


def way_of(listing: Listing, *, at: datetime) -> Way:
    """Wants the listing loaded with `for_rows`."""
    return Way(listing, facts.case_of(listing, at=at), day_of(at))


def exclusions(rule: ListRule) -> list[str]:
    """Who cannot leave early by this rule, whatever is known of a party."""
    found = []
    if rule.relapse_months:
        span = spelt(Duration(rule.relapse_months, Unit.MONTHS))
        text = _("%(span)s内两次列入本名单的。以前的记录不在网上，由认定单位核对。")
        found.append(text % {"span": span})
    if rule.excluded_kinds:
        kinds = PenaltyClass.objects.filter(pk__in=rule.excluded_kinds.split())
        names = _("、").join(map(str, kinds))
        if rule.excluded_for is None:
            found.append(_("处罚种类包括%(kinds)s的。") % {"kinds": names})
        else:
            text = _("认定“%(list)s”的单位作出的、处罚种类包括%(kinds)s的。")
            found.append(text % {"list": rule.excluded_for, "kinds": names})
    if rule.barred_by is not None:
        text = _("有“%(list)s”正在公示的。")
        found.append(text % {"list": rule.barred_by})
    return found
