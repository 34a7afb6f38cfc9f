"""The three answers to a proposal, each a small form of its own."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.actions.proposals import stays
from registry.models import Proposal, Role


class AnswerForm(forms.Form):
    """`role` is who may give the answer; `key` makes a form sent twice count once."""

    name: str
    label: Any
    role: Role

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fit(proposal)

    def fit(self, proposal: Proposal) -> None:
        """Leave out what this proposal does not ask."""


class AcceptForm(AnswerForm):
    name, label, role = "accept", pgettext_lazy("button", "同意"), Role.CHECKER

    confirmed = forms.BooleanField(
        label=_("已逐处核对：标出的内容确须保留，可以公示"), required=False
    )

    def fit(self, proposal: Proposal) -> None:
        if not stays(proposal):
            del self.fields["confirmed"]


class RefuseForm(AnswerForm):
    name, label, role = "refuse", pgettext_lazy("button", "退回"), Role.CHECKER

    reason = forms.CharField(
        label=_("退回的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(AnswerForm):
    name, label, role = "withdraw", pgettext_lazy("button", "撤回"), Role.MAKER


FORMS: dict[str, type[AnswerForm]] = {
    form.name: form for form in (AcceptForm, RefuseForm, WithdrawForm)
}
