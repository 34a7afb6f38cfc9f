"""Official files on their way: what was delivered, row by row, and who did what to it."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import registry.models.delivery
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard

DELIVERY, STEP = "registry_delivery", "registry_deliverystep"
OF_AUTHORITY = "SELECT 1 FROM registry_user u WHERE u.authority_id = NEW.authority_id"
STAFF = ("checker_id", "undo_maker_id", "undo_checker_id")
# What was released never reads otherwise.
FIXED_AT_RELEASE = (
    *("list_code", "digest", "n_records", "position", "n_accepted", "n_changed"),
    *("n_unchanged", "n_doubtful", "n_rejected", "checker_id", "decided_at"),
    *("submitted_at", "released_at"),
)
FIXED = ("authority_id", "maker_id", "made_at", "stored_as")


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


def stranger(column):
    return (
        f"NEW.{column} IS NOT NULL AND NOT EXISTS ({OF_AUTHORITY} AND u.id = NEW.{column})"
    )


GUARDS = [
    Guard("delivery_maker_of_same_authority", DELIVERY, "INSERT", stranger("maker_id")),
    *(
        Guard(
            f"delivery_{column.removesuffix('_id')}_of_same_authority",
            DELIVERY,
            "UPDATE",
            stranger(column),
        )
        for column in STAFF
    ),
    Guard("delivery_origin_never_changes", DELIVERY, "UPDATE", changed(*FIXED)),
    Guard(
        "delivery_released_never_changes",
        DELIVERY,
        "UPDATE",
        f"OLD.released_at IS NOT NULL AND ({changed(*FIXED_AT_RELEASE)})",
    ),
    Guard(
        "delivery_stays_given_up",
        DELIVERY,
        "UPDATE",
        "OLD.state IN ('refused', 'withdrawn', 'rolled_back') AND NEW.state <> OLD.state",
    ),
    Guard("delivery_step_is_never_changed", STEP, "UPDATE"),
    Guard("delivery_step_is_never_deleted", STEP, "DELETE"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0012_directory"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
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
                ("list_code", models.SlugField(max_length=40, verbose_name="名单")),
                ("column_set", models.CharField(max_length=20, verbose_name="字段版本")),
                ("header", models.JSONField(default=list)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                ("filename", models.CharField(max_length=255, verbose_name="文件名")),
                (
                    "stored_as",
                    models.CharField(
                        default=registry.models.delivery.new_name,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "已上传"),
                            ("checking", "核对中"),
                            ("checked", "已核对"),
                            ("waiting", "等待审核"),
                            ("releasing", "正在办理公示"),
                            ("released", "已公示"),
                            ("undoing", "等待审核撤销"),
                            ("rolling_back", "撤销中"),
                            ("rolled_back", "已撤销"),
                            ("refused", "已退回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="uploaded",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("n_records", models.PositiveIntegerField(verbose_name="记录数")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="已核对")),
                (
                    "n_accepted",
                    models.PositiveIntegerField(default=0, verbose_name="可公示"),
                ),
                (
                    "n_changed",
                    models.PositiveIntegerField(default=0, verbose_name="有变化"),
                ),
                (
                    "n_unchanged",
                    models.PositiveIntegerField(default=0, verbose_name="无变化"),
                ),
                ("n_doubtful", models.PositiveIntegerField(default=0, verbose_name="存疑")),
                (
                    "n_rejected",
                    models.PositiveIntegerField(default=0, verbose_name="未采用"),
                ),
                (
                    "n_repeated",
                    models.PositiveIntegerField(default=0, verbose_name="文件内重复"),
                ),
                ("alarms", models.JSONField(blank=True, default=list)),
                (
                    "fault",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="未能公示的原因"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="核对完成"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="提请时间"),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审核时间"),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="理由"),
                ),
                (
                    "released_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="公示时间"),
                ),
                (
                    "undo_document",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="撤销依据文号"
                    ),
                ),
                (
                    "rolled_back_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤销时间"),
                ),
                (
                    "n_ended",
                    models.PositiveIntegerField(default=0, verbose_name="撤销时终止"),
                ),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="registry.authority",
                        verbose_name="认定单位",
                    ),
                ),
                (
                    "checker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checked_deliveries",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "undo_checker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undo_maker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "报送批次",
                "verbose_name_plural": "报送批次",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="DeliveryRow",
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
                ("number", models.PositiveIntegerField(verbose_name="第几条")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("accepted", "可公示"),
                            ("changed", "有变化"),
                            ("unchanged", "无变化"),
                            ("doubtful", "存疑"),
                            ("rejected", "未采用"),
                        ],
                        max_length=9,
                        verbose_name="结果",
                    ),
                ),
                ("reasons", models.JSONField(blank=True, default=list)),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="名称")),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="编号")),
                (
                    "decision_no",
                    models.CharField(blank=True, max_length=100, verbose_name="决定文书号"),
                ),
                ("draft", models.JSONField(blank=True, null=True)),
                ("same", models.CharField(blank=True, max_length=64)),
                ("says", models.CharField(blank=True, max_length=64)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="registry.delivery",
                    ),
                ),
                (
                    "entity",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.entity",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told_by",
                        to="registry.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "报送记录",
                "verbose_name_plural": "报送记录",
                "ordering": ("delivery", "number"),
            },
        ),
        migrations.CreateModel(
            name="DeliveryStep",
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
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("upload", "上传"),
                            ("explain", "说明列的对应"),
                            ("check", "核对完成"),
                            ("check_again", "重新核对"),
                            ("submit", "提请公示"),
                            ("approve", "同意公示"),
                            ("refuse", "退回"),
                            ("withdraw", "撤回"),
                            ("lapse", "提请逾期失效"),
                            ("release", "公示"),
                            ("fail", "未能公示"),
                            ("undo", "提请撤销"),
                            ("approve_undo", "同意撤销"),
                            ("keep", "不予撤销"),
                            ("roll_back", "撤销"),
                        ],
                        max_length=12,
                        verbose_name="事项",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=1000, verbose_name="理由"),
                ),
                (
                    "key",
                    models.CharField(blank=True, max_length=80, null=True, unique=True),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="registry.delivery",
                    ),
                ),
            ],
            options={
                "verbose_name": "报送办理记录",
                "verbose_name_plural": "报送办理记录",
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ColumnMapping",
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
                ("column_set", models.CharField(max_length=20)),
                ("header", models.CharField(max_length=100)),
                ("column", models.CharField(max_length=40)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "列的对应",
                "verbose_name_plural": "列的对应",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("authority", "column_set", "header"),
                        name="column_mapping_one_per_header",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["authority", "list_code", "-made_at"], name="delivery_of_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("digest"), 64
                    )
                ),
                name="delivery_has_a_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "position",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("n_accepted"), "+", models.F("n_changed")
                                    ),
                                    "+",
                                    models.F("n_unchanged"),
                                ),
                                "+",
                                models.F("n_doubtful"),
                            ),
                            "+",
                            models.F("n_rejected"),
                        ),
                    ),
                    ("position__lte", models.F("n_records")),
                ),
                name="delivery_accounts_for_every_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("uploaded", "checking", "withdrawn")),
                    models.Q(
                        ("checked_at__isnull", False), ("position", models.F("n_records"))
                    ),
                    _connector="OR",
                ),
                name="delivery_is_checked_to_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checker", None),
                    models.Q(("checker", models.F("maker")), _negated=True),
                    _connector="OR",
                ),
                name="delivery_is_checked_by_another",
                violation_error_message="提请人不得审核自己提请的事项。",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checker", None), ("decided_at", None)),
                    models.Q(("checker__isnull", False), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="delivery_decision_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("released_at", None),
                        (
                            "state__in",
                            ("uploaded", "checking", "checked", "waiting", "withdrawn"),
                        ),
                    ),
                    models.Q(
                        ("checker__isnull", False),
                        ("released_at", None),
                        ("state__in", ("releasing", "refused")),
                    ),
                    models.Q(
                        ("checker__isnull", False),
                        ("released_at__isnull", False),
                        (
                            "state__in",
                            ("released", "undoing", "rolling_back", "rolled_back"),
                        ),
                        ("submitted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="delivery_released_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undo_checker", None),
                    models.Q(("undo_checker", models.F("undo_maker")), _negated=True),
                    _connector="OR",
                ),
                name="delivery_is_rolled_back_by_two",
                violation_error_message="提请人不得审核自己提请的事项。",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("rolling_back", "rolled_back")), _negated=True),
                    models.Q(
                        ("undo_checker__isnull", False),
                        ("undo_maker__isnull", False),
                        models.Q(("undo_document", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="delivery_rolled_back_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rolled_back_at", None), ("state", "rolled_back"), _connector="OR"
                ),
                name="delivery_rolled_back_at_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("refused", "withdrawn", "rolled_back")), _negated=True
                ),
                fields=("authority", "list_code", "digest"),
                name="delivery_takes_a_file_once",
                violation_error_message="同一份文件已经报送过。",
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryrow",
            index=models.Index(
                fields=["delivery", "verdict", "number"], name="delivery_row_by_verdict"
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryrow",
            index=models.Index(
                condition=models.Q(("same", ""), _negated=True),
                fields=["same"],
                name="delivery_row_same",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryrow",
            constraint=models.UniqueConstraint(
                fields=("delivery", "number"), name="delivery_row_is_read_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verdict__in",
                        ("accepted", "changed", "unchanged", "doubtful", "rejected"),
                    )
                ),
                name="delivery_row_verdict_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ("accepted", "unchanged")),
                    models.Q(("reasons", []), _negated=True),
                    _connector="OR",
                ),
                name="delivery_row_says_why_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("draft", None), ("verdict", "accepted"), _connector="OR"
                ),
                name="delivery_row_draft_is_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverystep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        (
                            "upload",
                            "explain",
                            "check",
                            "check_again",
                            "submit",
                            "approve",
                            "refuse",
                            "withdraw",
                            "lapse",
                            "release",
                            "fail",
                            "undo",
                            "approve_undo",
                            "keep",
                            "roll_back",
                        ),
                    )
                ),
                name="delivery_step_act_is_known",
            ),
        ),
        *map(AddGuard, GUARDS),
    ]
