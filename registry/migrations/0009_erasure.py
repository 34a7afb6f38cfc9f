"""What erasure needs: rows that may lose their party, their words, and nothing else."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

from registry.guards import AddGuard, Guard, GuardsAside, RemoveGuard

LISTING, STEP = "registry_listing", "registry_step"
OLD = {
    guard.name: guard
    for name in ("0005_guards", "0008_ledger")
    for guard in import_module(f"registry.migrations.{name}").GUARDS
}
FIXED_AT_RELEASE = (
    *("list_type_id", "rule_id", "authority_id", "person_id", "conduct_on"),
    *("maker_id", "checker_id", "noticed_on", "notice_closes_on", "decided_on"),
    *("released_at", "term_from", "chain_from", "displayed_from", "repairable_from"),
    "follows_id",
)
# What an erased listing may lose, but never get another of.
PARTY = ("entity_id", "arises_from_id")


def changed(*columns: str) -> str:
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


# As before, but that an erased listing may also lose the organisation it was about, or for
# whose breach a person was listed.
DECISION_CHANGED = f"""OLD.released_at IS NOT NULL AND (
  {changed(*FIXED_AT_RELEASE)}
  OR ({changed(*PARTY)})
    AND (NEW.erased_at IS NULL
      OR NEW.entity_id IS NOT NULL AND differ[OLD.entity_id|NEW.entity_id]
      OR NEW.arises_from_id IS NOT NULL
        AND differ[OLD.arises_from_id|NEW.arises_from_id])
  OR differ[OLD.decision_no|NEW.decision_no]
    AND (NEW.erased_at IS NULL OR NEW.decision_no <> ''))"""
OF_CHAIN = """past.id = NEW.follows_id AND past.list_type_id = NEW.list_type_id
    AND past.authority_id = NEW.authority_id
    AND (NEW.released_at IS NULL
      OR past.chain_from = NEW.chain_from AND past.ended_at IS NOT NULL)"""
# Nothing is restored or extended from what is erased.
BREAKS_CHAIN = f"""NEW.follows_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM {LISTING} past WHERE {OF_CHAIN}
    AND past.party_key = NEW.party_key AND past.erased_at IS NULL)"""
# What follows it already goes on without it.
BREAKS_CHAIN_NOW = f"""NEW.follows_id IS NOT NULL AND NEW.erased_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM {LISTING} past WHERE {OF_CHAIN}
      AND (past.party_key = NEW.party_key AND past.erased_at IS NULL
        OR past.erased_at IS NOT NULL AND NOT differ[OLD.follows_id|NEW.follows_id]
          AND (NEW.released_at IS NULL OR OLD.released_at IS NOT NULL)))"""
STEP_CHANGED = f"""{changed("listing_id", "act", "about", "by_id", '"at"', '"before"')}
  OR {changed('"after"', '"key"')}
  OR differ[OLD.reason|NEW.reason] AND (NEW.reason <> '' OR NOT EXISTS (
    SELECT 1 FROM {LISTING} l WHERE l.id = NEW.listing_id AND l.erased_at IS NOT NULL))"""

GUARDS = [
    Guard("listing_decision_never_changes", LISTING, "UPDATE", DECISION_CHANGED),
    Guard("listing_follows_its_own_chain_i", LISTING, "INSERT", BREAKS_CHAIN),
    Guard("listing_follows_its_own_chain_u", LISTING, "UPDATE", BREAKS_CHAIN_NOW),
    Guard("step_is_never_changed", STEP, "UPDATE", STEP_CHANGED),
]
HOLDS = {
    "listing_has_one_party": Q(entity=None, person__isnull=False)
    | Q(entity__isnull=False, person=None)
    | Q(
        entity=None,
        person=None,
        erased_at__isnull=False,
        party_key="",
        decision_no="",
    ),
    "listing_erased_is_empty": Q(erased_at=None)
    | Q(
        Q(ended_at__isnull=False) | Q(dropped_at__isnull=False),
        sealed=None,
        ground="",
        facts="",
        details={},
        defence="",
        defence_answer="",
        amount=None,
        performance="",
        held_since=None,
        held_reason="",
        end_document="",
    ),
}
INDEXES = (
    models.Index(
        fields=("ended_at",),
        name="listing_to_erase",
        condition=Q(ended_at__isnull=False, erased_at=None),
    ),
    models.Index(
        fields=("dropped_at",),
        name="listing_dropped_to_erase",
        condition=Q(dropped_at__isnull=False, erased_at=None),
    ),
    models.Index(
        fields=("ended_at",),
        name="listing_to_forget",
        condition=Q(entity__isnull=False, erased_at__isnull=False),
    ),
)
CHANGED_TABLES = [
    *(migrations.RemoveConstraint("listing", name) for name in HOLDS),
    *(
        migrations.AddConstraint(
            "listing", models.CheckConstraint(condition=held, name=name)
        )
        for name, held in HOLDS.items()
    ),
    migrations.AddField("head", "erased_at", models.DateTimeField(null=True)),
    migrations.AddField("head", "rewritten_on", models.DateField(null=True)),
    migrations.AddField("head", "swept_on", models.DateField(null=True)),
]
# Of these PostgreSQL would keep samples in its statistics, for longer than the rows.
UNSAMPLED = {
    LISTING: "party_key decision_no ground facts details defence defence_answer"
    " held_reason end_document sealed",
    "registry_person": "name number name_hash number_hash",
    "registry_opening": "salt core sealed",
    "registry_proposal": "payload sealed reason",
    STEP: "reason",
}
UNSAMPLED_KEYS = {"vault_case_key": "wrapped"}


def sampled(tables, target):
    def set_target(apps, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return
        for table, columns in tables.items():
            for column in columns.split():
                schema_editor.execute(
                    f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
                )

    return set_target


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_ledger")]
    operations = [
        *(RemoveGuard(OLD[guard.name]) for guard in GUARDS),
        GuardsAside(CHANGED_TABLES),
        *(migrations.AddIndex("listing", index) for index in INDEXES),
        *map(AddGuard, GUARDS),
        migrations.RunPython(sampled(UNSAMPLED, 0), sampled(UNSAMPLED, -1)),
        # By its model the router knows that this is for the vault.
        migrations.RunPython(
            sampled(UNSAMPLED_KEYS, 0),
            sampled(UNSAMPLED_KEYS, -1),
            hints={"model_name": "casekey"},
        ),
    ]
