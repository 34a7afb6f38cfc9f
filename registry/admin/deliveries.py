"""Official files at work: uploaded, checked, proposed, released, rolled back."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry import attachments, clock, step_up
from registry.admin import exporting
from registry.admin.attempts import key_of
from registry.admin.case_fields import show_refusal
from registry.admin.case_filters import FEW
from registry.admin.cases import WORK
from registry.admin.delivery_acts import FORMS, DeliveryForm, How, forms_for
from registry.admin.delivery_forms import (
    FAMILY_NAME,
    SET_NAMES,
    ColumnsForm,
    UploadForm,
)
from registry.admin.delivery_health import health
from registry.admin.exporting import Taken
from registry.admin.scope import StaffAdmin, Todo, n_of, staff_of
from registry.errors import RegistryError
from registry.intake import delivering, error_rows, gate, layouts, penalties
from registry.intake.columns import column_set
from registry.intake.delivering import Upload
from registry.intake.errors import IntakeError
from registry.intake.tables.writing import template
from registry.models import (
    Delivery,
    DeliveryRow,
    DeliveryStep,
    Export,
    ListRule,
    ListType,
    Role,
    User,
)
from registry.models.delivery_codes import Verdict

State = Delivery.State
# Rows of a page of the report, and seconds until a page looks again.
PAGE, REFRESH = 50, 3
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        return queryset.filter(state=wanted) if wanted in State.values else queryset


@admin.register(Delivery)
class DeliveryAdmin(StaffAdmin[Delivery]):
    seen_by = frozenset({Role.MAKER, Role.CHECKER, Role.AUDITOR})
    authority_path = "authority"
    section = WORK
    title = pgettext_lazy("many", "报送批次")
    list_display = (
        *("known_as", "on_list", "state", "n_records", "n_accepted", "in_error"),
        "made_at",
    )
    list_filter = (StateFilter,)
    lookups = ("state",)
    search_fields = ("filename", "=digest")
    search_help_text = gettext_lazy("文件名或者文件的摘要")
    list_select_related = ("maker", "authority")
    ordering = ("-pk",)

    # --- The list ------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        lists = ListType.objects.filter(pk=OuterRef("list_code"))
        return (
            super()
            .get_queryset(request)
            .select_related("authority", "maker", "checker")
            .annotate(
                list_zh=Subquery(lists.values("name_zh")),
                list_en=Subquery(lists.values("name_en")),
            )
        )

    @admin.display(description=gettext_lazy("批次"))
    def known_as(self, delivery: Delivery) -> str:
        return str(delivery)

    @admin.display(description=gettext_lazy("名单类型"))
    def on_list(self, delivery: Delivery) -> str:
        return list_name(delivery)

    @admin.display(description=gettext_lazy("存疑和未采用"))
    def in_error(self, delivery: Delivery) -> int:
        return delivery.n_in_error

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_upload": may_upload(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        user = staff_of(request)
        if Role.CHECKER not in user.roles:
            return []
        rows = for_checker(self.get_queryset(request), user)
        few = [
            (
                f"{row} · {list_name(row)}",
                reverse("admin:registry_delivery_change", args=[row.pk]),
                row.get_state_display(),
            )
            for row in rows[:FEW]
        ]
        url = reverse("admin:registry_delivery_changelist")
        return [Todo(_("报送批次，等待我审核"), n_of(rows), url, few)]

    # --- A new file ----------------------------------------------------------------------

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("upload/", self.upload_view, "upload"),
            self.work("sources/", self.sources_view, "sources"),
            self.work("templates/<slug:name>/", self.template_view, "template"),
            self.work("<int:pk>/columns/", self.columns_view, "columns"),
            self.work("<int:pk>/acts/<slug:name>/", self.act_view, "act"),
            self.work("<int:pk>/errors/", self.errors_view, "errors"),
        ]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        if not may_upload(request):
            raise PermissionDenied
        rules = ListRule.objects.in_force(clock.today()).select_related("list_type")
        form = UploadForm(request.POST or None, request.FILES or None, rules=list(rules))
        if form.is_valid() and (delivery := received(form, staff_of(request))):
            messages.success(request, _("文件已经收到，正在核对。"))
            return redirect("admin:registry_delivery_change", delivery.pk)
        sets = [(name, SET_NAMES[name]) for name in layouts.every_set()]
        context = self.page(request, _("报送文件"), form=form, sets=sets)
        return render(request, "admin/registry/delivery/upload.html", context)

    @method_decorator(require_safe)
    def template_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """A workbook to fill in, in the language of the reader."""
        if not may_upload(request):
            raise PermissionDenied
        if name not in layouts.every_set():
            raise Http404
        columns = column_set(name)
        content = template(columns, get_language() or "")
        return attachments.attached(content, f"{name}.xlsx", XLSX)

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the columns are that nobody knows; remembered for the next file."""
        delivery = self.find(request, pk)
        if request.method != "POST":
            return redirect("admin:registry_delivery_change", pk)
        if Role.MAKER not in staff_of(request).roles:
            raise PermissionDenied
        form = columns_form(delivery, request.POST)
        if form.is_valid() and explained(delivery, form, staff_of(request)):
            messages.success(request, _("列的对应已经记住，正在核对。"))
            return redirect("admin:registry_delivery_change", pk)
        return self.shown(request, delivery, columns=form)

    # --- One delivery --------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        delivery = self.looked_at(request, object_id)
        return self.shown(request, delivery)

    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """One act; where the register refuses it, the page says why."""
        delivery, user, at = self.find(request, pk), staff_of(request), clock.now()
        if name not in FORMS:
            raise Http404
        if request.method != "POST":
            return redirect("admin:registry_delivery_change", pk)
        if FORMS[name].role not in user.roles:
            raise PermissionDenied
        form = coded(request, FORMS[name](request.POST), at)
        is_ready = form.is_valid() and step_up.passed(request, form, at)
        if is_ready and acted(delivery, form, user):
            messages.success(request, str(form.done))
            return redirect("admin:registry_delivery_change", pk)
        delivery.refresh_from_db()
        return self.shown(request, delivery, bound={name: form})

    def shown(
        self,
        request: HttpRequest,
        delivery: Delivery,
        *,
        columns: ColumnsForm | None = None,
        bound: dict[str, DeliveryForm] | None = None,
    ) -> HttpResponse:
        user, at = staff_of(request), clock.now()
        offered = forms_for(user, delivery, bound or {})
        context = self.page(
            request,
            _("第 %(pk)d 批") % {"pk": delivery.pk},
            delivery=delivery,
            list_name=list_name(delivery),
            alarms=[gate.in_words(alarm) for alarm in delivery.alarms],
            refresh=REFRESH if delivery.state in Delivery.WORKED_ON else 0,
            counts=counts_of(delivery),
            has_errors=is_any_in_error(delivery),
            columns=columns or asked_columns(delivery, user),
            forms=[coded(request, form, at) for form in offered],
            steps=delivery.steps.select_related("by"),
            **rows_page(request, delivery),
        )
        return render(request, "admin/registry/delivery/detail.html", context)

    def errors_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every record that was not taken, as a workbook, once it is said what for."""
        delivery, at = self.find(request, pk), clock.now()
        if not error_rows.is_there(delivery):
            raise Http404
        sent = request.POST if request.method == "POST" else None
        form = exporting.form_for(request, Export.ERRORS, at, sent)
        n_rows = delivery.n_in_error + delivery.n_changed
        taken = Taken(Export.ERRORS, f"delivery={delivery.pk}", n_rows)
        if exporting.noted(request, form, taken, at):
            try:
                return errors_of(delivery)
            except IntakeError as refusal:
                messages.error(request, str(refusal))
                return redirect("admin:registry_delivery_change", pk)
        title = _("退回未采用的记录")
        context = self.page(request, title, delivery=delivery, form=form, n_rows=n_rows)
        return render(request, "admin/registry/delivery/errors.html", context)

    @method_decorator(require_safe)
    def sources_view(self, request: HttpRequest) -> HttpResponse:
        """How each authority delivers each list: when last, how late, how clean."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = health(self.get_queryset(request), clock.today())
        rows = [(list_name(source.last), source) for source in found]
        context = self.page(request, _("来源情况"), rows=rows)
        return render(request, "admin/registry/delivery/sources.html", context)


