"""Who cannot leave a list although the time would have come, as part of its rule."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from registry.guards import AddGuard, Guard, GuardsAside, RemoveGuard

NEVER_CHANGED = Guard("list_rule_is_never_changed", "registry_listrule", "UPDATE")
# What the law said on the first day of these versions, and the table had no column for.
FALSE_RECORD = {"barred_by_id": "REPAIR_FALSE", "bars_confidence": "M"}
SAID_BEFORE = {
    ("SAMR_SERIOUS", "2021-09-01"): FALSE_RECORD,
    ("STA_MAJOR_TAX", "2022-02-01"): FALSE_RECORD | {"relapse_months": 60},
    ("MOHRSS_WAGES", "2022-01-01"): FALSE_RECORD
    | {"relapse_months": 36, "bars_confidence": "L"},
    ("MEM_SAFETY", "2023-10-01"): FALSE_RECORD,
    ("REG_PENALTY_MINOR", "2023-05-01"): FALSE_RECORD,
    ("REG_PENALTY_MINOR", "2026-04-01"): FALSE_RECORD,
    ("REG_PENALTY_GENERAL", "2023-05-01"): FALSE_RECORD,
    ("REG_PENALTY_GENERAL", "2026-04-01"): FALSE_RECORD,
    ("REG_PENALTY_SERIOUS", "2023-05-01"): FALSE_RECORD
    | {"excluded_kinds": "permit business ban", "excluded_for_id": "SAMR_SERIOUS"},
    ("REG_PENALTY_SERIOUS", "2026-04-01"): FALSE_RECORD,
}
RECORDS_BANS = ("SAMR_SERIOUS", "REG_PENALTY_SERIOUS")


def say_what_was_said(apps, schema_editor):
    """Of versions that are stored already; a fresh register has none yet."""
    if schema_editor.connection.alias != "default":
        return
    rules = apps.get_model("registry", "ListRule").objects
    for (code, in_force), said in SAID_BEFORE.items():
        rules.filter(list_type=code, in_force=in_force).update(**said)
    for rule in rules.filter(list_type__in=RECORDS_BANS):
        rule.details = f"{rule.details} ban_until".strip()
        rule.save(update_fields=("details",))
    if schema_editor.connection.vendor == "postgresql":
        # No trigger is made on a table whose references are still to be checked.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


BARS = models.CheckConstraint(
    condition=Q(
        relapse_months=None,
        excluded_kinds="",
        excluded_for=None,
        barred_by=None,
        bars_confidence="",
    )
    | Q(
        ~Q(relapse_months=None, excluded_kinds="", barred_by=None),
        Q(relapse_months=None) | Q(relapse_months__gt=0),
        Q(excluded_for=None) | ~Q(excluded_kinds=""),
        early_exit__in=("period", "condition"),
        bars_confidence__in=("H", "M", "L"),
    ),
    name="list_rule_bars_are_stated",
    violation_error_message="不得修复的情形只能写在可以修复的名单上，并写明可信度；"
    "没有这些情形的不写可信度，写了领域的必须写处罚种类。",
)


def of_list(words):
    return models.ForeignKey(
        "registry.listtype",
        django.db.models.deletion.PROTECT,
        blank=True,
        null=True,
        related_name="+",
        verbose_name=words,
    )


FIELDS = {
    "relapse_months": models.PositiveSmallIntegerField(
        blank=True, null=True, verbose_name="再次列入不得修复（月）"
    ),
    "excluded_kinds": models.CharField(
        blank=True, default="", max_length=60, verbose_name="不得修复的处罚种类"
    ),
    "excluded_for": of_list("处罚种类所属领域"),
    "barred_by": of_list("公示期间不得修复的名单"),
    "bars_confidence": models.CharField(
        blank=True,
        choices=[("H", "高"), ("M", "中"), ("L", "低")],
        default="",
        max_length=1,
        verbose_name="不得修复情形的可信度",
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0019_proposals_stay"),
    ]

    operations = [
        GuardsAside(
            [
                *(
                    migrations.AddField(
                        "listrule", name, field, preserve_default=field.null
                    )
                    for name, field in FIELDS.items()
                ),
                migrations.AddConstraint("listrule", BARS),
            ]
        ),
        RemoveGuard(NEVER_CHANGED),
        migrations.RunPython(say_what_was_said, migrations.RunPython.noop),
        AddGuard(NEVER_CHANGED),
    ]
