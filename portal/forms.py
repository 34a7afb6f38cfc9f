"""What visitors type, as far as it is well-formed; nothing here reads the register."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry import persons
from registry.models import Person


class PageForm(forms.Form):
    """The page asked for; anything that is no page is the first one."""

    page = forms.IntegerField(min_value=1, max_value=1000, required=False)

    @property
    def number(self) -> int:
        return (self.cleaned_data.get("page") or 1) if self.is_valid() else 1


class LookUpForm(forms.Form):
    """A number or a case of the ledger, as people copy it."""

    q = forms.CharField(max_length=100, required=False)

    @property
    def typed(self) -> str:
        return str(self.cleaned_data["q"]).lower() if self.is_valid() else ""


NO_NAME = _("请填写姓名全称。")
CONTROL = _("含有控制字符。请删去后重新填写。")
PLAIN = {"autocomplete": "off", "spellcheck": "false"}
# Of one field, as much as any such text has.
LONGEST = 100


class PersonForm(forms.Form):
    """Name and second factor. A number is refused for its form alone.

    Length, letters and check digit are public knowledge, so that refusal says nothing of
    the register; it comes before any look-up and counts as none. Whatever could be a
    number is looked up, and no field says more about it than the one answer does.
    """

    name = forms.CharField(
        label=_("姓名全称"),
        error_messages={"required": NO_NAME, "null_characters_not_allowed": NO_NAME},
        widget=forms.TextInput(attrs=PLAIN),
    )
    document = forms.CharField(
        label=_("证件类型"),
        required=False,
        error_messages={"null_characters_not_allowed": CONTROL},
        widget=forms.Select(choices=Person.Document.choices),
    )
    number = forms.CharField(
        label=_("证件号码"),
        required=False,
        error_messages={"null_characters_not_allowed": CONTROL},
        widget=forms.TextInput(attrs=PLAIN),
    )
    decision_no = forms.CharField(
        label=_("决定文书号"),
        required=False,
        error_messages={"null_characters_not_allowed": CONTROL},
        widget=forms.TextInput(attrs=PLAIN),
    )

    def clean_number(self) -> str:
        document, number = self.cleaned_data.get("document", ""), self.typed("number")
        folded = persons.fold_number(document, number)
        if number and not persons.is_number(document, folded):
            raise forms.ValidationError(
                _("号码的位数、字符或者校验码与证件类型不符。请对照证件逐位核对。")
            )
        return number

    def typed(self, field: str) -> str:
        return str(self.cleaned_data[field])[:LONGEST]
