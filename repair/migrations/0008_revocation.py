"""A repair that was granted on false statements is taken back by two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard

TABLE = "repair_revocation"


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


NOT_GRANTED = """NOT EXISTS (
  SELECT 1 FROM repair_application a
  WHERE a.id = NEW.application_id AND a.status = 'granted')"""
OF_THE_AUTHORITY = """NOT EXISTS (
  SELECT 1 FROM registry_user u, repair_application a
  JOIN registry_listing l ON l.id = a.listing_id
  WHERE a.id = NEW.application_id AND u.id = NEW.{0}
    AND u.authority_id = l.authority_id)"""
# The restoration follows the listing whose repair is revoked.
OF_ANOTHER = """NEW.restoration_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM repair_application a JOIN registry_listing c
  ON c.follows_id = a.listing_id
  WHERE a.id = NEW.application_id AND c.id = NEW.restoration_id)"""
GUARDS = [
    Guard("revocation_is_of_a_granted_repair", TABLE, "INSERT", NOT_GRANTED),
    Guard(
        "revocation_proposer_of_same_authority",
        TABLE,
        "INSERT",
        OF_THE_AUTHORITY.format("proposer_id"),
    ),
    Guard(
        "revocation_decider_of_same_authority",
        TABLE,
        "UPDATE",
        "NEW.decider_id IS NOT NULL AND " + OF_THE_AUTHORITY.format("decider_id"),
    ),
    Guard("revocation_restores_its_own_listing", TABLE, "UPDATE", OF_ANOTHER),
    Guard(
        "revocation_is_never_exchanged",
        TABLE,
        "UPDATE",
        changed("application_id", "ground", "sealed", "proposer_id", "proposed_at"),
    ),
    Guard(
        "revocation_stays_decided",
        TABLE,
        "UPDATE",
        f"""OLD.outcome <> '' AND ({changed("outcome", "decider_id", "decided_at")}
          OR {changed("restoration_id", "record_id")})""",
    ),
    Guard("revocation_is_never_deleted", TABLE, "DELETE"),
]


def refuse_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # The function comes with the guards of the register.
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_is_append_only BEFORE TRUNCATE ON {TABLE}"
            " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0022_notices"),
        ("repair", "0007_applying"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Revocation",
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
                    "ground",
                    models.CharField(
                        choices=[
                            ("papers", "信用修复申请中提供虚假材料"),
                            ("promise", "信用承诺严重不实"),
                        ],
                        max_length=7,
                        verbose_name="撤销事由",
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="决定时间"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("revoked", "撤销修复"), ("upheld", "维持修复")],
                        max_length=7,
                        verbose_name="结果",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="repair.application",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listing",
                    ),
                ),
                (
                    "restoration",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "撤销修复",
                "verbose_name_plural": "撤销修复",
                "ordering": ("proposed_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome__in", ("", "revoked"))),
                        fields=("application",),
                        name="revocation_one_at_a_time",
                        violation_error_message="这项修复已有撤销的提议，或者已经撤销。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ground__in", ("papers", "promise"))),
                        name="revocation_ground_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decider", None),
                            models.Q(("decider", models.F("proposer")), _negated=True),
                            _connector="OR",
                        ),
                        name="revocation_is_decided_by_another",
                        violation_error_message="提出撤销的人不得作出决定。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None),
                                ("decider", None),
                                ("outcome", ""),
                                ("record", None),
                                ("restoration", None),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decider__isnull", False),
                                ("outcome", "upheld"),
                                ("record", None),
                                ("restoration", None),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decider__isnull", False),
                                ("outcome", "revoked"),
                                ("record__isnull", False),
                                ("restoration__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="revocation_outcome_says_who_and_what",
                    ),
                ],
            },
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, migrations.RunPython.noop),
    ]
