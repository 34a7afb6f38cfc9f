"""Letters of an application at the desk: to be printed, handed over or sent by post."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry import clock
from registry.actions.signed_letters import NotSignedError
from registry.admin import opening
from registry.admin.scope import staff_of
from registry.letters import PressError
from registry.sealed_files import GoneError
from repair import downloads
from repair.admin import told
from repair.admin.desk import DeskAdmin
from repair.models import Application
from repair.progress import lift_of


class LettersDesk(DeskAdmin[Application]):
    """By POST, because what is asked for the first time is made and kept."""

    def work_urls(self) -> list[URLPattern]:
        letter = self.work("<int:pk>/paper/", self.letter_view, "paper")
        return [*super().work_urls(), letter]

    @method_decorator(require_POST)
    def letter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One letter, for whoever may read the application and has opened its party."""
        application, user = self.find(request, pk), staff_of(request)
        if not told.may_read(user, application):
            raise PermissionDenied
        if not opening.is_open(user, application.listing, clock.now()):
            messages.error(request, _("请先选择查看事由，打开当事人资料，再下载文书。"))
            return redirect("admin:repair_application_change", pk)
        form = downloads.WhatForm(request.POST)
        if not form.is_valid():
            raise Http404
        return self.handed(request, application, form)

    def handed(
        self, request: HttpRequest, application: Application, form: downloads.WhatForm
    ) -> HttpResponse:
        try:
            found = downloads.found(application, form)
        except NotSignedError:
            messages.error(request, _("告知书正在签名。请几分钟后再下载。"))
        except (GoneError, PressError):
            messages.error(request, _("这份文书已经清除，或者内容太长，不能下载。"))
        else:
            if found is None:
                raise Http404
            return found
        return redirect("admin:repair_application_change", application.pk)


def papers_of(application: Application) -> dict[str, Any]:
    """What the page of an application says of its letters."""
    steps = application.steps.select_related("by")
    return {
        "lift": lift_of(application),
        "letters": [step for step in steps if step.has_letter],
    }
