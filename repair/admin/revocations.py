"""A granted repair is taken back at the desk: proposed by a clerk, decided by another."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from registry import clock, step_up
from registry.admin import opening
from registry.admin.attempts import attempt
from registry.admin.scope import Todo, staff_of
from registry.models import Role, User
from repair import actions
from repair.actions import revocation
from repair.admin.desk import DeskAdmin
from repair.admin.queue import REVOKING
from repair.models import Application, Revocation

Outcome = Revocation.Outcome


class ProposeForm(forms.Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("撤销事由"),
        choices=Revocation.Ground.choices,
        widget=forms.RadioSelect,
    )
    facts = forms.CharField(
        label=gettext_lazy("查明的事实"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("哪些材料或者承诺不实，怎样查明。将写入虚假陈述的记录。"),
    )


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("决定"), choices=Outcome.choices, widget=forms.RadioSelect
    )


class RevocationsDesk(DeskAdmin[Application]):
    """One page: the proposal where there is none, the decision where there is one."""

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        """With the proposals of others that wait for this decider."""
        found, user = super().todos(request, at), staff_of(request)
        if Role.REPAIR_DECIDER not in user.roles:
            return found
        others = Revocation.objects.open().exclude(proposer=user)
        rows = self.get_queryset(request).filter(revocations__in=others)
        return [*found, self.todo(rows, f"status={REVOKING}", _("撤销修复，等待决定"))]

    def work_urls(self) -> list[URLPattern]:
        page = self.work("<int:pk>/revocation/", self.revocation_view, "revocation")
        return [*super().work_urls(), page]

    @method_decorator(sensitive_post_parameters())
    def revocation_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        application, user, at = self.find(request, pk), staff_of(request), clock.now()
        if not may_act(user, application):
            raise PermissionDenied
        if not opening.is_open(user, application.listing, at):
            messages.error(request, _("请先选择查看事由，打开当事人资料，再办理撤销。"))
            return redirect("admin:repair_application_change", pk)
        waiting = application.revocations.open().first()
        form: forms.Form = (DecideForm if waiting else ProposeForm)(request.POST or None)
        form = step_up.asked(request, form, at) if waiting else form
        is_ready = form.is_valid() and step_up.passed(request, form, at)
        if is_ready and done(application, waiting, form, user, at):
            messages.success(request, _("已办理。"))
            return redirect("admin:repair_application_change", pk)
        context = self.page(
            request,
            _("撤销修复"),
            application=application,
            form=form,
            waiting=waiting,
            facts=revocation.facts_of(waiting) if waiting else "",
        )
        return render(request, "repair/admin/revocation.html", context)


def done(
    application: Application,
    waiting: Revocation | None,
    form: forms.Form,
    by: User,
    at: datetime,
) -> Revocation | None:
    """What the form asks for; None where it was refused, and the form says why."""

    def do() -> Revocation:
        data = form.cleaned_data
        if waiting is None:
            return actions.propose_revocation(
                application, data["ground"], data["facts"], by=by, at=at
            )
        if data["outcome"] == Outcome.REVOKED:
            return actions.revoke_repair(waiting, by=by, at=at)
        return actions.uphold_repair(waiting, by=by, at=at)

    return attempt(form, do)


def may_act(user: User, application: Application) -> bool:
    """Whose turn it is: a clerk's to propose, then a decider's who is somebody else."""
    if application.status != Application.Status.GRANTED:
        return False
    waiting = application.revocations.open().first()
    if waiting is None:
        revoked = application.revocations.filter(outcome=Outcome.REVOKED).exists()
        return not revoked and user.may_act(Role.REPAIR_CLERK, application.listing)
    other = waiting.proposer_id != user.pk
    return other and user.may_act(Role.REPAIR_DECIDER, application.listing)


def told_of(user: User, application: Application) -> dict[str, Any]:
    """What the page of an application says of it."""
    rows = application.revocations.select_related(
        "proposer", "decider", "restoration", "record"
    )
    return {"revocations": rows, "may_revoke": may_act(user, application)}