# --- What the pages ask -------------------------------------------------------------------


def coded(request: HttpRequest, form: DeliveryForm, at: datetime) -> DeliveryForm:
    """To release a file, or to take all of it back, takes a fresh code."""
    return step_up.asked(request, form, at) if form.is_grave else form


def may_upload(request: HttpRequest) -> bool:
    return Role.MAKER in staff_of(request).roles


def for_checker(rows: QuerySet[Delivery], user: User) -> QuerySet[Delivery]:
    """What waits for a second person and is not the checker's own."""
    hands = DeliveryStep.objects.filter(delivery=OuterRef("pk"), by=user.pk)
    waiting = rows.filter(~Exists(hands), state=State.WAITING).exclude(maker=user.pk)
    undoing = rows.filter(state=State.UNDOING).exclude(undo_maker=user.pk)
    return (waiting | undoing).order_by(F("submitted_at").asc(nulls_last=True), "pk")


def list_name(delivery: Any) -> str:
    if delivery.list_code == penalties.FAMILY:
        return str(FAMILY_NAME)
    name = delivery.list_en if get_language() == "en" else delivery.list_zh
    return str(name or delivery.list_code)


def received(form: UploadForm, user: User) -> Delivery | None:
    """The delivery; None where the file is refused, and the form says why."""
    data = form.cleaned_data
    file: UploadedFile[bytes] = data["file"]
    upload = Upload(data["list_code"], str(file.name), file.chunks())
    key = key_of(user, data["key"].hex)
    try:
        return delivering.receive(upload, by=user, at=clock.now(), key=key)
    except IntakeError as refusal:
        form.add_error("file", str(refusal))
    except RegistryError as refusal:
        show_refusal(form, refusal)
    return None


