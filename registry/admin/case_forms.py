"""The form by which a case begins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.actions import CaseDraft, Decision, cases, texts
from registry.admin.case_days import days_of_case
from registry.admin.case_fields import (
    CONTENT,
    DETAIL,
    LONG,
    ContentFields,
    Days,
    DecisionFields,
    offered,
    show_refusal,
)
from registry.admin.case_parties import AmbiguousError, described, identified
from registry.admin.filing import Hearing, bars_to_papers, sketched
from registry.admin.seen import Line
from registry.days import day_of
from registry.errors import Bar, BarredError, UnknownError
from registry.models import Entity, ListRule, Person
from registry.parties import Party, PersonDraft, bars_to_person


class ListForm(forms.Form):
    """Which list; everything else that is asked depends on it."""

    list_code = forms.SlugField(max_length=40, widget=forms.HiddenInput)


class CaseForm(ContentFields, DecisionFields):
    """One form for a case: the party, what it did, and the decision where there is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    list_code = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    # The entry on another list that led here, by its case.
    cites = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    party = forms.CharField(
        label=gettext_lazy("单位"),
        help_text=gettext_lazy("统一社会信用代码、名称或者拼音。不止一家的，请再选择。"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-suggested": True}),
    )
    party_id = forms.CharField(
        label=gettext_lazy("是哪一家"), required=False, widget=forms.HiddenInput
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
    defence = forms.CharField(
        label=gettext_lazy("陈述申辩的内容"),
        help_text=gettext_lazy("当事人没有陈述申辩的留空。"),
        required=False,
        widget=LONG,
    )
    defended_on = Days(label=gettext_lazy("收到陈述申辩的日期"), required=False)
    defence_answer = forms.CharField(
        label=gettext_lazy("核实结果和答复"), required=False, widget=LONG
    )

    OF_PERSON = ("name", "document", "number", "born_on")
    # What is no part of the case.
    APART = ("key", "list_code")
    HEARING = ("noticed_on", "defence", "defended_on", "defence_answer")

    def __init__(self, *args: Any, rule: ListRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.found: Party | None = None
        self.acted_on: date | None = None
        self.initial = {**self.initial, "list_code": rule.list_type_id}
        self.fields["document"].widget = offered(Person.Document.choices)
        for name in ("name", "number"):
            # A browser must not offer one person's data on the form of the next.
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fit_content(rule)
        self.fit_decision(rule)
        # Hidden, not gone: what is sent all the same is refused by the action.
        if rule.list_type.is_redlist:
            self.hide(*self.OF_PERSON, "conduct_on")
        if rule.announces_candidates:
            # Everybody is told by the notice of the candidate; the decision comes after it.
            self.hide("noticed_on", *DecisionFields.base_fields)

    def hide(self, *names: str) -> None:
        for name in names:
            if name in self.fields:
                self.fields[name].widget = forms.HiddenInput()

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the order of the file, under headings."""
        details = tuple(name for name in self.fields if name.startswith(DETAIL))
        headed = (
            (_("当事人"), ("party", "party_id", *self.OF_PERSON)),
            (_("认定"), (*CONTENT, *details, "must_stay", "conduct_on", "measures")),
            (_("告知和陈述申辩"), self.HEARING),
            (_("决定"), tuple(DecisionFields.base_fields)),
        )
        asked = [
            (heading, [self[name] for name in names if self.is_asked(name)])
            for heading, names in headed
        ]
        return [(heading, fields) for heading, fields in asked if fields]

    def is_asked(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].widget.is_hidden

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        self.acted_on = found.get("conduct_on")
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
            self.found = identified(text, self.cleaned_data.get("party_id", ""))
        except AmbiguousError as several:
            self.add_error("party", str(several))
            self.offer_choice(several.choices)
        except UnknownError as unknown:
            self.add_error("party", str(unknown))

    def offer_choice(self, choices: Iterable[Entity]) -> None:
        """Those whom the text may mean, to be told apart and chosen from."""
        named = [(str(one.public_id), described(one)) for one in choices]
        self.fields["party_id"].widget = forms.RadioSelect(choices=named)

    def draft(self) -> CaseDraft:
        if self.found is None:
            raise ValueError(self.errors)
        return CaseDraft(
            list_code=self.cleaned_data["list_code"],
            party=self.found,
            conduct_on=self.cleaned_data["conduct_on"],
            must_stay=self.cleaned_data["must_stay"],
            **self.content(),
        )

    def hearing(self) -> Hearing:
        data = self.cleaned_data
        return Hearing(
            noticed_on=data.get("noticed_on"),
            defence=data.get("defence", "").strip(),
            defended_on=data.get("defended_on"),
            answer=data.get("defence_answer", "").strip(),
        )

    # --- Before it is sent ---------------------------------------------------------------

    def look_ahead(self, at: datetime) -> list[Line]:
        """The days that follow from what is typed so far; every bar stands beside its
        field, as if it were sent.
        """
        is_whole = self.is_valid()
        hearing, decision = self.hearing(), self.decision(self.rule)
        bars = cases.bars_to_opening(self.draft(), self.rule) if is_whole else self.bars()
        bars += bars_to_papers(self.rule, hearing, decision, today=day_of(at))
        if bars:
            show_refusal(self, BarredError(bars))
        sketch = sketched(self.rule, hearing)
        return self.party_line() + days_of_case(sketch, decision or Decision("", None), at)

    def bars(self) -> list[Bar]:
        """What stands in the way of the words and measures, whoever the party is."""
        data = self.cleaned_data
        ground, facts = data.get("ground", ""), data.get("facts", "")
        said = texts.of_content(ground, facts, self.details())
        found = texts.bars_to_showing(said, data.get("must_stay", ""))
        return found + cases.bars_to_content(self.rule, data["measures"], self.details())

    def party_line(self) -> list[Line]:
        """Nobody sees here what a person is called: they have just typed it."""
        if not isinstance(self.found, Entity):
            return []
        return [Line(_("单位"), described(self.found))]

    def is_about_a_minor(self, today: date) -> bool:
        """Of whom nothing is ever stored, sealed or not."""
        if not isinstance(self.found, PersonDraft):
            return False
        bars = bars_to_person(self.found, self.acted_on or today)
        return "minor" in {bar.code for bar in bars}

    def typed(self, today: date) -> dict[str, list[str]]:
        """All that is on the form, as it is kept in a draft."""
        names = [name for name in self.fields if name not in self.APART]
        if self.is_about_a_minor(today):
            names = [name for name in names if name not in self.OF_PERSON]
        found = {name: self.data.getlist(name) for name in names}  # type: ignore[attr-defined]
        return {name: values for name, values in found.items() if any(values)}


def initial_of(typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A form as it was kept."""
    several = {"measures"}
    return {
        name: list(values) if name in several else values[0]
        for name, values in typed.items()
        if values
    }


def by_kind(rules: Iterable[ListRule]) -> list[tuple[str, list[ListRule]]]:
    """Rules under the kind of their list, for whoever chooses one."""
    kinds: dict[str, list[ListRule]] = {}
    for rule in sorted(rules, key=lambda rule: str(rule.list_type)):
        kinds.setdefault(str(rule.list_type.get_kind_display()), []).append(rule)
    return list(kinds.items())
