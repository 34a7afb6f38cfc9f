"""Coming into one's account for the first time, by the link that an operator hands over."""

from typing import Any

from django.contrib.admin import site
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from registry import actions, clock, invitations, qr_codes, second_factor
from registry.errors import RegistryError
from registry.invitations import Invitation
from registry.step_up import code_field


class EnrolForm(SetPasswordForm):  # type: ignore[type-arg]
    """A password of one's own, and the first code of the authenticator."""

    new_password1, new_password2 = SetPasswordForm.create_password_fields(
        gettext_lazy("新密码"), gettext_lazy("再填一次新密码")
    )
    new_password1.help_text = gettext_lazy(
        "至少 12 个字符，可以是几个不相干的词，不要用常见的密码。"
    )
    new_password2.help_text = ""
    token = code_field()
    token.help_text = gettext_lazy("填写验证器现在显示的六位数字。")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest) -> HttpResponse:
    """The form; then the recovery codes, which no other page shows again."""
    at = clock.now()
    key = request.POST.get("key") or request.GET.get("key", "")
    invitation = invitations.read(key, at)
    if invitation is None:
        context = site.each_context(request) | {"title": _("链接无效")}
        return render(request, "admin/invited_void.html", context, status=404)
    form = EnrolForm(invitation.user, request.POST or None)
    if form.is_valid() and (codes := enrolled(invitation, form)):
        context = {"title": _("账号已经启用"), "codes": codes, "is_new": True}
        return render(
            request, "admin/recovery_codes.html", site.each_context(request) | context
        )
    context = site.each_context(request) | told(invitation, key, form)
    return render(request, "admin/invited.html", context)


def enrolled(invitation: Invitation, form: EnrolForm) -> list[str] | None:
    """The recovery codes; None where it was refused, and the form says why."""
    data = form.cleaned_data
    try:
        return actions.enrol(
            invitation, data["new_password1"], data["token"], at=clock.now()
        )
    except RegistryError as refusal:
        form.add_error("token", str(refusal))
    return None


def told(invitation: Invitation, key: str, form: EnrolForm) -> dict[str, Any]:
    return {
        "title": _("启用账号"),
        "account": invitation.user,
        "key": key,
        "form": form,
        "secret": second_factor.grouped(second_factor.secret_of(invitation.device)),
        "app_link": invitation.device.config_url,
        "drawing": qr_codes.drawn(invitation.device.config_url),
    }
