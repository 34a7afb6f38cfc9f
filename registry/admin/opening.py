"""Opening a natural person at work: a form beside the case, and what follows from it."""

from datetime import datetime

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy

from registry import actions, contents, step_up
from registry.admin.scope import staff_of
from registry.errors import RegistryError
from registry.models import Listing, User, Viewing
from registry.models.viewing import OF_PERSONS


class OpenForm(forms.Form):
    """What for; and a code where the last one is too old."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("查看事由"),
        choices=[("", "---------"), *((one.value, one.label) for one in OF_PERSONS)],
    )


def is_open(user: User, listing: Listing, at: datetime) -> bool:
    """Whether whoever may read the case sees the person in it now.

    An organisation is open to them always, and of what is erased nothing is left to see.
    """
    return (
        listing.person_id is None
        or contents.is_erased(listing)
        or Viewing.objects.running(user, listing, at).exists()
    )


def form_for(request: HttpRequest, at: datetime, sent: QueryDict | None = None) -> OpenForm:
    """It stands beside other forms, so that its fields go by names of their own."""
    return step_up.asked(request, OpenForm(sent, auto_id="open_%s"), at)


def opened(request: HttpRequest, listing: Listing, form: OpenForm, at: datetime) -> bool:
    """Whether it is open from now on; else the form says why not."""
    if not form.is_valid() or not step_up.passed(request, form, at):
        return False
    try:
        actions.open_person(
            listing, form.cleaned_data["purpose"], by=staff_of(request), at=at
        )
    except RegistryError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
