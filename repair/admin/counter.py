"""What came on paper: entered by a clerk, with a receipt for whoever brought it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, re_path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from registry import clock
from registry.admin.attempts import key_of
from registry.admin.finding import look_for
from registry.admin.scope import staff_of
from registry.errors import RegistryError
from registry.models import Listing, Role, User
from registry.request_size import MEGABYTE, takes_at_most
from repair import actions, journey, receipts
from repair.actions import Filed
from repair.admin.counter_forms import CounterForm, CounterObjectionForm
from repair.admin.desk import DeskAdmin
from repair.models import Application, Matter, Objection
from repair.numbers import grouped
from repair.progress import papers_of

M = TypeVar("M", bound=Matter)
PaperForm = CounterForm | CounterObjectionForm

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


class CounterPages(DeskAdmin[M]):
    """The pages of the counter, beside those of a queue."""

    entering: ClassVar[Any]
    receipt_title: ClassVar[Any]
    receipt_template: ClassVar[str]
    # Where the session keeps the receipt, each kind its own.
    receipt_key: ClassVar[str]
    file: ClassVar[Callable[..., Filed]]

    def paper_form(self, listing: Listing, at: datetime, *sent: Any) -> PaperForm:
        """The paper about this record; `sent` is what was typed and scanned."""
        raise NotImplementedError

    def work_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.enter_view)
        name = self.named("enter").removeprefix("admin:")
        return [
            *super().work_urls(),
            self.work("counter/", self.counter_view, "counter"),
            self.work("counter/receipt/", self.counter_receipt_view, "counter_receipt"),
            re_path(r"^counter/(?P<case>[0-9a-f]{32})/$", view, name=name),
        ]

    def at_counter(self, request: HttpRequest, title: Any, **more: Any) -> dict[str, Any]:
        return self.page(request, title, **self.way_to_counter(), **more)

    def way_to_counter(self) -> dict[str, Any]:
        return {"counter": reverse(self.named("counter")), "entering": self.entering}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_enter": may_enter(staff_of(request)), **self.way_to_counter()}
        return super().changelist_view(request, more | (extra_context or {}))

    def counter_view(self, request: HttpRequest) -> HttpResponse:
        """Which record the paper is about."""
        user, typed = clerk_of(request), request.GET.get("q", "").strip()
        shown = Listing.objects.on_display(clock.now()).for_rows().for_staff(user)
        found = shown.none()
        if typed:
            found = shown.filter(look_for(typed).at(""))
        context = self.at_counter(
            request,
            self.entering,
            typed=typed,
            found=found.order_by("pk")[:MOST_FOUND],
            most=MOST_FOUND,
            enter=self.named("enter"),
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
        form = self.paper_form(listing, at, request.POST or None, request.FILES or None)
        if form.is_valid() and self.entered(request, form, user, at):
            return redirect(self.named("counter_receipt"))
        context = self.at_counter(request, self.entering, form=form, listing=listing)
        return render(request, "repair/admin/enter.html", context)

    def entered(
        self, request: HttpRequest, form: PaperForm, user: User, at: datetime
    ) -> bool:
        """Whether it is filed; else the form says why not."""
        key = key_of(user, form.once) if form.once else None
        try:
            filed = self.file(form.draft(), at=at, key=key, by=user)
        except RegistryError as refusal:
            form.show(refusal)
            return False
        receipts.remember(request.session, filed, at=at, key=self.receipt_key)
        return True

    def counter_receipt_view(self, request: HttpRequest) -> HttpResponse:
        """Number and secret, in the browser that entered it, until they are handed over."""
        clerk_of(request)
        if request.method == "POST":
            receipts.forget(request.session, self.receipt_key)
            return redirect(self.named("counter"))
        filed = receipts.recall(request.session, at=clock.now(), key=self.receipt_key)
        if filed is None:
            return redirect(self.named("counter"))
        context = self.at_counter(
            request,
            self.receipt_title,
            filing=filed.filing,
            secret=grouped(filed.secret),
            matters=self.model.objects.for_rows().filter(filing=filed.filing),
            papers=papers_of(filed.filing),
        )
        response = render(request, self.receipt_template, context)
        response.headers["Cache-Control"] = "no-store"
        return response


class ApplicationsCounter(CounterPages[Application]):
    entering = gettext_lazy("登记窗口（邮寄）申请")
    receipt_title = gettext_lazy("申请回执")
    receipt_template = "repair/admin/counter_receipt.html"
    receipt_key = receipts.AT_THE_COUNTER
    file = staticmethod(actions.file_application)

    def paper_form(self, listing: Listing, at: datetime, *sent: Any) -> PaperForm:
        return CounterForm(*sent, journey=journey.at_the_counter(listing, at))


class ObjectionsCounter(CounterPages[Objection]):
    entering = gettext_lazy("登记窗口（邮寄）异议")
    receipt_title = gettext_lazy("异议回执")
    receipt_template = "repair/admin/counter_objection_receipt.html"
    receipt_key = receipts.OBJECTED_AT_THE_COUNTER
    file = staticmethod(actions.file_objection)

    def paper_form(self, listing: Listing, at: datetime, *sent: Any) -> PaperForm:
        return CounterObjectionForm(*sent, listing=listing)
