"""Applications that came on paper: entered by a clerk, with a receipt for the applicant."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, re_path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from registry import clock
from registry.admin.attempts import key_of
from registry.admin.finding import look_for
from registry.admin.scope import staff_of
from registry.errors import RegistryError
from registry.models import Listing, Role, User
from registry.request_size import MEGABYTE, takes_at_most
from repair import actions, commitment, journey, receipts
from repair.admin.counter_forms import CounterForm
from repair.admin.desk import DeskAdmin
from repair.models import Application
from repair.numbers import grouped
from repair.progress import papers_of

# Ten papers of ten megabytes, and what is typed beside them.
MOST_BYTES = 101 * MEGABYTE
# Of what is found the first; whoever means another one types more.
MOST_FOUND = 20


def may_enter(user: User) -> bool:
    return Role.REPAIR_CLERK in user.roles and user.authority_id is not None


def clerk_of(request: HttpRequest) -> User:
    user = staff_of(request)
    if not may_enter(user):
        raise PermissionDenied
    return user


class CounterPages(DeskAdmin[Application]):
    """The pages of the counter, beside those of the queue."""

    def work_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view(self.enter_view), "repair_application_enter"
        return [
            *super().work_urls(),
            self.work("counter/", self.counter_view, "counter"),
            self.work("counter/receipt/", self.counter_receipt_view, "counter_receipt"),
            re_path(r"^counter/(?P<case>[0-9a-f]{32})/$", view, name=name),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_enter": may_enter(staff_of(request))}
        return super().changelist_view(request, more | (extra_context or {}))

    def counter_view(self, request: HttpRequest) -> HttpResponse:
        """Which record the paper is about."""
        user, typed = clerk_of(request), request.GET.get("q", "").strip()
        shown = Listing.objects.on_display(clock.now()).for_rows().for_staff(user)
        found = shown.none()
        if typed:
            found = shown.filter(look_for(typed, self.cases_of(request)).at(""))
        context = self.page(
            request,
            _("登记窗口（邮寄）申请"),
            typed=typed,
            found=found.order_by("pk")[:MOST_FOUND],
            most=MOST_FOUND,
        )
        return render(request, "repair/admin/counter.html", context)

    @takes_at_most(MOST_BYTES)
    @method_decorator(sensitive_post_parameters())
    def enter_view(self, request: HttpRequest, case: str) -> HttpResponse:
        """The paper form, and what came of it."""
        user, at = clerk_of(request), clock.now()
        shown = Listing.objects.on_display(at).for_rows().for_staff(user)
        listing = shown.filter(case=case).first()
        if listing is None:
            raise Http404
        found = journey.at_the_counter(listing, at)
        form = CounterForm(request.POST or None, request.FILES or None, journey=found)
        if form.is_valid() and entered(request, form, user, at):
            return redirect("admin:repair_application_counter_receipt")
        context = self.page(
            request,
            _("登记窗口（邮寄）申请"),
            form=form,
            listing=listing,
            journey=found,
            letter=commitment.letter(found.listings),
        )
        return render(request, "repair/admin/enter.html", context)

    def counter_receipt_view(self, request: HttpRequest) -> HttpResponse:
        """Number and secret, in the browser that entered it, until they are handed over."""
        clerk_of(request)
        if request.method == "POST":
            receipts.forget(request.session, receipts.AT_THE_COUNTER)
            return redirect("admin:repair_application_counter")
        filed = receipts.recall(
            request.session, at=clock.now(), key=receipts.AT_THE_COUNTER
        )
        if filed is None:
            return redirect("admin:repair_application_counter")
        context = self.page(
            request,
            _("申请回执"),
            filing=filed.filing,
            secret=grouped(filed.secret),
            applications=filed.filing.applications.for_rows(),
            papers=papers_of(filed.filing),
        )
        response = render(request, "repair/admin/counter_receipt.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


def entered(request: HttpRequest, form: CounterForm, user: User, at: datetime) -> bool:
    """Whether it is filed; else the form says why not."""
    key = key_of(user, form.cleaned_data["key"].hex)
    try:
        filed = actions.file_application(form.draft(), at=at, key=key, by=user)
    except RegistryError as refusal:
        form.show(refusal)
        return False
    receipts.remember(request.session, filed, at=at, key=receipts.AT_THE_COUNTER)
    return True
