"""What can be done with a delivery, by whom and in which state; each a small form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.admin.case_fields import LONG
from registry.intake import delivering
from registry.models import Delivery, Role, User

State = Delivery.State


class DeliveryForm(forms.Form):
    """One act on one delivery. `key` makes a form that is sent twice act once."""

    name: str
    label: Any
    lead: Any = ""
    done: Any
    role: Role
    states: tuple[str, ...]
    # What is to be decided now, before everything else on the page; and the button of it
    # that most will press.
    is_next = is_main = False
    # Changes what is on display: asks for a fresh code.
    is_grave = False

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @classmethod
    def is_for(cls, user: User, delivery: Delivery) -> bool:
        """Whether the page offers it; whether it may be done the action says."""
        if cls.role not in user.roles or delivery.state not in cls.states:
            return False
        return cls.role != Role.CHECKER or user.pk not in first_of(delivery)

    def act(self, delivery: Delivery, how: "How") -> Delivery:
        raise NotImplementedError


class How(dict[str, Any]):
    """Who acts, when, and under which key: the last arguments of every action."""

    def __init__(self, *, by: User, at: datetime, key: str) -> None:
        super().__init__(by=by, at=at, key=key)


def first_of(delivery: Delivery) -> set[int | None]:
    """Whoever has had a hand in what is to be decided now."""
    if delivery.state == State.UNDOING:
        return {delivery.undo_maker_id}
    return delivering.hands_on(delivery)


class SubmitForm(DeliveryForm):
    name, label = "submit", pgettext_lazy("button", "提请公示")
    lead = _("由本单位另一名审核人审核，同意后一次公示所有可公示的记录。")
    done = _("已提请公示，等待另一名审核人审核。")
    role, states = Role.MAKER, (State.CHECKED,)
    is_next = is_main = True

    def act(self, delivery: Delivery, how: How) -> Delivery:
        return delivering.submit(delivery, **how)


class CheckAgainForm(DeliveryForm):
    name, label = "check-again", pgettext_lazy("button", "重新核对")
    lead = _("登记有了变化的，用同一份文件再核对一次。")
    done = _("正在重新核对。")
    role, states = Role.MAKER, (State.CHECKED,)

    def act(self, delivery: Delivery, how: How) -> Delivery:
        return delivering.check_again(delivery, **how)


class WithdrawForm(DeliveryForm):
    name, label = "withdraw", pgettext_lazy("button", "撤回")
    lead = _("撤回之后不能恢复，文件须重新报送。")
    done = _("已撤回。")
    role = Role.MAKER
    states = (State.UPLOADED, State.CHECKING, State.CHECKED, State.WAITING)

    def act(self, delivery: Delivery, how: How) -> Delivery:
        return delivering.withdraw(delivery, **how)


class ApproveForm(DeliveryForm):
    name, label = "approve", pgettext_lazy("button", "同意公示")
    done = _("已同意，正在公示。")
    role, states = Role.CHECKER, (State.WAITING,)
    is_next = is_main = is_grave = True

    reason = forms.CharField(
        label=_("仍然公示的理由"),
        help_text=_("核对发现异常的，必须写明为什么无误。"),
        max_length=500,
        required=False,
        widget=LONG,
    )

    def act(self, delivery: Delivery, how: How) -> Delivery:
        reason = self.cleaned_data["reason"]
        return delivering.approve(delivery, reason=reason, **how)


class ReasonForm(DeliveryForm):
    is_next = True

    reason = forms.CharField(label=_("退回的理由"), max_length=500, widget=LONG)


class RefuseForm(ReasonForm):
    name, label = "refuse", pgettext_lazy("button", "退回")
    done = _("已退回。")
    role, states = Role.CHECKER, (State.WAITING,)

    def act(self, delivery: Delivery, how: How) -> Delivery:
        return delivering.refuse(delivery, self.cleaned_data["reason"], **how)


class UndoForm(DeliveryForm):
    name, label = "undo", pgettext_lazy("button", "提请整批撤销")
    lead = _("整批有误的，由另一名审核人同意后，终止这一批中仍在公示的所有记录。")
    done = _("已提请撤销，等待另一名审核人审核。")
    role, states = Role.MAKER, (State.RELEASED,)

    document = forms.CharField(label=_("撤销依据文号"), max_length=100)

    def act(self, delivery: Delivery, how: How) -> Delivery:
        document = self.cleaned_data["document"]
        return delivering.propose_undo(delivery, document, **how)


class ApproveUndoForm(DeliveryForm):
    name, label = "approve-undo", pgettext_lazy("button", "同意整批撤销")
    done = _("已同意，正在撤销。")
    role, states = Role.CHECKER, (State.UNDOING,)
    is_next = is_main = is_grave = True

    def act(self, delivery: Delivery, how: How) -> Delivery:
        return delivering.approve_undo(delivery, **how)


class KeepForm(ReasonForm):
    name, label = "keep", pgettext_lazy("button", "不予撤销")
    done = _("已退回，这一批照旧公示。")
    role, states = Role.CHECKER, (State.UNDOING,)

    def act(self, delivery: Delivery, how: How) -> Delivery:
        return delivering.keep(delivery, self.cleaned_data["reason"], **how)


FORMS: dict[str, type[DeliveryForm]] = {
    form.name: form
    for form in (
        SubmitForm,
        ApproveForm,
        ApproveUndoForm,
        RefuseForm,
        KeepForm,
        UndoForm,
        CheckAgainForm,
        WithdrawForm,
    )
}
Forms = Callable[..., list[DeliveryForm]]


def forms_for(
    user: User, delivery: Delivery, bound: dict[str, DeliveryForm]
) -> list[DeliveryForm]:
    """Those the page offers; the one that was refused keeps what was typed."""
    offered = [one for one in FORMS.values() if one.is_for(user, delivery)]
    forms_there = [bound.get(one.name) or one() for one in offered]
    for form in forms_there:
        if isinstance(form, ApproveForm):
            form.fields["reason"].required = bool(delivery.alarms)
            if not delivery.alarms:
                form.fields["reason"].widget = forms.HiddenInput()
    return forms_there
