"""The workplace of regulators: the Django admin on a site of its own."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.db.models import Model
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.enrolment import invited
from portal.sign_in import SignInForm
from registry import clock, step_up

# Without a click, and in all, whatever one clicks.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
# A session that is used is written once in so many seconds, not with each page.
RESOLUTION = timedelta(minutes=1)
STARTED, SEEN = "staff_started", "staff_seen"
# Django's own pages that stay. Autocompletion and the way from any row to its public
# page answer for rows that the user may not know of.
KEPT = {"index", "login", "logout", "password_change", "password_change_done", "jsi18n"}
# Whose work comes first on the index; all others follow.
FIRST = ("proposal", "application", "listing", "delivery")

# Django answers any other method as if it were one of these.
for_browsers = require_http_methods(["GET", "HEAD", "POST"])
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class StaffSite(AdminSite):
    """Lets in who has shown both factors, and only to pages written for this site."""

    site_header = gettext_lazy("工作台")
    site_title = gettext_lazy("工作台")
    index_title = gettext_lazy("待办")
    login_form = SignInForm
    password_change_template = "admin/password_change.html"  # noqa: S105 (a file)
    password_change_done_template = "admin/password_changed.html"  # noqa: S105 (too)
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Libraries register pages that know no authority: those are left out."""
        if getattr(admin_class, "knows_authority", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and is_verified(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        # No page is cacheable, whatever Django thinks of it: desks are shared.
        guarded = for_browsers(super().admin_view(view))

        def within_limits(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            end_overdue_session(request, clock.now())
            return guarded(request, *args, **kwargs)

        return cast(View, update_wrapper(within_limits, guarded))

    @method_decorator(for_browsers)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            # For whoever has a link and no account yet.
            path("invited/", never_cache(invited), name="invited"),
        ]
        return own + [url for url in super().get_urls() if is_kept(url)]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        # Django's page of sign-in would name the host instead.
        name = settings.SITE_NAME or _("信用公示")
        return {**context, "site_url": reverse("portal:home"), "site_name": name}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What is waiting for this user; every page of the site may name some."""
        pages = sorted(self._registry.values(), key=in_the_order_of_the_work)
        at = clock.now()
        found = [todo for page in pages for todo in cast(Any, page).todos(request, at)]
        waiting = {"todos": found, "idle": [todo for todo in found if not todo.n]}
        return super().index(request, {**waiting, **(extra_context or {})})

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The pages the user may open, by what one does there instead of by app."""
        groups: dict[str, list[dict[str, Any]]] = {}
        if self.has_permission(request):
            for model, page in self._registry.items():
                if page.has_view_permission(request):
                    section = str(cast(Any, page).section)
                    groups.setdefault(section, []).append(place(model, page, request))
        return [{"name": name, "models": found} for name, found in groups.items()]


def in_the_order_of_the_work(page: ModelAdmin[Any]) -> int:
    """What is decided by two first: somebody else waits for it, or has sent it back."""
    name = page.opts.model_name
    return FIRST.index(name) if name in FIRST else len(FIRST)


def place(
    model: type[Model], page: ModelAdmin[Any], request: HttpRequest
) -> dict[str, Any]:
    """Where a page is, and where something new begins, for whoever may."""
    opts = model._meta
    name = f"admin:{opts.app_label}_{opts.model_name}"
    return {
        "name": cast(Any, page).called,
        "admin_url": reverse(f"{name}_changelist"),
        "add_url": reverse(f"{name}_add") if page.has_add_permission(request) else "",
    }


def is_verified(request: HttpRequest) -> bool:
    return bool(cast(Any, request.user).is_verified())


def is_kept(url: URLPattern | URLResolver) -> bool:
    """Pages of models, and those of the site that `KEPT` names."""
    return isinstance(url, URLResolver) or url.name is None or url.name in KEPT


@receiver(user_logged_in)
def note_code(sender: object, request: HttpRequest, user: Any, **more: object) -> None:
    """Whoever signs in has just shown a code; the first acts need no other."""
    if getattr(user, "otp_device", None) is not None:
        step_up.note(request, clock.now())


def end_overdue_session(request: HttpRequest, at: datetime) -> None:
    """Sign out who has been away too long, or here too long."""
    if not request.user.is_authenticated:
        return
    session, now = request.session, int(at.timestamp())
    started, seen = session.get(STARTED, now), session.get(SEEN, now)
    away, here = timedelta(seconds=now - seen), timedelta(seconds=now - started)
    if away > IDLE or here > LONGEST:
        logout(request)
        messages.info(request, _("登录已经过期，刚才的内容没有保存。请重新登录。"))
    elif SEEN not in session or away >= RESOLUTION:
        session[STARTED], session[SEEN] = started, now
