"""The form by which a case begins."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.actions import CaseDraft
from registry.admin.case_fields import (
    CONTENT,
    DETAIL,
    ContentFields,
    Days,
    DecisionFields,
    offered,
)
from registry.errors import UnknownError
from registry.models import ListRule, Person
from registry.parties import Party, PersonDraft, named


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
            (_("当事人"), ("party", *self.OF_PERSON)),
            (_("认定"), (*CONTENT, *details, "must_stay", "conduct_on", "measures")),
            (_("告知和决定"), ("noticed_on", *DecisionFields.base_fields)),
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
            must_stay=self.cleaned_data["must_stay"],
            **self.content(),
        )


def by_kind(rules: Iterable[ListRule]) -> list[tuple[str, list[ListRule]]]:
    """Rules under the kind of their list, for whoever chooses one."""
    kinds: dict[str, list[ListRule]] = {}
    for rule in sorted(rules, key=lambda rule: str(rule.list_type)):
        kinds.setdefault(str(rule.list_type.get_kind_display()), []).append(rule)
    return list(kinds.items())
