"""What is typed about a case, as parts of forms. Whether it may be, actions say."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import contents
from registry.actions import Decision
from registry.actions.texts import MUST_STAY, PRIVATE
from registry.errors import BarredError, RegistryError
from registry.models import Listing, ListRule
from registry.models.rule_codes import Detail
from registry.terms import Duration, TermKind, Unit
from registry.workdays import DAY

NOTHING = ("", "---------")
DETAIL = "detail_"
# What every list records, in the order of the page.
CONTENT = ("ground", "facts", "amount", "performance")
LONG = forms.Textarea(attrs={"rows": 4})
# Where on the page the reason of a bar belongs; all others stand at the top.
FIELD_OF = {
    "no_name": "name",
    "bad_number": "number",
    "no_birth_day": "born_on",
    "minor": "conduct_on",
    "no_conduct_day": "conduct_on",
    "wrong_subject": "party",
    "other_party": "party",
    "forbidden_measure": "measures",
    "bad_amount": "amount",
    "bad_performance": "performance",
    "notice_in_future": "noticed_on",
    "no_notice": "noticed_on",
    "notice_late": "noticed_on",
    "no_decision_no": "decision_no",
    "no_decision_day": "decided_on",
    "decision_in_future": "decided_on",
    "window_open": "decided_on",
    "candidacy_open": "decided_on",
    "objection_in_future": "on",
    "objection_out_of_time": "on",
    "no_objector": "name",
    "no_contact": "contact",
    "no_objection": "text",
    "no_answer": "answer",
    "no_rule": "decided_on",
    "term_too_long": "term",
    "term_too_short": "term",
    "term_not_asked": "term",
    "extension_too_long": "term",
    "chain_too_long": "term",
    "until_not_asked": "last_day",
    "until_past": "last_day",
    "until_later": "last_day",
    "bad_reason": "reason",
    "no_reason": "reason",
    "no_document": "document",
    "empty": "text",
    "to_confirm": "confirmed",
    "no_number": "number",
    "dated_in_future": "dated_on",
    "dated_early": "dated_on",
    "no_manner": "manner",
    "announced_too_lately": "on",
    "served_in_future": "on",
    "served_early": "on",
    "no_proof": "file",
    "file_too_large": "file",
    "file_of_other_kind": "file",
    "half_a_defence": "defended_on",
    "answer_to_nothing": "defence_answer",
    "defence_open": "defence_answer",
}
# Nobody confirms these: what looks private in them is always cut.
ALWAYS_CUT = {"defence", "defence_answer"}


class Codes(forms.MultipleChoiceField):
    """Codes out of a list; the action knows which are allowed, and says it better."""

    def valid_value(self, value: object) -> bool:
        return True


class Days(forms.DateField):
    """A day, in the one form that every browser's own calendar sends."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def offered(choices: Iterable[tuple[str, Any]]) -> forms.Select:
    return forms.Select(choices=[NOTHING, *choices])


def show_refusal(form: forms.Form, error: RegistryError) -> None:
    """Say every reason beside the field it is about, as far as the form has it."""
    if not isinstance(error, BarredError):
        form.add_error(None, str(error))
        return
    for bar in error.bars:
        field = field_of(bar.code)
        form.add_error(field if field in form.fields else None, bar.text)
        stays = bar.code.startswith(PRIVATE) and field not in ALWAYS_CUT
        if stays and isinstance(form, StayFields):
            form.ask_why_it_stays()


def field_of(code: str) -> str | None:
    """Bars about a text are named after its field."""
    return FIELD_OF.get(code) or (
        code.removeprefix(PRIVATE) if code.startswith(PRIVATE) else None
    )


# --- Why a place must stay ----------------------------------------------------------------


