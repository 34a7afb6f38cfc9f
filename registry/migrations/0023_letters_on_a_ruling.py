"""Letters that tell of a record held on a court's ruling."""

from django.db import migrations, models
from django.db.models import Q

from registry.guards import GuardsAside

CHANGED_LETTER = [
    migrations.RemoveConstraint(
        model_name="letter",
        name="letter_kind_is_known",
    ),
    migrations.AlterField(
        model_name="letter",
        name="kind",
        field=models.CharField(
            choices=[
                ("notice", "告知书"),
                ("decision", "决定书"),
                ("accepted", "受理通知书"),
                ("returned", "补正通知书"),
                ("declined", "不予受理通知书"),
                ("granted", "准予信用修复决定书"),
                ("refused", "不予信用修复决定书"),
                ("shielded", "暂停公示通知书"),
                ("prolong", "继续暂停公示通知书"),
            ],
            max_length=8,
            verbose_name="文书",
        ),
    ),
    migrations.AddConstraint(
        model_name="letter",
        constraint=models.CheckConstraint(
            condition=Q(
                kind__in=(
                    "notice",
                    "decision",
                    "accepted",
                    "returned",
                    "declined",
                    "granted",
                    "refused",
                    "shielded",
                    "prolong",
                )
            ),
            name="letter_kind_is_known",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0022_notices")]

    operations = [GuardsAside(CHANGED_LETTER)]
