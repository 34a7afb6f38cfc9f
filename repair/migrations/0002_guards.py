"""What no CHECK can say about applications and what comes with them."""

from django.db import migrations

from registry.guards import AddGuard, Guard

FILING, APPLICATION, STEP = "repair_filing", "repair_application", "repair_step"
COMMITMENT, EVIDENCE = "repair_commitment", "repair_evidence"

FIXED = ("public_id", "filing_id", "listing_id")
# What was decided, and by whom; a revocation will be a new state with a guard of its own.
CLOSED = (
    "status",
    "opinion",
    "clerk_id",
    "decider_id",
    "document",
    "closed_at",
    "found_done",
)


def changed(*columns: str) -> str:
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


STRANGE = """NOT EXISTS (
  SELECT 1 FROM registry_user u, registry_listing l
  WHERE u.id = NEW.? AND l.id = NEW.listing_id AND u.authority_id = l.authority_id)"""


def stranger(column: str) -> str:
    """Whoever it names does not belong to the authority of the listing."""
    return f"NEW.{column} IS NOT NULL AND {STRANGE.replace('?', column)}"


def of_same_authority(name: str, column: str) -> list[Guard]:
    # On a change only when the person changes: staff may move to another authority later.
    moved = f"differ[OLD.{column}|NEW.{column}] AND {stranger(column)}"
    return [
        Guard(f"{name}_i", APPLICATION, "INSERT", stranger(column)),
        Guard(f"{name}_u", APPLICATION, "UPDATE", moved),
    ]


NEVER_PUBLISHED = """NOT EXISTS (
  SELECT 1 FROM registry_listing l
  WHERE l.id = NEW.listing_id AND l.released_at IS NOT NULL)"""
OF_SEVERAL_DECISIONS = """EXISTS (
  SELECT 1 FROM repair_application other, registry_listing l, registry_listing mine
  WHERE other.filing_id = NEW.filing_id AND l.id = other.listing_id
    AND mine.id = NEW.listing_id
    AND (l.authority_id <> mine.authority_id OR l.decision_no <> mine.decision_no))"""

GUARDS = [
    *of_same_authority("application_clerk_of_same_authority", "clerk_id"),
    *of_same_authority("application_decider_of_same_authority", "decider_id"),
    Guard(
        "application_is_about_a_released_listing", APPLICATION, "INSERT", NEVER_PUBLISHED
    ),
    Guard(
        "application_filed_for_one_decision", APPLICATION, "INSERT", OF_SEVERAL_DECISIONS
    ),
    Guard("application_stays_about_its_listing", APPLICATION, "UPDATE", changed(*FIXED)),
    Guard(
        "application_stays_closed",
        APPLICATION,
        "UPDATE",
        f"OLD.closed_at IS NOT NULL AND ({changed(*CLOSED)})",
    ),
    Guard("application_is_never_deleted", APPLICATION, "DELETE"),
    Guard("filing_number_never_changes", FILING, "UPDATE", changed("number", '"case"')),
    Guard(
        "filing_stays_erased",
        FILING,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
    ),
    Guard("filing_is_never_deleted", FILING, "DELETE"),
    Guard("commitment_is_never_changed", COMMITMENT, "UPDATE"),
    Guard("commitment_is_never_deleted", COMMITMENT, "DELETE"),
    Guard(
        "evidence_is_never_exchanged",
        EVIDENCE,
        "UPDATE",
        changed("filing_id", "stored_as", "kind", "n_bytes", "digest"),
    ),
    Guard("evidence_is_never_deleted", EVIDENCE, "DELETE"),
    Guard("repair_step_is_never_changed", STEP, "UPDATE"),
    Guard("repair_step_is_never_deleted", STEP, "DELETE"),
]
# A statement that empties a table fires no row trigger; only PostgreSQL has it.
APPEND_ONLY = (FILING, APPLICATION, STEP, COMMITMENT, EVIDENCE)


def refuse_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in APPEND_ONLY:
            # The function comes with the guards of the register.
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_append_only BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
            )


def allow_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in APPEND_ONLY:
            schema_editor.execute(f"DROP TRIGGER {table}_is_append_only ON {table}")


class Migration(migrations.Migration):
    dependencies = [("repair", "0001_applications")]
    operations = [
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