def columns_form(delivery: Delivery, data: Any = None) -> ColumnsForm:
    found = layouts.recognised(delivery.header, delivery.column_set, delivery.mapping)
    return ColumnsForm(data, column_set=delivery.column_set, found=found)


def asked_columns(delivery: Delivery, user: User) -> ColumnsForm | None:
    is_asked = delivery.state == State.UPLOADED and Role.MAKER in user.roles
    return columns_form(delivery) if is_asked else None


def explained(delivery: Delivery, form: ColumnsForm, user: User) -> bool:
    key = key_of(user, form.cleaned_data["key"].hex)
    try:
        delivering.explain(delivery, form.mapping(), by=user, at=clock.now(), key=key)
    except (IntakeError, RegistryError) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def acted(delivery: Delivery, form: DeliveryForm, user: User) -> bool:
    key = key_of(user, form.cleaned_data["key"].hex)
    how = How(by=user, at=clock.now(), key=f"{key}-{form.name}")
    try:
        form.act(delivery, how)
    except RegistryError as refusal:
        show_refusal(form, refusal)
        return False
    return True


def errors_of(delivery: Delivery) -> HttpResponse:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        error_rows.write_errors(delivery, path)
        content = path.read_bytes()
    return attachments.attached(content, f"errors-{delivery.pk}.xlsx", XLSX)


def counts_of(delivery: Delivery) -> list[tuple[str, str, int]]:
    """Code, label and number of each verdict."""
    return [
        (verdict.value, str(verdict.label), getattr(delivery, f"n_{verdict}"))
        for verdict in Verdict
    ]


def is_any_in_error(delivery: Delivery) -> bool:
    """Whether all that comes back is known, and the file it stands in is there."""
    n_back = delivery.n_in_error + delivery.n_changed
    is_known = bool(n_back) and delivery.state != State.CHECKING
    return is_known and error_rows.is_there(delivery)


def rows_page(request: HttpRequest, delivery: Delivery) -> dict[str, Any]:
    """A page of the report, found by its first row: as fast at the end as in front."""
    wanted, begins = request.GET.get("verdict", ""), first_row(request)
    rows = delivery.rows.select_related("entity", "listing__entity").order_by("number")
    if wanted in Verdict.values:
        rows = rows.filter(verdict=wanted)
    found: list[DeliveryRow] = list(rows.filter(number__gte=begins)[: PAGE + 1])
    is_more = len(found) > PAGE
    return {
        "verdict": wanted if wanted in Verdict.values else "",
        "rows": named(delivery, found[:PAGE]),
        "next_from": found[PAGE].number if is_more else None,
        "is_first": not begins,
    }


def first_row(request: HttpRequest) -> int:
    """From which row of the file on; whatever else was typed means the beginning."""
    asked = request.GET.get("from", "").strip()
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0


def named(delivery: Delivery, rows: list[DeliveryRow]) -> list[tuple[DeliveryRow, str]]:
    """Each row with the list it is on, or would be on: of a penalty that is its class."""
    lists = ListType.objects.in_bulk(layouts.lists_of(delivery.list_code))
    return [(row, str(lists.get(list_of(row), ""))) for row in rows]


def list_of(row: DeliveryRow) -> str:
    if row.draft:
        return str(row.draft["list"])
    return row.listing.list_type_id if row.listing else ""
