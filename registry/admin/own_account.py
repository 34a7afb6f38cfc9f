"""What somebody sees of their own account, and the recovery codes they can renew."""

from django import forms
from django.contrib.admin import site
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry import actions, clock, second_factor, step_up
from registry.admin.account_words import role_words
from registry.admin.scope import staff_of
from registry.admin.seen import Line
from registry.models import User


def own_account(request: HttpRequest) -> HttpResponse:
    """Where one works, in which roles, and how many recovery codes are left."""
    user, at = staff_of(request), clock.now()
    form = forms.Form(request.POST if request.method == "POST" else None)
    form = step_up.asked(request, form, at)
    if form.is_valid() and step_up.passed(request, form, at):
        return renewed(request, user)
    context = {
        **site.each_context(request),
        "title": _("我的账号"),
        "lines": lines_of(user),
        "n_codes": second_factor.n_codes(user),
        "form": form,
    }
    return render(request, "admin/own_account.html", context)


def lines_of(user: User) -> list[Line]:
    return [
        Line(_("用户名"), user.username),
        Line(_("所属单位"), user.authority or _("不属于任何单位")),
        Line(_("权限"), role_words(user.roles)),
    ]


def renewed(request: HttpRequest, user: User) -> HttpResponse:
    """The new codes, once; every other session of the person has ended."""
    codes = actions.renew_codes(user, at=clock.now())
    update_session_auth_hash(request, User.objects.get(pk=user.pk))
    context = {
        **site.each_context(request),
        "title": _("新的恢复码"),
        "codes": codes,
    }
    return render(request, "admin/recovery_codes.html", context)
