"""Objections to listings, beside applications: their rows, steps and guards."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

OBJECTION = "repair_objection"
FIXED = (
    "public_id",
    "filing_id",
    "listing_id",
    "authority_id",
    "kind",
    "reviews_application_id",
    "reviews_objection_id",
)
CLOSED = ("status", "opinion", "clerk_id", "decider_id", "closed_at")


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


def stranger(column):
    """Whoever it names does not belong to the authority that decides."""
    return f"""NEW.{column} IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_user u
  WHERE u.id = NEW.{column} AND u.authority_id = NEW.authority_id)"""


def of_same_authority(name, column):
    # On a change only when the person changes: staff may move to another authority later.
    moved = f"differ[OLD.{column}|NEW.{column}] AND {stranger(column)}"
    return [
        Guard(f"{name}_i", OBJECTION, "INSERT", stranger(column)),
        Guard(f"{name}_u", OBJECTION, "UPDATE", moved),
    ]


NEVER_PUBLISHED = """NOT EXISTS (
  SELECT 1 FROM registry_listing l
  WHERE l.id = NEW.listing_id AND l.released_at IS NOT NULL)"""
# The authority of the listing; of a review, its superior.
WRONG_AUTHORITY = """NOT EXISTS (
  SELECT 1 FROM registry_listing l JOIN registry_authority a ON a.id = l.authority_id
  WHERE l.id = NEW.listing_id
    AND (NEW.kind <> 'review' AND a.id = NEW.authority_id
      OR NEW.kind = 'review' AND a.superior_id = NEW.authority_id))"""
OF_ANOTHER_CASE = """NEW.kind = 'review' AND NOT EXISTS (
  SELECT 1 FROM repair_application x
  WHERE x.id = NEW.reviews_application_id AND x.listing_id = NEW.listing_id
    AND x.filing_id = NEW.filing_id AND x.status IN ('refused', 'declined')
  UNION ALL SELECT 1 FROM repair_objection x
  WHERE x.id = NEW.reviews_objection_id AND x.listing_id = NEW.listing_id
    AND x.filing_id = NEW.filing_id AND x.status = 'rejected' AND x.kind <> 'review')"""
# What a person says beside the own entry would be read with it.
SAYS_OF_A_PERSON = """NEW.said <> 'none' AND EXISTS (
  SELECT 1 FROM registry_listing l
  WHERE l.id = NEW.listing_id AND l.person_id IS NOT NULL)"""

GUARDS = [
    *of_same_authority("objection_clerk_of_same_authority", "clerk_id"),
    *of_same_authority("objection_decider_of_same_authority", "decider_id"),
    Guard("objection_is_about_a_released_listing", OBJECTION, "INSERT", NEVER_PUBLISHED),
    Guard("objection_is_of_the_right_authority", OBJECTION, "INSERT", WRONG_AUTHORITY),
    Guard("objection_reviews_its_own_case", OBJECTION, "INSERT", OF_ANOTHER_CASE),
    Guard("objection_of_a_person_says_nothing_i", OBJECTION, "INSERT", SAYS_OF_A_PERSON),
    Guard("objection_of_a_person_says_nothing_u", OBJECTION, "UPDATE", SAYS_OF_A_PERSON),
    Guard("objection_stays_about_its_listing", OBJECTION, "UPDATE", changed(*FIXED)),
    Guard(
        "objection_stays_closed",
        OBJECTION,
        "UPDATE",
        f"""OLD.closed_at IS NOT NULL AND ({changed(*CLOSED)}
          OR differ[OLD.document|NEW.document]
            AND (NEW.erased_at IS NULL OR NEW.document <> ''))""",
    ),
    Guard(
        "objection_stays_erased",
        OBJECTION,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
    ),
    Guard("objection_is_never_deleted", OBJECTION, "DELETE"),
]
# Of these PostgreSQL would keep samples in its statistics, for longer than the rows.
UNSAMPLED = ("document", "sealed_said", "sealed_proposal")


def keep_whole(apps, schema_editor):
    """A statement that empties a table fires no row trigger; only PostgreSQL has it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        f"CREATE TRIGGER {OBJECTION}_is_append_only BEFORE TRUNCATE ON {OBJECTION}"
        " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
    )
    for column in UNSAMPLED:
        schema_editor.execute(
            f"ALTER TABLE {OBJECTION} ALTER COLUMN {column} SET STATISTICS 0"
        )


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {OBJECTION}_is_append_only ON {OBJECTION}")


