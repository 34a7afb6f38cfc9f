import uuid
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Self, cast

from django.db import models
from django.db.models import F, Field, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.models.region import Region
from registry.models.source import Source


class EntityQuerySet(models.QuerySet["Entity"]):
    def for_rows(self) -> Self:
        """With everything one line of a result reads: three queries for any number."""
        # A page has few regions, and the scope of business is as long as all the rest.
        regions = models.Prefetch(
            "region", Region.objects.select_related("parent__parent").order_by()
        )
        return self.defer("scope").prefetch_related(regions, "identifiers")

    def for_page(self) -> Self:
        """With everything the entity's own page reads."""
        return (
            self.for_rows()
            .defer(None)
            .select_related("source", "status_source", "successor", "merged_into")
        )


class Entity(models.Model):
    """信用主体: an organisation the register knows, and what its registration says.

    Never a natural person, never a party organisation. `name` is the current
    name, so there is exactly one; other names are `EntityName` rows. A record
    found to be a duplicate is kept as a signpost: `merged_into` names the one
    that stays, and its public id redirects there for ever.
    """

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        INDIVIDUAL_BUSINESS = "individual_business", _("个体工商户")
        COOPERATIVE = "cooperative", _("农民专业合作社")
        PUBLIC_BODY = "public_body", _("机关事业单位")
        SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
        OTHER = "other", _("其他组织")

    class Status(models.TextChoices):
        IN_OPERATION = "in_operation", _("存续")
        CANCELLED = "cancelled", _("注销")
        REVOKED = "revoked", _("吊销")
        MOVED_OUT = "moved_out", _("迁出")
        UNKNOWN = "unknown", _("未提供")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=200)
    # The name as `registry.names.name_key` folds it; identity where no number is known.
    name_key = models.CharField(max_length=200)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entities",
        # Indexed below: of itself Django would add a second index for LIKE.
        db_index=False,
    )

    status = models.CharField(
        _("登记状态"), max_length=12, choices=Status, default=Status.UNKNOWN
    )
    status_on = models.DateField(_("状态日期"), null=True, blank=True)
    # No index on the sources: nobody asks for the half of the register one of them gave.
    status_source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    registered_on = models.DateField(_("成立日期"), null=True, blank=True)
    company_type = models.CharField(_("登记类型"), max_length=100, blank=True)
    capital = models.CharField(_("注册资本"), max_length=100, blank=True)
    scope = models.TextField(_("经营范围"), blank=True)
    address = models.CharField(_("登记住所"), max_length=300, blank=True)

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="entities", db_index=False
    )
    # The moment the source speaks of; a row that is not newer never overwrites.
    source_as_of = models.DateTimeField(_("数据时间"))

    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        db_index=False,
    )

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name = _("信用主体")
        verbose_name_plural = _("信用主体")
        indexes = (
            models.Index(fields=("name_key",), name="entity_name_key"),
            models.Index(fields=("region",), name="entity_region"),
            models.Index(fields=("kind", "id"), name="entity_by_kind"),
            models.Index(fields=("status", "id"), name="entity_by_status"),
            # Few entities have one, so the index holds only those.
            models.Index(
                fields=("successor",),
                name="entity_successor",
                condition=Q(successor__isnull=False),
            ),
            models.Index(
                fields=("merged_into",),
                name="entity_merged_into",
                condition=Q(merged_into__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_key=""), name="entity_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "enterprise",
                        "individual_business",
                        "cooperative",
                        "public_body",
                        "social_organisation",
                        "other",
                    )
                ),
                name="entity_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        "in_operation",
                        "cancelled",
                        "revoked",
                        "moved_out",
                        "unknown",
                    )
                ),
                name="entity_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="unknown") | ~Q(status_source=None),
                name="entity_known_status_has_a_source",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("id")),
                name="entity_does_not_succeed_itself",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="entity_is_not_merged_into_itself",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portal:entity", args=[self.public_id])

    @cached_property
    def main_identifier(self) -> "Identifier | None":
        """The number to show beside the name: the USCC, else an older number."""
        return Identifier.main_of(self.identifiers.all())