class StayFields(forms.Form):
    """Asked only once a text looks like a private matter; else there is nothing to say."""

    must_stay = forms.CharField(
        label=gettext_lazy("须保留的理由"),
        help_text=gettext_lazy(
            "标出的地方已经核对、确须保留的填写。审核人会看到并逐处确认。"
        ),
        max_length=300,
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("must_stay") or self.initial.get("must_stay"):
            self.ask_why_it_stays()

    def stay(self) -> dict[str, str]:
        """As a proposal keeps it."""
        said = self.cleaned_data["must_stay"]
        return {MUST_STAY: said} if said else {}

    def ask_why_it_stays(self) -> None:
        self.fields["must_stay"].widget = forms.Textarea(attrs={"rows": 2})


# --- The decision ------------------------------------------------------------------------


class DecisionFields(forms.Form):
    """What the decision document says, as far as the rule leaves it to the document."""

    decision_no = forms.CharField(
        label=gettext_lazy("决定文书号"), max_length=100, required=False
    )
    decided_on = Days(label=gettext_lazy("决定日期"), required=False)
    term = forms.IntegerField(
        label=gettext_lazy("期限"), min_value=1, max_value=9999, required=False
    )
    last_day = Days(
        label=gettext_lazy("公示至"),
        help_text=gettext_lazy("照记录所载填写，含当日。"),
        required=False,
    )

    def fit_decision(self, rule: ListRule, *, extends: bool = False) -> None:
        """Leave out what the rule settles by itself."""
        if rule.term_kind == TermKind.FIXED:
            self.fields["term"].label = _("延长") if extends else _("期限")
            self.fields["term"].help_text = term_help(rule, extends=extends)
        else:
            del self.fields["term"]
        if rule.term_kind != TermKind.PRINTED:
            del self.fields["last_day"]

    def decision(self, rule: ListRule) -> Decision | None:
        """None where nothing of a decision was filled in."""
        found = {name: self.cleaned_data.get(name) for name in DecisionFields.base_fields}
        if not any(found.values()):
            return None
        last, term = found["last_day"], found["term"]
        return Decision(
            decision_no=found["decision_no"] or "",
            decided_on=found["decided_on"],
            term=Duration(term, Unit(rule.term_unit)) if term else None,
            until=last + DAY if last else None,
        )


def term_help(rule: ListRule, *, extends: bool) -> str:
    unit = rule.get_term_unit_display()
    if extends:
        words = {"longest": rule.extension_max or 0, "unit": unit}
        return _("单位：%(unit)s。最多延长 %(longest)s %(unit)s。") % words
    words = {"usual": rule.term_default or 0, "longest": rule.term_max or 0, "unit": unit}
    return (
        _("单位：%(unit)s。留空为 %(usual)s %(unit)s，最长 %(longest)s %(unit)s。") % words
    )


# --- What a case says --------------------------------------------------------------------


class ContentFields(StayFields):
    ground = forms.CharField(label=gettext_lazy("列入事由"), max_length=300, required=False)
    facts = forms.CharField(label=gettext_lazy("认定事实"), required=False, widget=LONG)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"),
        max_digits=16,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    performance = forms.CharField(label=gettext_lazy("履行情况"), required=False)
    measures = Codes(
        label=gettext_lazy("措施"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def fit_content(self, rule: ListRule) -> None:
        """Offer what the rule knows: its measures, and the matters it records."""
        self.fields["performance"].widget = offered(Listing.Performance.choices)
        named = [(measure.pk, str(measure)) for measure in rule.measures.all()]
        if named:
            self.fields["measures"].choices = named  # type: ignore[attr-defined]
        else:
            # Hidden, not gone: what is sent all the same is refused by the action.
            self.fields["measures"].widget = forms.MultipleHiddenInput()
        for code in rule.details.split():
            self.fields[f"{DETAIL}{code}"] = forms.CharField(
                label=Detail(code).label, max_length=500, required=False
            )

    def show_content(self, listing: Listing) -> None:
        """Start from what the case says now; for whoever may see it."""
        now = contents.read(listing)
        self.initial = {
            **self.initial,
            "ground": now.ground,
            "facts": now.facts,
            "amount": listing.amount,
            "performance": listing.performance,
            "measures": list(listing.measures.values_list("pk", flat=True)),
            **{f"{DETAIL}{code}": text for code, text in now.details.items()},
        }

    def details(self) -> dict[str, str]:
        return {
            name.removeprefix(DETAIL): text
            for name, text in self.cleaned_data.items()
            if name.startswith(DETAIL) and text
        }

    def content(self) -> dict[str, Any]:
        """The fields that `CaseDraft` names."""
        return {
            **{name: self.cleaned_data[name] for name in CONTENT},
            "measures": tuple(self.cleaned_data["measures"]),
            "details": self.details(),
        }
