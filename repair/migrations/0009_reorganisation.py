"""A court's ruling on a reorganisation: held until the plan is completed or has failed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

APPLICATION = "repair_application"
# Whoever it names does not belong to the authority of the listing.
STRANGER = """NEW.shielded_by_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_user u, registry_listing l
  WHERE u.id = NEW.shielded_by_id AND l.id = NEW.listing_id
    AND u.authority_id = l.authority_id)"""
# The hold that was put on with it, as long as it stands.
HELD = """EXISTS (
  SELECT 1 FROM registry_listing l
  WHERE l.id = NEW.listing_id AND l.held_since = NEW.shielded_at
    AND l.ended_at IS NULL)"""
NOW_SHIELDED = "OLD.shielded_at IS NULL AND NEW.shielded_at IS NOT NULL"
GUARDS = [
    Guard(
        "application_is_filed_unshielded",
        APPLICATION,
        "INSERT",
        "NEW.shielded_at IS NOT NULL",
    ),
    Guard(
        "application_shielded_by_same_authority",
        APPLICATION,
        "UPDATE",
        f"differ[OLD.shielded_by_id|NEW.shielded_by_id] AND {STRANGER}",
    ),
    Guard(
        "application_is_shielded_by_another",
        APPLICATION,
        "UPDATE",
        f"{NOW_SHIELDED} AND NEW.shielded_by_id = NEW.clerk_id",
    ),
    Guard(
        "application_is_shielded_with_its_listing",
        APPLICATION,
        "UPDATE",
        f"{NOW_SHIELDED} AND NOT {HELD}",
    ),
    Guard(
        "application_stays_shielded_by_its_ruling",
        APPLICATION,
        "UPDATE",
        """OLD.shielded_at IS NOT NULL AND (differ[OLD.shielded_at|NEW.shielded_at]
          OR differ[OLD.shielded_by_id|NEW.shielded_by_id]
          OR differ[OLD.ruled_on|NEW.ruled_on])""",
    ),
    # No listing stays hidden by an application that was refused or taken back.
    Guard(
        "application_over_holds_nothing",
        APPLICATION,
        "UPDATE",
        f"NEW.shielded_at IS NOT NULL AND NEW.status IN ('refused', 'withdrawn') AND {HELD}",
    ),
]


def sample_nothing(apps, schema_editor):
    """PostgreSQL would keep samples in its statistics, for longer than the rows."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE {APPLICATION} ALTER COLUMN court_document SET STATISTICS 0"
        )