CHANGED_TABLES = [
    migrations.RemoveConstraint(
        model_name="filing",
        name="filing_role_is_known",
    ),
    migrations.RemoveConstraint(
        model_name="step",
        name="repair_step_act_is_known",
    ),
    migrations.RemoveConstraint(
        model_name="step",
        name="repair_step_of_staff_says_who",
    ),
    migrations.AlterField(
        model_name="filing",
        name="role",
        field=models.CharField(
            choices=[
                ("rep", "法定代表人或者负责人"),
                ("agent", "受委托的代理人"),
                ("person", "本人"),
                ("other", "利害关系人或者其他人"),
            ],
            max_length=6,
            verbose_name="申请人身份",
        ),
    ),
    migrations.AlterField(
        model_name="step",
        name="act",
        field=models.CharField(
            choices=[
                ("file", "提交申请"),
                ("complete", "补正"),
                ("withdraw", "撤回"),
                ("accept", "受理"),
                ("decline", "不予受理"),
                ("return", "要求补正"),
                ("propose", "提出意见"),
                ("send_back", "退回承办人"),
                ("grant", "准予修复"),
                ("refuse", "不予修复"),
                ("extend", "延长期限"),
                ("assign", "交办"),
                ("note", "内部备注"),
                ("recount", "重新计算期限"),
                ("object", "提出异议"),
                ("clear", "准予显示声明"),
                ("withhold", "不予显示声明"),
                ("correct", "异议成立，更正"),
                ("end", "异议成立，停止公示"),
                ("reject", "异议不成立"),
            ],
            max_length=9,
            verbose_name="事项",
        ),
    ),
    migrations.AlterField(
        model_name="step",
        name="after",
        field=models.CharField(
            choices=[
                ("received", "已收到"),
                ("returned", "待补正"),
                ("accepted", "已受理"),
                ("proposed", "待决定"),
                ("granted", "已准予修复"),
                ("refused", "未准予修复"),
                ("declined", "未受理"),
                ("withdrawn", "已撤回"),
                ("corrected", "异议成立，已更正"),
                ("ended", "异议成立，已停止公示"),
                ("rejected", "异议不成立"),
            ],
            max_length=9,
            verbose_name="之后",
        ),
    ),
    migrations.AlterField(
        model_name="step",
        name="application",
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="steps",
            to="repair.application",
        ),
    ),
    migrations.AlterField(
        model_name="step",
        name="before",
        field=models.CharField(
            blank=True,
            choices=[
                ("received", "已收到"),
                ("returned", "待补正"),
                ("accepted", "已受理"),
                ("proposed", "待决定"),
                ("granted", "已准予修复"),
                ("refused", "未准予修复"),
                ("declined", "未受理"),
                ("withdrawn", "已撤回"),
                ("corrected", "异议成立，已更正"),
                ("ended", "异议成立，已停止公示"),
                ("rejected", "异议不成立"),
            ],
            max_length=9,
            verbose_name="之前",
        ),
    ),
    migrations.AddConstraint(
        model_name="filing",
        constraint=models.CheckConstraint(
            condition=models.Q(("role__in", ("rep", "agent", "person", "other"))),
            name="filing_role_is_known",
        ),
    ),
    migrations.AddField(
        model_name="step",
        name="objection",
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="steps",
            to="repair.objection",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "act__in",
                    (
                        "file",
                        "complete",
                        "withdraw",
                        "accept",
                        "decline",
                        "return",
                        "propose",
                        "send_back",
                        "grant",
                        "refuse",
                        "extend",
                        "assign",
                        "note",
                        "recount",
                        "object",
                        "clear",
                        "withhold",
                        "correct",
                        "end",
                        "reject",
                    ),
                )
            ),
            name="repair_step_act_is_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    (
                        "act__in",
                        ("file", "object", "complete", "withdraw", "recount"),
                    ),
                    ("by", None),
                ),
                models.Q(
                    (
                        "act__in",
                        (
                            "accept",
                            "decline",
                            "return",
                            "propose",
                            "send_back",
                            "grant",
                            "refuse",
                            "extend",
                            "assign",
                            "note",
                            "clear",
                            "withhold",
                            "correct",
                            "end",
                            "reject",
                        ),
                    ),
                    ("by__isnull", False),
                ),
                _connector="OR",
            ),
            name="repair_step_of_staff_says_who",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.UniqueConstraint(
            condition=models.Q(("act__in", ("correct", "end", "reject", "withdraw"))),
            fields=("objection",),
            name="repair_step_closes_an_objection_once",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("application", None), ("objection__isnull", False)),
                models.Q(("application__isnull", False), ("objection", None)),
                _connector="OR",
            ),
            name="repair_step_is_of_one_matter",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0021_marks"),
        ("repair", "0005_commitments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Objection",
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
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("content", "内容有误"),
                            ("term", "公示期限有误"),
                            ("identity", "不是本单位、本人"),
                            ("overdue", "应当停止公示而没有停止"),
                            ("privacy", "涉及商业秘密、个人隐私或者其他权益"),
                            ("result", "对修复结果有异议"),
                            ("review", "申请复议"),
                        ],
                        max_length=8,
                        verbose_name="异议事项",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "已收到"),
                            ("returned", "待补正"),
                            ("accepted", "已受理"),
                            ("proposed", "待决定"),
                            ("corrected", "异议成立，已更正"),
                            ("ended", "异议成立，已停止公示"),
                            ("rejected", "异议不成立"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="received",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("none", "没有"),
                            ("waiting", "等待审核"),
                            ("cleared", "准予显示"),
                            ("withheld", "不予显示"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="当事人声明",
                    ),
                ),
                ("sealed_said", models.BinaryField(null=True)),
                ("ask_leaf", models.PositiveIntegerField(editable=False, null=True)),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("mark_due_on", models.DateField(verbose_name="最迟标注")),
                ("decide_due_on", models.DateField(verbose_name="最迟决定")),
                (
                    "extended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="延长时间"),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="受理时间"),
                ),
                (
                    "opinion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("correct", "建议更正"),
                            ("end", "建议停止公示"),
                            ("reject", "建议不予支持"),
                        ],
                        max_length=7,
                        verbose_name="承办意见",
                    ),
                ),
                ("sealed_proposal", models.BinaryField(null=True)),
                (
                    "document",
                    models.CharField(blank=True, max_length=100, verbose_name="决定文书号"),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="办结时间"),
                ),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="清除时间"),
                ),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="repair.filing",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="registry.listing",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="registry.authority",
                    ),
                ),
                (
                    "reviews_application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="repair.application",
                    ),
                ),
                (
                    "reviews_objection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="repair.objection",
                    ),
                ),
                (
                    "clerk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled_objections",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="受理人",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_objections",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ("-received_at", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("closed_at__isnull", False), ("erased_at", None)
                        ),
                        fields=["closed_at"],
                        name="objection_to_erase",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("accepted", "proposed"))),
                        fields=["listing"],
                        name="objection_marks",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                (
                                    "received",
                                    "returned",
                                    "accepted",
                                    "proposed",
                                    "corrected",
                                    "ended",
                                    "rejected",
                                    "withdrawn",
                                ),
                            )
                        ),
                        name="objection_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    (
                                        "content",
                                        "term",
                                        "identity",
                                        "overdue",
                                        "privacy",
                                        "result",
                                    ),
                                ),
                                ("reviews_application", None),
                                ("reviews_objection", None),
                            ),
                            models.Q(
                                ("kind", "review"),
                                ("said", "none"),
                                models.Q(
                                    models.Q(
                                        ("reviews_application", None),
                                        ("reviews_objection__isnull", False),
                                    ),
                                    models.Q(
                                        ("reviews_application__isnull", False),
                                        ("reviews_objection", None),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="objection_review_says_of_what",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ("received", "returned", "accepted", "proposed"))
                        ),
                        fields=("filing", "listing", "kind"),
                        name="objection_one_open_per_filing_listing_and_kind",
                        violation_error_message="您对这条记录的同一事项已有正在办理的异议。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("reviews_application__isnull", False),
                            models.Q(("status", "withdrawn"), _negated=True),
                        ),
                        fields=("reviews_application",),
                        name="objection_reviews_an_application_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("reviews_objection__isnull", False),
                            models.Q(("status", "withdrawn"), _negated=True),
                        ),
                        fields=("reviews_objection",),
                        name="objection_reviews_an_objection_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decider", None),
                            models.Q(("decider", models.F("clerk")), _negated=True),
                            _connector="OR",
                        ),
                        name="objection_is_decided_by_another",
                        violation_error_message="提出意见的人不得作出决定。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "status__in",
                                    (
                                        "accepted",
                                        "proposed",
                                        "corrected",
                                        "ended",
                                        "rejected",
                                    ),
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                ("accepted_at__isnull", False), ("clerk__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="objection_accepted_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("opinion", ""),
                                models.Q(
                                    (
                                        "status__in",
                                        ("proposed", "corrected", "ended", "rejected"),
                                    ),
                                    _negated=True,
                                ),
                            ),
                            models.Q(
                                ("opinion__in", ("correct", "end", "reject")),
                                (
                                    "status__in",
                                    (
                                        "proposed",
                                        "corrected",
                                        "ended",
                                        "rejected",
                                        "withdrawn",
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="objection_opinion_goes_before_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("corrected", "ended")), _negated=True),
                            models.Q(("opinion", "correct"), ("status", "corrected")),
                            models.Q(("opinion", "end"), ("status", "ended")),
                            _connector="OR",
                        ),
                        name="objection_upheld_as_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decider__isnull", False),
                                ("status__in", ("corrected", "ended")),
                                models.Q(
                                    models.Q(("document", ""), _negated=True),
                                    ("erased_at__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(("decider__isnull", False), ("status", "rejected")),
                            models.Q(
                                ("decider", None),
                                ("document", ""),
                                models.Q(
                                    ("status__in", ("corrected", "ended", "rejected")),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="objection_decision_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at", None),
                                (
                                    "status__in",
                                    ("received", "returned", "accepted", "proposed"),
                                ),
                            ),
                            models.Q(
                                ("closed_at__gte", models.F("received_at")),
                                ("closed_at__isnull", False),
                                models.Q(
                                    (
                                        "status__in",
                                        ("received", "returned", "accepted", "proposed"),
                                    ),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="objection_closed_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("said", "none"), ("sealed_said", None)),
                            models.Q(
                                ("said__in", ("waiting", "cleared", "withheld")),
                                models.Q(
                                    models.Q(
                                        ("erased_at", None), ("sealed_said__isnull", False)
                                    ),
                                    models.Q(
                                        ("erased_at__isnull", False), ("sealed_said", None)
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="objection_statement_is_sealed_or_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("document", ""),
                                ("sealed_proposal", None),
                            ),
                            _connector="OR",
                        ),
                        name="objection_erased_is_closed_and_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decide_due_on__gte", models.F("mark_due_on"))),
                        name="objection_days_run_forward",
                    ),
                ],
            },
        ),
        GuardsAside(CHANGED_TABLES),
        *map(AddGuard, GUARDS),
        migrations.RunPython(keep_whole, let_go),
    ]
