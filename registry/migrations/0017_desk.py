"""What is typed of a case is kept until it is filed; what an old entry may lead to."""

import django.db.models.deletion
import registry.models.listing
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard

DRAFT, FOLLOW_UP = "registry_keptdraft", "registry_followup"
STRANGE_MAKER = (
    "NOT EXISTS (SELECT 1 FROM registry_user u"
    " WHERE u.id = NEW.maker_id AND u.authority_id = NEW.authority_id)"
)
# Of the same authority, and of the list that the row names.
STRANGE_CASE = (
    "NEW.case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM registry_listing c"
    " JOIN registry_listing l ON l.authority_id = c.authority_id"
    " WHERE c.id = NEW.case_id AND c.list_type_id = NEW.to_list_id"
    " AND l.id = NEW.listing_id)"
)
GUARDS = [
    Guard("kept_draft_maker_of_same_authority_i", DRAFT, "INSERT", STRANGE_MAKER),
    Guard("kept_draft_maker_of_same_authority_u", DRAFT, "UPDATE", STRANGE_MAKER),
    Guard("follow_up_case_of_same_authority", FOLLOW_UP, "INSERT", STRANGE_CASE),
    Guard("follow_up_is_never_changed", FOLLOW_UP, "UPDATE"),
    Guard("follow_up_is_never_deleted", FOLLOW_UP, "DELETE"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0013_deliveries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("in_force", models.DateField(verbose_name="施行日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("after_n", models.PositiveSmallIntegerField()),
                (
                    "after_unit",
                    models.CharField(choices=[("m", "个月"), ("d", "日")], max_length=1),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[("H", "高"), ("M", "中"), ("L", "低")],
                        max_length=1,
                        verbose_name="可信度",
                    ),
                ),
                (
                    "from_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="registry.listtype",
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalbasis",
                    ),
                ),
                (
                    "to_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listtype",
                    ),
                ),
            ],
            options={
                "verbose_name": "升级",
                "verbose_name_plural": "升级",
                "ordering": ("from_list", "to_list", "in_force"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("from_list", "to_list", "in_force"),
                        name="escalation_has_one_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_list", models.F("to_list")), _negated=True
                        ),
                        name="escalation_leads_elsewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("after_n__gte", 1), ("after_unit__in", ("m", "d"))
                        ),
                        name="escalation_takes_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("until__gt", models.F("in_force")),
                            _connector="OR",
                        ),
                        name="escalation_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ("H", "M", "L"))),
                        name="escalation_confidence_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cited",
                        to="registry.listing",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="registry.listing",
                    ),
                ),
                (
                    "to_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listtype",
                    ),
                ),
            ],
            options={
                "verbose_name": "后续处理",
                "verbose_name_plural": "后续处理",
                "ordering": ("at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("listing", "to_list"), name="follow_up_is_decided_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("case", None),
                            models.Q(("case", models.F("listing")), _negated=True),
                            _connector="OR",
                        ),
                        name="follow_up_is_another_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("key", models.UUIDField(editable=False)),
                (
                    "case",
                    models.CharField(
                        default=registry.models.listing.new_case,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("started_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(verbose_name="保存时间")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.authority",
                    ),
                ),
                (
                    "list_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listtype",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "草稿",
                "verbose_name_plural": "草稿",
                "ordering": ("-kept_at", "-pk"),
                "indexes": [models.Index(fields=["kept_at"], name="kept_draft_to_forget")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("maker", "key"), name="kept_draft_is_one_of_its_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept_at__gte", models.F("started_at"))),
                        name="kept_draft_runs_forward",
                    ),
                ],
            },
        ),
        *map(AddGuard, GUARDS),
    ]
