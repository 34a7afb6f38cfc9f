"""Whether the commitment of a granted repair was kept: findings of its authority."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from registry.guards import AddGuard, Guard

FINDING = "repair_commitmentfinding"
OF_STRANGER = """NOT EXISTS (
  SELECT 1 FROM registry_user u, repair_application a, registry_listing l
  WHERE u.id = NEW.by_id AND a.id = NEW.application_id AND l.id = a.listing_id
    AND u.authority_id = l.authority_id)"""
OF_NO_PROMISE = """NOT EXISTS (
  SELECT 1 FROM repair_application a, repair_commitment c
  WHERE a.id = NEW.application_id AND c.filing_id = a.filing_id AND a.status = 'granted')"""
GUARDS = [
    Guard("commitment_finding_of_same_authority", FINDING, "INSERT", OF_STRANGER),
    Guard("commitment_finding_is_of_a_grant", FINDING, "INSERT", OF_NO_PROMISE),
    Guard("commitment_finding_is_never_changed", FINDING, "UPDATE"),
    Guard("commitment_finding_is_never_deleted", FINDING, "DELETE"),
]


def refuse_truncate(apps, schema_editor):
    """A statement that empties a table fires no row trigger; only PostgreSQL has it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {FINDING}_is_append_only BEFORE TRUNCATE ON {FINDING}"
            " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
        )


def allow_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {FINDING}_is_append_only ON {FINDING}")


class Migration(migrations.Migration):
    dependencies = [
        ("repair", "0004_clocks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CommitmentFinding",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("full", "全部履行"),
                            ("part", "部分履行"),
                            ("none", "全部未履行"),
                        ],
                        max_length=4,
                        verbose_name="履行状态",
                    ),
                ),
                (
                    "document",
                    models.CharField(blank=True, max_length=100, verbose_name="认定文书号"),
                ),
                ("found_on", models.DateField(verbose_name="认定日期")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "key",
                    models.CharField(blank=True, max_length=64, null=True, unique=True),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="repair.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "履约认定",
                "verbose_name_plural": "履约认定",
                "ordering": ("at", "pk"),
                "constraints": (
                    models.CheckConstraint(
                        condition=Q(state__in=("full", "part", "none")),
                        name="commitment_finding_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="full") | ~Q(document=""),
                        name="commitment_finding_against_has_a_document",
                        violation_error_message="认定没有全部履行的，必须写明认定文书号。",
                    ),
                ),
            },
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