class EntityName(models.Model):
    """A name of an entity beside its current one: former, English or short."""

    class Kind(models.TextChoices):
        FORMER = "former", _("曾用名")
        ENGLISH = "english", _("英文名称")
        SHORT = "short", _("简称")

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="other_names")
    kind = models.CharField(_("名称类别"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=200)
    name_key = models.CharField(max_length=200)
    # The first day the name no longer held, as far as the sources tell.
    until = models.DateField(_("停用日期"), null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("其他名称")
        verbose_name_plural = _("其他名称")
        constraints = (
            models.UniqueConstraint(
                fields=("entity", "kind", "name_key"), name="entity_name_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("former", "english", "short")),
                name="entity_name_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_key=""), name="entity_name_is_not_empty"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """A number an entity is known by; unique for its kind, wrong ones kept and flagged."""

    class Kind(models.TextChoices):
        USCC = "uscc", _("统一社会信用代码")
        REG15 = "reg15", _("工商注册号")
        OTHER = "other", _("其他编号")

    class Flaw(models.TextChoices):
        CHECK_DIGIT = "check_digit", _("校验码不符")
        ORG_DIGIT = "org_digit", _("主体标识码校验位不符")
        CHARACTERS = "characters", _("含有不允许的字符")
        UNKNOWN_FORM = "unknown_form", _("长度或格式不属于任何已知编号")

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="identifiers")
    kind = models.CharField(_("编号类别"), max_length=5, choices=Kind)
    value = models.CharField(_("编号"), max_length=40)
    valid = models.BooleanField(_("有效"))
    flaw = models.CharField(_("缺陷"), max_length=12, choices=Flaw, blank=True)

    class Meta:
        verbose_name = _("主体编号")
        verbose_name_plural = _("主体编号")
        constraints = (
            models.UniqueConstraint(fields=("kind", "value"), name="identifier_is_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=("uscc", "reg15", "other")),
                name="identifier_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(valid=True, flaw="") | Q(valid=False) & ~Q(flaw=""),
                name="identifier_is_valid_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=~Q(kind="uscc") | Q(Exact(Length("value"), 18)),
                name="identifier_uscc_has_18_characters",
            ),
            models.CheckConstraint(
                condition=~Q(kind="reg15") | Q(Exact(Length("value"), 15)),
                name="identifier_reg15_has_15_characters",
            ),
            models.CheckConstraint(condition=~Q(value=""), name="identifier_is_not_empty"),
        )

    def __str__(self) -> str:
        return self.value

    @classmethod
    def main_of(cls, numbers: "Iterable[Identifier]") -> "Identifier | None":
        order = cls.Kind.values
        return min(
            numbers,
            key=lambda number: (not number.valid, order.index(number.kind)),
            default=None,
        )


class EntityChange(models.Model):
    """One field of a registration that a newer source changed: what it was, what it is."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="changes")
    field = models.CharField(_("变更事项"), max_length=20)
    before = models.TextField(_("变更前"), blank=True)
    after = models.TextField(_("变更后"), blank=True)
    as_of = models.DateTimeField(_("数据时间"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("变更记录")
        verbose_name_plural = _("变更记录")
        ordering = ("-as_of", "field")
        constraints = (
            models.UniqueConstraint(
                fields=("entity", "field", "as_of", "source"),
                name="entity_change_is_kept_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} {self.as_of:%Y-%m-%d}"

    @property
    def title(self) -> str:
        """The name of the field as the entity's page calls it."""
        if self.field == "region":
            return str(Region._meta.verbose_name)
        return str(cast("Field[Any, Any]", Entity._meta.get_field(self.field)).verbose_name)

    @property
    def before_shown(self) -> str:
        return self.shown(self.before)

    @property
    def after_shown(self) -> str:
        return self.shown(self.after)

    def shown(self, value: str) -> str:
        """The value as its label, where the field has labels."""
        labels = {"kind": Entity.Kind, "status": Entity.Status}.get(self.field)
        return str(labels(value).label) if labels else value
