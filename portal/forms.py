"""What visitors type, as far as it is well-formed; nothing here reads the register."""

from django import forms
from django.utils.translation import gettext_lazy as _

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


class PersonForm(forms.Form):
    """Name and second factor. Whatever is typed is looked up: no field says it is wrong.

    A field that said so would answer one question faster, and in other words.
    """

    name = forms.CharField(
        label=_("姓名全称"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    document = forms.CharField(
        label=_("证件类型"),
        required=False,
        widget=forms.Select(choices=Person.Document.choices),
    )
    number = forms.CharField(
        label=_("证件号码"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    decision_no = forms.CharField(
        label=_("决定文书号"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def typed(self, field: str) -> str:
        """At most as much as any such text has; what is no text counts as nothing."""
        return str(self.cleaned_data.get(field, ""))[:100]
