"""What is typed about a case. Forms know what is well-formed; what may be, actions say."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import contents, persons
from registry.actions import CaseDraft, Decision
from registry.actions.display import CHOSEN_REASONS
from registry.admin.seen import identity_of
from registry.errors import BarredError, RegistryError, UnknownError
from registry.models import Listing, ListRule, Person
from registry.models.rule_codes import Detail
from registry.parties import Party, PersonDraft, named
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
}


class Codes(forms.MultipleChoiceField):
    """Codes out of a list; the action knows which are allowed, and says it better."""

    def valid_value(self, value: object) -> bool:
        return True


class Days(forms.DateField):
    """A day, in the one form that every browser's own calendar sends."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def offered(choices: Iterable[tuple[str, Any]]) -> forms.Select:
    return forms.Select(choices=[NOTHING, *choices])


# --- Forms of every act ------------------------------------------------------------------


class ActForm(forms.Form):
    """One act on one case. `key` makes a form that is sent twice act once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        self.prepare()

    def prepare(self) -> None:
        """Fields and first values that depend on the case."""

    def show(self, error: RegistryError) -> None:
        show_refusal(self, error)


def show_refusal(form: forms.Form, error: RegistryError) -> None:
    """Say every reason beside the field it is about, as far as the form has it."""
    if not isinstance(error, BarredError):
        form.add_error(None, str(error))
        return
    for bar in error.bars:
        field = FIELD_OF.get(bar.code)
        form.add_error(field if field in form.fields else None, bar.text)


class ConfirmForm(ActForm):
    """Nothing to fill in: the act itself is the question."""


class ReasonForm(ActForm):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=300, widget=LONG)


class NoticeForm(ActForm):
    on = Days(label=gettext_lazy("告知送达日期"))


class DefenceForm(ActForm):
    text = forms.CharField(label=gettext_lazy("陈述申辩的内容"), widget=LONG)
    on = Days(label=gettext_lazy("收到日期"))


class AnswerForm(ActForm):
    text = forms.CharField(label=gettext_lazy("核实结果和答复"), widget=LONG)


class EndForm(ActForm):
    reason = forms.CharField(label=gettext_lazy("终止原因"))
    document = forms.CharField(label=gettext_lazy("终止依据文号"), max_length=100)

    def prepare(self) -> None:
        reasons = [(one.value, one.label) for one in CHOSEN_REASONS]
        self.fields["reason"].widget = offered(reasons)


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


class ReleaseForm(ActForm, DecisionFields):
    noticed_on = Days(
        label=gettext_lazy("告知送达日期"),
        help_text=gettext_lazy("在别处告知的，照文书填写。"),
        required=False,
    )

    def prepare(self) -> None:
        rule = self.listing.rule
        self.fit_decision(rule, extends=self.listing.follows_id is not None)
        self.fields["decision_no"].required = self.fields["decided_on"].required = True
        if self.listing.noticed_on or rule.notice_kind == rule.NoticeKind.OURS:
            del self.fields["noticed_on"]
        self.order_fields(("decision_no", "decided_on", "noticed_on", "term", "last_day"))

    def payload(self) -> dict[str, str]:
        decision = self.decision(self.listing.rule) or Decision("", None)
        noticed_on: date | None = self.cleaned_data.get("noticed_on")
        noticed = {"noticed_on": noticed_on.isoformat()} if noticed_on else {}
        return decision.payload() | noticed


# --- What a case says --------------------------------------------------------------------


class ContentFields(forms.Form):
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
        self.initial |= {
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


class AmendForm(ActForm, ContentFields):
    """Everything as it is now; what is changed is proposed, the rest stays out of it."""

    last_day = Days(
        label=gettext_lazy("公示至"),
        help_text=gettext_lazy("含当日。只能提前，留空为不变。"),
        required=False,
    )
    # What the maker has before his eyes; somebody else may have changed it meanwhile.
    version = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fit_content(self.listing.rule)
        self.show_content(self.listing)
        self.initial["version"] = self.listing.version

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version != self.listing.version:
            raise ValidationError(_("这条记录刚刚有了变化。请核对后重新填写。"))
        return version

    def payload(self) -> dict[str, Any]:
        data, changed = self.cleaned_data, set(self.changed_data)
        plain = ("ground", "facts", "performance", "measures")
        found = {name: data[name] for name in plain if name in changed}
        if "amount" in changed:
            found["amount"] = None if data["amount"] is None else str(data["amount"])
        if any(name.startswith(DETAIL) for name in changed):
            found["details"] = self.details()
        if data["last_day"]:
            found["displayed_until"] = (data["last_day"] + DAY).isoformat()
        return found


class ExtendForm(ActForm, ContentFields):
    """The follow-up case: the same party on the same list, on grounds of its own."""

    born_on = Days(
        label=gettext_lazy("出生日期"),
        help_text=gettext_lazy("证件号码不含出生日期的，须再次填写。"),
        required=False,
    )

    def prepare(self) -> None:
        self.fit_content(self.listing.rule)
        self.show_content(self.listing)
        self.initial["ground"] = self.initial["facts"] = ""
        self.fields["ground"].required = self.fields["facts"].required = True
        if self.listing.person_id is None or self.tells_birth():
            del self.fields["born_on"]

    def tells_birth(self) -> bool:
        person = identity_of(self.listing)
        return person is not None and persons.tells_birth(person.document, person.number)

    def draft(self) -> CaseDraft:
        return CaseDraft(
            list_code=self.listing.list_type_id,
            party=self.party(),
            conduct_on=self.listing.conduct_on,
            follows=self.listing,
            arises_from=self.listing.arises_from,
            **self.content(),
        )

    def party(self) -> Party:
        if self.listing.entity is not None:
            return self.listing.entity
        person = identity_of(self.listing)
        if person is None:
            raise UnknownError(_("当事人的资料已经清除，不能再办理。"))
        born_on = self.cleaned_data.get("born_on")
        return PersonDraft(person.name, person.document, person.number, born_on)


# --- A new case --------------------------------------------------------------------------


class ListForm(forms.Form):
    """Which list; everything else that is asked depends on it."""

    list_code = forms.SlugField(max_length=40, widget=forms.HiddenInput)


class CaseForm(ContentFields, DecisionFields):
    """One form for a case: the party, what it did, and the decision where there is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    list_code = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    party = forms.CharField(
        label=gettext_lazy("单位"),
        help_text=gettext_lazy("统一社会信用代码，或者与登记完全一致的名称。"),
        max_length=200,
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, required=False)
    document = forms.CharField(label=gettext_lazy("证件类型"), required=False)
    number = forms.CharField(label=gettext_lazy("证件号码"), max_length=30, required=False)
    born_on = Days(
        label=gettext_lazy("出生日期"),
        help_text=gettext_lazy("只在证件号码不含出生日期时填写；核对年龄后不保存。"),
        required=False,
    )
    conduct_on = Days(
        label=gettext_lazy("行为发生日期"),
        help_text=gettext_lazy("自然人必须填写。"),
        required=False,
    )
    noticed_on = Days(
        label=gettext_lazy("告知送达日期"),
        help_text=gettext_lazy("已经告知的填写；尚未告知的，立案后再记录。"),
        required=False,
    )

    OF_PERSON = ("name", "document", "number", "born_on")

    def __init__(self, *args: Any, rule: ListRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.found: Party | None = None
        self.initial |= {"list_code": rule.list_type_id}
        self.fields["document"].widget = offered(Person.Document.choices)
        for name in ("name", "number"):
            # A browser must not offer one person's data on the form of the next.
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fit_content(rule)
        self.fit_decision(rule)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the order of the file, under headings."""
        details = tuple(name for name in self.fields if name.startswith(DETAIL))
        headed = (
            (_("当事人"), ("party", *self.OF_PERSON)),
            (_("认定"), (*CONTENT, *details, "conduct_on", "measures")),
            (_("告知和决定"), ("noticed_on", *DecisionFields.base_fields)),
        )
        return [
            (heading, [self[name] for name in names if self.is_asked(name)])
            for heading, names in headed
        ]

    def is_asked(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].widget.is_hidden

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        unit = found.get("party", "").strip()
        of_person = any(found.get(name) for name in self.OF_PERSON)
        if bool(unit) == of_person:
            text = _("请填写单位或者自然人，二者填其一。")
            self.add_error("party", text)
        elif of_person:
            self.found = PersonDraft(
                found["name"],
                found.get("document", ""),
                found.get("number", ""),
                found.get("born_on"),
            )
        else:
            self.find_unit(unit)
        return found

    def find_unit(self, text: str) -> None:
        try:
            self.found = named(text)
        except UnknownError as unknown:
            self.add_error("party", str(unknown))

    def draft(self) -> CaseDraft:
        if self.found is None:
            raise ValueError(self.errors)
        return CaseDraft(
            list_code=self.cleaned_data["list_code"],
            party=self.found,
            conduct_on=self.cleaned_data["conduct_on"],
            **self.content(),
        )


def by_kind(rules: Iterable[ListRule]) -> list[tuple[str, list[ListRule]]]:
    """Rules under the kind of their list, for whoever chooses one."""
    kinds: dict[str, list[ListRule]] = {}
    for rule in sorted(rules, key=lambda rule: str(rule.list_type)):
        kinds.setdefault(str(rule.list_type.get_kind_display()), []).append(rule)
    return list(kinds.items())
