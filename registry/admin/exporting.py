"""Taking a table out of the workplace: a form with the purpose, and the row it leaves."""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from registry import actions, step_up
from registry.admin.scope import staff_of
from registry.errors import RegistryError
from registry.models import Export
from registry.models.viewing import OF_EXPORTS


class ExportForm(forms.Form):
    """What for; and a code where the last one is too old."""

    def __init__(self, *args: Any, exported: Export, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [(one.value, one.label) for one in OF_EXPORTS[exported]]
        self.fields["purpose"] = forms.ChoiceField(
            label=_("导出事由"), choices=[("", "---------"), *purposes]
        )


class Taken(NamedTuple):
    """What leaves: which table, the condition on its rows, and how many there are."""

    exported: Export
    asked: str
    n_rows: int


def form_for(
    request: HttpRequest, exported: Export, at: datetime, sent: QueryDict | None
) -> ExportForm:
    """It stands beside other forms, so that its fields go by names of their own."""
    form = ExportForm(sent, exported=exported, auto_id="export_%s")
    return step_up.asked(request, form, at)


def noted(request: HttpRequest, form: ExportForm, taken: Taken, at: datetime) -> bool:
    """Whether the table may leave, its row being there; else the form says why not."""
    if not form.is_valid() or not step_up.passed(request, form, at):
        return False
    purpose, user = form.cleaned_data["purpose"], staff_of(request)
    try:
        actions.note_export(purpose=purpose, by=user, at=at, **taken._asdict())
    except RegistryError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
