"""What an operator types about an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.models import Authority, Role, User


class AccountForm(forms.Form):
    """One act on one account. `by` is whose choice it is; `account` may be new."""

    def __init__(
        self, *args: Any, by: User, account: User | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.account = by, account
        self.prepare()

    def prepare(self) -> None:
        """Fields and first values that depend on the account."""


class ConfirmForm(AccountForm):
    """Nothing to fill in: the act itself is the question."""


class PlaceForm(AccountForm):
    """Where somebody works, and in which roles."""

    authority = forms.ModelChoiceField(
        label=_("所属单位"),
        queryset=Authority.objects.none(),
        required=False,
        empty_label=_("不属于任何单位"),
    )
    roles = forms.MultipleChoiceField(
        label=_("权限"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        """An operator of an authority chooses no other."""
        near, field = Authority.objects.order_by("name"), self.fields["authority"]
        if self.by.authority_id is not None:
            near = near.filter(pk=self.by.authority_id)
            field.empty_label = None  # type: ignore[attr-defined]
        field.queryset = near  # type: ignore[attr-defined]
        if self.account is not None:
            self.initial["authority"] = self.account.authority_id
            self.initial["roles"] = list(self.account.roles)

    def place(self) -> dict[str, Any]:
        """As the actions name it."""
        names = ("authority", "roles")
        return {name: self.cleaned_data[name] for name in names}


class InviteForm(PlaceForm):
    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        help_text=_("填写的，启用链接同时寄到这里。"),
    )

    field_order = ("username", "authority", "roles", "email")
