"""What erasure needs: the number of a decision and the digest of a paper may go."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

from registry.guards import AddGuard, Guard, GuardsAside, RemoveGuard

APPLICATION, EVIDENCE = "repair_application", "repair_evidence"
OLD = {guard.name: guard for guard in import_module("repair.migrations.0002_guards").GUARDS}
CLOSED = ("status", "opinion", "clerk_id", "decider_id", "closed_at", "found_done")
NO_DIGEST = "0" * 64


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


GUARDS = [
    Guard(
        "application_stays_closed",
        APPLICATION,
        "UPDATE",
        f"""OLD.closed_at IS NOT NULL AND ({changed(*CLOSED)}
          OR differ[OLD.document|NEW.document]
            AND (NEW.erased_at IS NULL OR NEW.document <> ''))""",
    ),
    Guard(
        "evidence_is_never_exchanged",
        EVIDENCE,
        "UPDATE",
        f"""{changed("filing_id", "stored_as", "kind", "n_bytes")}
          OR differ[OLD.digest|NEW.digest]
            AND (NEW.erased_at IS NULL OR NEW.digest <> '{NO_DIGEST}')""",
    ),
]
NEW_GUARDS = [
    Guard(
        f"{name}_stays_erased",
        table,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
    )
    for name, table in (("application", APPLICATION), ("evidence", EVIDENCE))
]
CHANGED_TABLES = [
    migrations.AddField(
        "application",
        "erased_at",
        models.DateTimeField(blank=True, null=True, verbose_name="清除时间"),
    ),
    migrations.RemoveConstraint("application", "application_decision_says_who"),
    migrations.AddConstraint(
        "application",
        models.CheckConstraint(
            condition=Q(status="granted", decider__isnull=False)
            & (~Q(document="") | Q(erased_at__isnull=False))
            | Q(status="refused", decider__isnull=False)
            | Q(decider=None, document="") & ~Q(status__in=("granted", "refused")),
            name="application_decision_says_who",
        ),
    ),
    migrations.AddConstraint(
        "application",
        models.CheckConstraint(
            condition=Q(erased_at=None) | Q(closed_at__isnull=False, document=""),
            name="application_erased_is_closed_and_empty",
        ),
    ),
    migrations.RemoveConstraint("evidence", "evidence_is_sealed_or_erased"),
    migrations.AddConstraint(
        "evidence",
        models.CheckConstraint(
            condition=Q(erased_at=None, sealed_name__isnull=False)
            | Q(erased_at__isnull=False, sealed_name=None, digest=NO_DIGEST),
            name="evidence_is_sealed_or_erased",
        ),
    ),
]
# Of these PostgreSQL would keep samples in its statistics, for longer than the rows.
UNSAMPLED = {
    APPLICATION: "document",
    EVIDENCE: "digest sealed_name",
    "repair_filing": "sealed",
    "repair_step": "sealed",
}


def sampled(target):
    def set_target(apps, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return
        for table, columns in UNSAMPLED.items():
            for column in columns.split():
                schema_editor.execute(
                    f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
                )

    return set_target


class Migration(migrations.Migration):
    dependencies = [("repair", "0002_guards"), ("registry", "0009_erasure")]
    operations = [
        *(RemoveGuard(OLD[guard.name]) for guard in GUARDS),
        GuardsAside(CHANGED_TABLES),
        migrations.AddIndex(
            "application",
            models.Index(
                fields=("closed_at",),
                name="application_to_erase",
                condition=Q(closed_at__isnull=False, erased_at=None),
            ),
        ),
        *map(AddGuard, [*GUARDS, *NEW_GUARDS]),
        migrations.RunPython(sampled(0), sampled(-1)),
    ]
