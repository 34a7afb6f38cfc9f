"""A version of a list's rule in the words a reader understands; no queries, no clock."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.languages import in_language, sentences
from registry.models import ListRule
from registry.models import rule_codes as codes
from registry.terms import Duration, Unit

YEAR = 12


def spelt(duration: Duration) -> str:
    """3 years, 6 months, 90 days, 5 working days."""
    n, unit = duration.n, duration.unit
    if unit == Unit.MONTHS and n % YEAR == 0 and n:
        n //= YEAR
        text = ngettext("%(n)d年", "%(n)d年", n)
    elif unit == Unit.MONTHS:
        text = ngettext("%(n)d个月", "%(n)d个月", n)
    elif unit == Unit.WORKDAYS:
        text = ngettext("%(n)d个工作日", "%(n)d个工作日", n)
    else:
        text = ngettext("%(n)d日", "%(n)d日", n)
    return text % {"n": n}


@dataclass
class RuleWords:
    """`class_minimum` is what the severity adds to the wait for a repair, if it binds."""

    rule: ListRule
    class_minimum: Duration | None = None

    @property
    def subjects(self) -> list[str]:
        """For whom the list is, in the order of the codes."""
        return [str(one.label) for one in codes.Subject if one in self.rule.subjects]

    @property
    def lists_persons(self) -> bool:
        return codes.Subject.PERSON in self.rule.subjects

    @property
    def lists_only_persons(self) -> bool:
        return self.rule.subjects == codes.Subject.PERSON

    @property
    def looks_up_persons(self) -> bool:
        return self.lists_persons and self.rule.person_lookup != codes.PersonLookup.NONE

    # --- How long ---------------------------------------------------------------------

    @cached_property
    def term(self) -> str:
        if self.rule.term_kind == codes.TermKind.OPEN:
            every = spelt(Duration(self.rule.review_months or YEAR, Unit.MONTHS))
            text = _("没有固定期限。每%(every)s至少复核一次，没有复核的自动停止公示。")
            return text % {"every": every}
        if self.rule.term_kind == codes.TermKind.PRINTED:
            return _("以记录所载的有效期为准；没有写明的，长期公示。")
        if self.rule.term_kind == codes.TermKind.KEPT:
            return _("只留存，一般不公示。")
        text = _("%(length)s，自%(start)s起算。")
        start = self.rule.get_term_start_display()
        return text % {"length": self.length(self.rule.term_default), "start": start}

    @property
    def limits(self) -> str:
        """The shortest and the longest term, where they differ from the usual one."""
        rule, found = self.rule, []
        if rule.term_min and rule.term_min != rule.term_default:
            found.append(_("最短%(length)s。") % {"length": self.length(rule.term_min)})
        if rule.term_max and rule.term_max != rule.term_default:
            found.append(_("最长%(length)s。") % {"length": self.length(rule.term_max)})
        return sentences(*found)

    def length(self, n: int | None) -> str:
        return spelt(Duration(n or 0, Unit(self.rule.term_unit)))

    # --- How out ----------------------------------------------------------------------

    @cached_property
    def early(self) -> str:
        """When one may leave before the end; empty where there is nothing to leave."""
        rule = self.rule
        if rule.early_exit == codes.EarlyExit.PERIOD:
            return self.early_after_a_time
        if rule.early_exit == codes.EarlyExit.CONDITION:
            return _("没有最短公示期，符合条件就可以申请。")
        if rule.early_exit == codes.EarlyExit.NEVER:
            return _("按规定不得提前停止公示。")
        return ""

    @property
    def early_after_a_time(self) -> str:
        rule = self.rule
        wait = Duration(rule.early or 0, Unit(rule.early_unit or Unit.MONTHS))
        start = rule.get_early_from_display()
        if wait.n:
            text = _("自%(start)s起满%(wait)s可以申请。")
            said = text % {"start": start, "wait": spelt(wait)}
        else:
            said = _("没有最短公示期，随时可以申请。")
        shortest = self.class_minimum
        if shortest is None or (wait.unit == shortest.unit and wait.n >= shortest.n):
            return said
        text = _("按失信程度，公示满%(shortest)s后才能申请。")
        return text % {"shortest": spelt(shortest)}

    @property
    def documents(self) -> list[str]:
        asked = self.rule.repair_docs.split()
        return [str(codes.Document(code).label) for code in asked]

    @property
    def deadlines(self) -> list[str]:
        """What the authority has to keep, in working days."""
        asked = (
            (self.rule.accept_wd, _("%(days)s内决定是否受理")),
            (self.rule.decide_wd, _("%(days)s内作出决定")),
            (self.rule.remove_wd, _("决定后%(days)s内移出")),
        )
        return [
            text % {"days": spelt(Duration(n, Unit.WORKDAYS))} if n else _("决定后当日移出")
            for n, text in asked
            if n is not None
        ]

    # --- How in -----------------------------------------------------------------------

    @property
    def notice(self) -> str:
        """How the party is told before the decision."""
        if said := in_language(self.rule, "notice"):
            return said
        if self.rule.notice_kind == codes.NoticeKind.NONE:
            return ""
        return str(self.rule.get_notice_from_display())

    @property
    def defence(self) -> str:
        """How long the party may answer the notice."""
        if not self.rule.notice_n or self.rule.announces_candidates:
            return ""
        window = Duration(self.rule.notice_n, Unit(self.rule.notice_unit))
        text = _("告知后%(window)s内可以陈述、申辩；意见须核实并答复。")
        return text % {"window": spelt(window)}

    @property
    def candidacy(self) -> str:
        """How long everybody may object to a candidate; empty where there are none."""
        if not self.rule.announces_candidates:
            return ""
        window = spelt(Duration(self.rule.notice_n, Unit(self.rule.notice_unit)))
        text = _("先公示候选%(window)s，期内任何人可以提出异议；期满并答复异议后才能决定。")
        return text % {"window": window}

    @property
    def publication(self) -> str:
        rule = self.rule
        if rule.publication == codes.Publication.WITHIN_WD:
            days = spelt(Duration(rule.publication_n or 0, Unit.WORKDAYS))
            return _("决定后%(days)s内") % {"days": days}
        if rule.publication == codes.Publication.NEXT_MONTH:
            days = spelt(Duration(rule.publication_n or 0, Unit.DAYS))
            return _("次月前%(days)s内") % {"days": days}
        return str(rule.get_publication_display())
