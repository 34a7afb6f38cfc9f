"""A fresh code of the second factor, asked for on the form of a grave act.

The field stands on the form itself, so that nothing that was filled in is lost and no
script is needed; it is left out while the last code of the session is fresh.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import second_factor
from registry.models import User

F = TypeVar("F", bound=forms.BaseForm)

FRESH = timedelta(minutes=5)
CODE_AT = "staff_code_at"
FIELD = "token"
# Of a recovery code as it is printed, in groups.
LONGEST = 40


class OneTimeCode(forms.TextInput):
    """A code that failed is of no more use: the field comes back empty."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


def code_field(*, required: bool = True) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "required": True}
    return forms.CharField(
        label=gettext_lazy("动态验证码"),
        max_length=LONGEST,
        required=required,
        widget=OneTimeCode(attrs=attrs),
    )


def asked(request: HttpRequest, form: F, at: datetime) -> F:
    """The form, with a field for a code where the last one is too old."""
    if FIELD not in form.fields and not is_fresh(request, at):
        field = code_field()
        field.help_text = _("这件事要再次验证：距上次填写验证码已经超过五分钟。")
        form.fields[FIELD] = field
    return form


def passed(request: HttpRequest, form: forms.BaseForm, at: datetime) -> bool:
    """Whether nothing more was asked, or the code is right; else the form says so.

    To be asked last, of a form that is right otherwise: a code counts once.
    """
    if FIELD not in form.fields:
        return True
    user = cast(User, request.user)
    if second_factor.confirmed(user, form.cleaned_data[FIELD], at):
        note(request, at)
        # Should the act be refused, the form comes back and asks for no other.
        del form.fields[FIELD]
        return True
    text = _("验证码不正确，没有办理。请等下一个出现后再填；多次有误的，接连填写两个。")
    form.add_error(FIELD, text)
    return False


def note(request: HttpRequest, at: datetime) -> None:
    request.session[CODE_AT] = int(at.timestamp())


def is_fresh(request: HttpRequest, at: datetime) -> bool:
    given = request.session.get(CODE_AT)
    if given is None:
        return False
    return timedelta(0) <= timedelta(seconds=int(at.timestamp()) - given) <= FRESH
