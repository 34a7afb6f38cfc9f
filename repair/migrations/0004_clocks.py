"""Days that may move, who has it on the desk, and the calendar last counted with."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

APPLICATION = "repair_application"
# Whoever it names does not belong to the authority of the listing.
STRANGER = """NEW.assignee_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_user u, registry_listing l
  WHERE u.id = NEW.assignee_id AND l.id = NEW.listing_id
    AND u.authority_id = l.authority_id)"""
GUARDS = [
    Guard("application_assignee_of_same_authority_i", APPLICATION, "INSERT", STRANGER),
    # Only when the person changes: staff may move to another authority later.
    Guard(
        "application_assignee_of_same_authority_u",
        APPLICATION,
        "UPDATE",
        f"differ[OLD.assignee_id|NEW.assignee_id] AND {STRANGER}",
    ),
    Guard(
        "application_is_extended_once",
        APPLICATION,
        "UPDATE",
        "OLD.extended_at IS NOT NULL AND (differ[OLD.extended_at|NEW.extended_at]"
        " OR differ[OLD.extended_wd|NEW.extended_wd])",
    ),
]
CHANGED_TABLES = [
    migrations.CreateModel(
        name="CountedCalendar",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("at", models.DateTimeField(verbose_name="时间")),
            ("digest", models.CharField(max_length=64)),
            ("days", models.JSONField()),
        ],
        options={
            "verbose_name": "计算期限所用的节假日安排",
            "verbose_name_plural": "计算期限所用的节假日安排",
        },
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
        name="assignee",
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="assigned_applications",
            to=settings.AUTH_USER_MODEL,
            verbose_name="承办人",
        ),
    ),
    migrations.AddField(
        model_name="step",
        name="given_to",
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
            verbose_name="交给",
        ),
    ),
    migrations.AddField(
        model_name="application",
        name="extended_at",
        field=models.DateTimeField(blank=True, null=True, verbose_name="延长时间"),
    ),
    migrations.AddField(
        model_name="application",
        name="extended_wd",
        field=models.PositiveSmallIntegerField(
            blank=True, null=True, verbose_name="延长的工作日"
        ),
    ),
    migrations.AddField(
        model_name="step",
        name="moves",
        field=models.JSONField(null=True),
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
                ("extend", "延长决定期限"),
                ("assign", "交办"),
                ("note", "内部备注"),
                ("recount", "重新计算期限"),
            ],
            max_length=9,
            verbose_name="事项",
        ),
    ),
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
            ),
            output_field=models.DateField(null=True, verbose_name="本步期限"),
        ),
    ),
    migrations.AddIndex(
        model_name="application",
        index=models.Index(fields=["due_on", "id"], name="application_by_due"),
    ),
    migrations.AddConstraint(
        model_name="application",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("extended_at", None), ("extended_wd", None)),
                models.Q(
                    ("accepted_at__isnull", False),
                    ("extended_at__isnull", False),
                    ("extended_wd__range", (1, 10)),
                ),
                _connector="OR",
            ),
            name="application_extension_says_when_and_how_long",
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
                    ("act__in", ("file", "complete", "withdraw", "recount")), ("by", None)
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
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("act", "assign"), ("given_to__isnull", False)),
                models.Q(models.Q(("act", "assign"), _negated=True), ("given_to", None)),
                _connector="OR",
            ),
            name="repair_step_assigned_to_somebody",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("act__in", ("extend", "recount")), ("moves__isnull", False)),
                models.Q(
                    models.Q(("act__in", ("extend", "recount")), _negated=True),
                    ("moves__isnull", True),
                ),
                _connector="OR",
            ),
            name="repair_step_moved_says_which_days",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("act__in", ("extend", "note")), _negated=True),
                ("sealed__isnull", False),
                _connector="OR",
            ),
            name="repair_step_of_words_says_them",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.UniqueConstraint(
            condition=models.Q(("act", "extend")),
            fields=("application",),
            name="repair_step_extends_once",
        ),
    ),
    migrations.AddConstraint(
        model_name="countedcalendar",
        constraint=models.CheckConstraint(
            condition=models.Q(
                django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("digest"), 64
                )
            ),
            name="counted_calendar_has_a_digest",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0018_long_lists"),
        ("repair", "0003_erasure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        GuardsAside(CHANGED_TABLES),
        *map(AddGuard, GUARDS),
    ]