CHANGED_TABLES = [
    migrations.RemoveConstraint(
        model_name="application",
        name="application_status_is_known",
    ),
    migrations.RemoveConstraint(
        model_name="application",
        name="application_one_open_per_listing",
    ),
    migrations.RemoveConstraint(
        model_name="application",
        name="application_accepted_says_who_and_when",
    ),
    migrations.RemoveConstraint(
        model_name="application",
        name="application_opinion_goes_before_decision",
    ),
    migrations.RemoveConstraint(
        model_name="application",
        name="application_closed_says_when",
    ),
    migrations.RemoveConstraint(
        model_name="application",
        name="application_erased_is_closed_and_empty",
    ),
    migrations.RemoveConstraint(
        model_name="step",
        name="repair_step_act_is_known",
    ),
    migrations.RemoveConstraint(
        model_name="step",
        name="repair_step_of_staff_says_who",
    ),
    migrations.AddField(
        model_name="application",
        name="on_ruling",
        field=models.BooleanField(default=False, verbose_name="依据法院裁定"),
    ),
    migrations.AddField(
        model_name="application",
        name="court_document",
        field=models.CharField(blank=True, max_length=100, verbose_name="法院裁定文书号"),
    ),
    migrations.AddField(
        model_name="application",
        name="review_on",
        field=models.DateField(blank=True, null=True, verbose_name="最迟复核"),
    ),
    migrations.AddField(
        model_name="application",
        name="ruled_on",
        field=models.DateField(blank=True, null=True, verbose_name="裁定日期"),
    ),
    migrations.AddField(
        model_name="application",
        name="shielded_at",
        field=models.DateTimeField(
            blank=True, null=True, verbose_name="按裁定暂停公示的时间"
        ),
    ),
    migrations.AddField(
        model_name="application",
        name="shielded_by",
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
            verbose_name="决定暂停公示的人",
        ),
    ),
    migrations.RemoveIndex(model_name="application", name="application_by_due"),
    migrations.RemoveField(model_name="application", name="due_on"),
    migrations.AddField(
        model_name="application",
        name="due_on",
        field=models.GeneratedField(
            db_persist=True,
            expression=models.Case(
                models.When(status="received", then=models.F("accept_due_on")),
                models.When(
                    status__in=("accepted", "proposed"), then=models.F("decide_due_on")
                ),
                models.When(status="shielded", then=models.F("review_on")),
            ),
            output_field=models.DateField(null=True, verbose_name="本步期限"),
        ),
    ),
    migrations.AddIndex(
        model_name="application",
        index=models.Index(fields=["due_on", "id"], name="application_by_due"),
    ),
    migrations.AlterField(
        model_name="application",
        name="opinion",
        field=models.CharField(
            blank=True,
            choices=[
                ("grant", "建议准予修复"),
                ("refuse", "建议不予修复"),
                ("shield", "建议按法院裁定暂停公示"),
            ],
            max_length=6,
            verbose_name="承办意见",
        ),
    ),
    migrations.AlterField(
        model_name="application",
        name="status",
        field=models.CharField(
            choices=[
                ("received", "已收到"),
                ("returned", "待补正"),
                ("accepted", "已受理"),
                ("proposed", "待决定"),
                ("shielded", "已按裁定暂停公示"),
                ("granted", "已准予修复"),
                ("refused", "未准予修复"),
                ("declined", "未受理"),
                ("withdrawn", "已撤回"),
            ],
            default="received",
            max_length=9,
            verbose_name="状态",
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
                ("shield", "按裁定暂停公示"),
                ("prolong", "复核，继续暂停公示"),
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
                ("shielded", "已按裁定暂停公示"),
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
        name="before",
        field=models.CharField(
            blank=True,
            choices=[
                ("received", "已收到"),
                ("returned", "待补正"),
                ("accepted", "已受理"),
                ("proposed", "待决定"),
                ("shielded", "已按裁定暂停公示"),
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
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "status__in",
                    (
                        "received",
                        "returned",
                        "accepted",
                        "proposed",
                        "shielded",
                        "granted",
                        "refused",
                        "declined",
                        "withdrawn",
                    ),
                )
            ),
            name="application_status_is_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.UniqueConstraint(
            condition=models.Q(
                ("status__in", ("received", "returned", "accepted", "proposed", "shielded"))
            ),
            fields=("listing",),
            name="application_one_open_per_listing",
            violation_error_message="这条记录已有正在办理的申请。",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    (
                        "status__in",
                        ("accepted", "proposed", "shielded", "granted", "refused"),
                    ),
                    _negated=True,
                ),
                models.Q(
                    ("accepted_at__isnull", False),
                    ("clerk__isnull", False),
                    ("decide_due_on__isnull", False),
                ),
                _connector="OR",
            ),
            name="application_accepted_says_who_and_when",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    ("opinion", ""),
                    models.Q(
                        ("status__in", ("proposed", "granted", "refused")), _negated=True
                    ),
                ),
                models.Q(
                    ("opinion__in", ("grant", "refuse", "shield")),
                    ("status__in", ("proposed", "granted", "refused", "withdrawn")),
                ),
                _connector="OR",
            ),
            name="application_opinion_goes_before_decision",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    ("closed_at", None),
                    (
                        "status__in",
                        ("received", "returned", "accepted", "proposed", "shielded"),
                    ),
                ),
                models.Q(
                    ("closed_at__gte", models.F("received_at")),
                    ("closed_at__isnull", False),
                    models.Q(
                        (
                            "status__in",
                            ("received", "returned", "accepted", "proposed", "shielded"),
                        ),
                        _negated=True,
                    ),
                ),
                _connector="OR",
            ),
            name="application_closed_says_when",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("erased_at", None),
                models.Q(
                    ("closed_at__isnull", False), ("court_document", ""), ("document", "")
                ),
                _connector="OR",
            ),
            name="application_erased_is_closed_and_empty",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    ("court_document", ""),
                    ("ruled_on", None),
                    ("shielded_at", None),
                    models.Q(("opinion", "shield"), _negated=True),
                ),
                models.Q(
                    ("ruled_on__isnull", False),
                    models.Q(
                        models.Q(("court_document", ""), _negated=True),
                        ("erased_at__isnull", False),
                        _connector="OR",
                    ),
                ),
                _connector="OR",
            ),
            name="application_ruling_says_which",
        ),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    ("review_on", None),
                    ("shielded_at", None),
                    ("shielded_by", None),
                    models.Q(("status", "shielded"), _negated=True),
                ),
                models.Q(
                    ("review_on__isnull", False),
                    ("shielded_at__isnull", False),
                    ("shielded_by__isnull", False),
                ),
                _connector="OR",
            ),
            name="application_shielded_says_who_and_until_when",
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
                        "shield",
                        "prolong",
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
                ("act", "file"),
                models.Q(
                    ("act__in", ("object", "complete", "withdraw", "recount")), ("by", None)
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
                            "shield",
                            "prolong",
                        ),
                    ),
                    ("by__isnull", False),
                ),
                _connector="OR",
            ),
            name="repair_step_of_staff_says_who",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0022_notices"),
        ("repair", "0008_revocation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        GuardsAside(CHANGED_TABLES),
        *map(AddGuard, GUARDS),
        migrations.RunPython(sample_nothing, migrations.RunPython.noop),
    ]
