"""What every page of the workplace has in common: whose rows, whose right to see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Manager, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.admin import finding, long_lists
from registry.admin.long_lists import LongChangeList, LongPaginator, counted
from registry.models import Role, User

M = TypeVar("M", bound=Model)

# The pages of Django's own that stay; history, deletion and redirects go.
KEPT = ("_changelist", "_add", "_change")
EVERYBODY = frozenset(Role)
# A heading of the menu that several modules use.
RUNNING = _("运行")


# More work than that is simply a great deal of it.
MUCH = 1_000


class Todo(NamedTuple):
    """One kind of work that waits: how much of it, where all of it is, the next few.

    `n` is what `n_of` says.
    """

    title: str
    n: int
    url: str
    next_few: Sequence[tuple[str, str, str]] = ()  # what, where, until when

    @property
    def shown(self) -> str:
        return f"{MUCH - 1}+" if self.n >= MUCH else str(self.n)


def n_of(rows: QuerySet[Any]) -> int:
    """How many wait, counted no further than `MUCH`."""
    return counted(rows, MUCH)


def staff_of(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def sees_all(user: User) -> bool:
    """An auditor who belongs to no authority watches all of them."""
    return user.authority_id is None and Role.AUDITOR in user.roles


class StaffAdmin(admin.ModelAdmin[M]):
    """Shows rows to the roles in `seen_by`, of the user's own authority only.

    A row of another authority answers exactly like one that does not exist. Nothing can
    be added, edited, deleted, popped up, or asked for by a field that is not in
    `lookups`: a subclass with work to do adds pages in `work_urls`, and those call
    actions. Django's own permissions count for nothing, so a superuser without a role
    sees nothing and does nothing.

        @admin.register(Application)
        class ApplicationAdmin(StaffAdmin[Application]):
            seen_by = frozenset({Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR})
            authority_path = "listing__authority"
            title = pgettext_lazy("many", "修复申请")
            list_filter = ("state",)
            lookups = ("state__exact",)
    """

    # The site registers no page without this mark; libraries bring some that know nobody.
    knows_authority = True
    seen_by: frozenset[Role] = frozenset()
    # The way from a row to its authority; empty where the rows are nobody's own.
    authority_path = ""
    # Parameters by which the list of rows may be asked for.
    lookups: tuple[str, ...] = ()
    # The way from a row to its case: by what a case is known by, the rows are found.
    case_path: str | None = None
    # Under which heading of the menu the page stands, see `portal.staff`.
    section: Any = _("资料")
    # What the page is called, where the name of the model does not do for many.
    title: Any = ""

    actions: Sequence[str] | None = None
    # However many rows there are, see `long_lists`: a page that may have very many names
    # in `sortable_by` only columns that an index has in order, beside the authority.
    sortable_by: ClassVar[list[str] | tuple[str, ...] | None] = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    list_per_page = 50

    @property
    def called(self) -> Any:
        return self.title or self.opts.verbose_name_plural

    # --- Whose rows ----------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        return self.scoped(super().get_queryset(request), staff_of(request))

    def scoped(self, rows: QuerySet[M], user: User) -> QuerySet[M]:
        """What of `rows` the user may know of."""
        if not self.authority_path or sees_all(user):
            return rows
        return rows.filter(**{self.authority_path: user.authority_id or 0})

    def find(self, request: HttpRequest, pk: int) -> M:
        """One row for a page of our own; absent and foreign ones are the same 404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def looked_at(self, request: HttpRequest, object_id: str) -> M:
        """The row that a page of Django's address shows: it is read there, never sent."""
        if not self.has_view_permission(request) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        if (row := self.get_object(request, object_id)) is None:
            raise Http404
        return row

    # Django would redirect to the index and repeat the id in a message.
    def _get_obj_does_not_exist_redirect(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    # --- Whose right ---------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return not self.seen_by.isdisjoint(staff_of(request).roles)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    # --- What may be asked ---------------------------------------------------------------

    def lookup_allowed(
        self, lookup: str, value: object, request: HttpRequest | None = None
    ) -> bool:
        return lookup in self.lookups

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return False

    def get_paginator(self, request: HttpRequest, *args: Any, **more: Any) -> LongPaginator:
        paginator = LongPaginator(*args, **more)
        if "__" in self.authority_path and not sees_all(staff_of(request)):
            paginator.most = long_lists.MOST_BY_CASE
        return paginator

    def get_changelist(self, request: HttpRequest, **more: Any) -> type[LongChangeList]:
        return LongChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        if self.case_path is None:
            return super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return queryset, False
        found = finding.look_for(search_term)
        if found.is_cut:
            messages.info(request, _("以此开头的编号太多，没有全部列出。请输入更多字符。"))
        condition = found.at(self.case_path)
        if self.case_path:
            return long_lists.few_of(queryset, condition), False
        return queryset.filter(condition), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        refuse_popups(request)
        named = {"title": self.called, **(extra_context or {})}
        return super().changelist_view(request, named)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        refuse_popups(request)
        named = {"many": self.called, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, named)

    # --- What waits ----------------------------------------------------------------------

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        """What of this page the user should see first; shown on the site's index."""
        return []

    # --- Which pages ---------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        kept = [url for url in super().get_urls() if str(url.name).endswith(KEPT)]
        return [*self.work_urls(), *kept]

    def work_urls(self) -> list[URLPattern]:
        """Pages of our own, made by `work`; they stand before Django's."""
        return []

    def work(self, route: str, view: Any, name: str) -> URLPattern:
        """A page of our own below this model's address, for those who may sign in."""
        full = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        page: URLPattern = path(route, self.admin_site.admin_view(view), name=full)
        return page

    def page(self, request: HttpRequest, title: object, **more: Any) -> dict[str, Any]:
        """The context that the templates of the site read."""
        site = self.admin_site.each_context(request)
        return {**site, "opts": self.opts, "title": title, **more}


def labelled(name: str, label: Any) -> Any:
    """A field of the row under a label of our own, where the model gives it none."""

    @admin.display(description=label, ordering=name)
    def value(self: Any, row: Model) -> Any:
        found = getattr(row, name)
        if isinstance(found, Manager):
            return _("、").join(map(str, found.all()))
        label_of = getattr(row, f"get_{name}_display", None)
        shown = label_of() if label_of else found
        return None if shown == "" else shown

    return value


def in_language(name: str, label: Any) -> Any:
    """A pair of columns, `name_zh` and `name_en`: the one the reader reads."""

    @admin.display(description=label)
    def value(self: Any, row: Model) -> Any:
        english = get_language() == "en"
        return getattr(row, f"{name}_{'en' if english else 'zh'}") or None

    return value


def refuse_popups(request: HttpRequest) -> None:
    if IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST:
        raise Http404
