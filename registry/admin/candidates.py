"""Candidates at work: their notice on the page of the case, and the objections to them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry import actions
from registry.admin.case_acts import EITHER, By
from registry.admin.case_fields import LONG
from registry.models import CandidateObjection, Listing, User

Outcome = CandidateObjection.Outcome
ANSWERS = {
    Outcome.OVERRULED: actions.overrule_objection,
    Outcome.UPHELD: actions.uphold_objection,
}
DONE = {
    Outcome.OVERRULED: gettext_lazy("已答复：异议不成立。异议人可以凭回执看到答复。"),
    Outcome.UPHELD: gettext_lazy("已答复：异议成立。候选已经撤下，没有列入名单。"),
}


class AnswerForm(forms.Form):
    """The reasons, and by which button they were sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    answer = forms.CharField(
        label=gettext_lazy("核实结果和理由"),
        help_text=gettext_lazy("异议人会看到。请勿写入他人的个人信息。"),
        max_length=2000,
        widget=LONG,
    )
    outcome = forms.ChoiceField(choices=Outcome.choices, widget=forms.HiddenInput)

    BUTTONS = (
        (Outcome.OVERRULED, pgettext_lazy("button", "异议不成立")),
        (Outcome.UPHELD, pgettext_lazy("button", "异议成立，撤下候选")),
    )


def may_answer(user: User, listing: Listing) -> bool:
    """Who objected is nobody else's business."""
    return any(user.may_act(role, listing) for role in EITHER)


def told(user: User, listing: Listing, at: datetime) -> dict[str, Any]:
    """The notices of a case, and to whoever answers them the objections."""
    if not listing.list_type.is_redlist:
        return {}
    filed = CandidateObjection.objects.filter(candidacy__listing=listing)
    return {
        "candidacies": listing.candidacies.all(),
        "is_candidate": listing.candidacies.on_display(at).exists(),
        "objections": filed if may_answer(user, listing) else (),
    }


def objection_of(listing: Listing, pk: int) -> CandidateObjection:
    filed = CandidateObjection.objects.filter(candidacy__listing=listing, pk=pk)
    found = filed.select_related("candidacy__listing", "clerk", "decided_by").first()
    if found is None:
        raise Http404
    return found


def answer(objection: CandidateObjection, form: AnswerForm, how: By) -> str:
    """What the page says when it is done."""
    outcome = Outcome(form.cleaned_data["outcome"])
    ANSWERS[outcome](objection, form.cleaned_data["answer"], **how._asdict())
    return str(DONE[outcome])
