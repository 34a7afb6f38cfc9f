"""An act that a form asks for: done once, or refused beside its fields."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.db import IntegrityError
from django.utils.translation import gettext as _

from registry.admin.case_fields import show_refusal
from registry.errors import RegistryError
from registry.models import User

T = TypeVar("T")


def key_of(user: User, text: str) -> str:
    """An idempotency key that finds this user's own steps only."""
    return f"{user.pk}-{text}"


def attempt(form: forms.Form, do: Callable[[], T]) -> T | None:
    """What `do` returns; None where it was refused, and the form says why."""
    try:
        return do()
    except RegistryError as refusal:
        show_refusal(form, refusal)
    except IntegrityError:
        # Somebody was quicker, or a guard of the database knows better than the form.
        text = _("与已有的记录冲突，没有办理，也没有任何改动。请刷新页面核对后再办。")
        form.add_error(None, text)
    return None
