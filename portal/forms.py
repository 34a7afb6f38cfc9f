"""What visitors type, as far as it is well-formed; nothing here reads the register."""

from django import forms


class PageForm(forms.Form):
    """The page asked for; anything that is no page is the first one."""

    page = forms.IntegerField(min_value=1, max_value=1000, required=False)

    @property
    def number(self) -> int:
        return (self.cleaned_data.get("page") or 1) if self.is_valid() else 1
