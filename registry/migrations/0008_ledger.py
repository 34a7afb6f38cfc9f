"""The public ledger, and that nothing shows which is not in it."""

from importlib import import_module

import django.db.models.deletion
from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Q

from registry.guards import AddGuard, Guard, GuardsAside, RemoveGuard

LISTING, ENTRY = "registry_listing", "registry_ledgerentry"
NODE, CHECKPOINT, LOST = (
    "registry_ledgernode",
    "registry_checkpoint",
    "registry_lostlisting",
)
OLD = {
    guard.name: guard for guard in import_module("registry.migrations.0005_guards").GUARDS
}

# As before, but that the key of the party follows the party, and that what was decided
# by which document goes with the erasure of a person.
FIXED_AT_RELEASE = (
    *("list_type_id", "rule_id", "authority_id", "entity_id", "person_id", "conduct_on"),
    *("maker_id", "checker_id", "noticed_on", "notice_closes_on", "decided_on"),
    *("released_at", "term_from", "chain_from", "displayed_from", "repairable_from"),
    *("follows_id", "arises_from_id"),
)
DECISION_CHANGED = f"""OLD.released_at IS NOT NULL AND (
  {" OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in FIXED_AT_RELEASE)}
  OR differ[OLD.decision_no|NEW.decision_no]
    AND (NEW.erased_at IS NULL OR NEW.decision_no <> ''))"""
OTHER_PARTY = """NEW.party_key <> (CASE WHEN NEW.entity_id IS NULL
  THEN 'p' || (SELECT p.number_hash FROM registry_person p WHERE p.id = NEW.person_id)
  ELSE 'e' || NEW.entity_id END)"""
OTHER_LEAF = """NEW.leaf IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_ledgerentry e
  WHERE e.leaf = NEW.leaf AND e.kind = 'list' AND e.subject = NEW."case")"""
GAP = f"""NEW.leaf > 0 AND NOT EXISTS (
  SELECT 1 FROM {ENTRY} before WHERE before.leaf = NEW.leaf - 1)"""
SMALLER = f"""NEW.size > 0 AND (
  EXISTS (SELECT 1 FROM {CHECKPOINT} c WHERE c.size >= NEW.size)
  OR NOT EXISTS (SELECT 1 FROM {ENTRY} e WHERE e.leaf = NEW.size - 1))"""


def append_only(name: str, table: str) -> list[Guard]:
    return [
        Guard(f"{name}_is_never_changed", table, "UPDATE"),
        Guard(f"{name}_is_never_deleted", table, "DELETE"),
    ]


GUARDS = [
    Guard("listing_decision_never_changes", LISTING, "UPDATE", DECISION_CHANGED),
    Guard("listing_key_is_of_its_party_i", LISTING, "INSERT", OTHER_PARTY),
    Guard("listing_key_is_of_its_party_u", LISTING, "UPDATE", OTHER_PARTY),
    Guard("listing_leaf_is_of_its_case_i", LISTING, "INSERT", OTHER_LEAF),
    Guard("listing_leaf_is_of_its_case_u", LISTING, "UPDATE", OTHER_LEAF),
    Guard(
        "listing_leaf_never_changes",
        LISTING,
        "UPDATE",
        "OLD.leaf IS NOT NULL AND differ[OLD.leaf|NEW.leaf]",
    ),
    Guard(
        "listing_stays_erased",
        LISTING,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
    ),
    Guard("ledger_entry_leaves_no_gap", ENTRY, "INSERT", GAP),
    *append_only("ledger_entry", ENTRY),
    *append_only("ledger_node", NODE),
    Guard("checkpoint_covers_more", CHECKPOINT, "INSERT", SMALLER),
    *append_only("checkpoint", CHECKPOINT),
    Guard("lost_listing_is_never_deleted", LOST, "DELETE"),
]
APPEND_ONLY = (ENTRY, NODE, CHECKPOINT, LOST)


def refuse_unlogged(apps, schema_editor):
    """What was released before there was a ledger can be proven to nobody."""
    if schema_editor.connection.alias != "default":
        return
    if apps.get_model("registry", "Listing").objects.exclude(released_at=None).exists():
        raise CommandError(
            "This register was filled before it had a public ledger, so its listings are in"
            " none. Start with an empty database; for the demo: make clean, then make demo."
        )


def refuse_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in APPEND_ONLY:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_append_only BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
            )


def allow_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in APPEND_ONLY:
            schema_editor.execute(f"DROP TRIGGER {table}_is_append_only ON {table}")


ONE_ENTRY = {
    "on_delete": django.db.models.deletion.PROTECT,
    "primary_key": True,
    "serialize": False,
    "to": "registry.ledgerentry",
}
NEW_TABLES = [
    migrations.CreateModel(
        name="LedgerEntry",
        fields=[
            (
                "leaf",
                models.BigIntegerField(
                    primary_key=True, serialize=False, verbose_name="序号"
                ),
            ),
            ("kind", models.CharField(max_length=8, verbose_name="类别")),
            ("subject", models.CharField(blank=True, max_length=64)),
            ("content", models.BinaryField()),
            ("hash", models.BinaryField()),
        ],
        options={
            "verbose_name": "台账条目",
            "verbose_name_plural": "台账条目",
            "ordering": ("leaf",),
            "indexes": [
                models.Index(fields=("subject", "kind"), name="ledger_entry_about")
            ],
            "constraints": [
                models.CheckConstraint(condition=Q(leaf__gte=0), name="ledger_entry_counts")
            ],
        },
    ),
    migrations.CreateModel(
        name="LedgerNode",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("level", models.PositiveSmallIntegerField()),
            ("place", models.BigIntegerField()),
            ("hash", models.BinaryField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("level", "place"), name="ledger_node_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="Checkpoint",
        fields=[
            (
                "size",
                models.BigIntegerField(
                    primary_key=True, serialize=False, verbose_name="条目数"
                ),
            ),
            ("root", models.BinaryField()),
            ("note", models.TextField()),
            ("signed_at", models.DateTimeField(verbose_name="签名时间")),
        ],
        options={
            "verbose_name": "检查点",
            "verbose_name_plural": "检查点",
            "ordering": ("size",),
            "constraints": [
                models.CheckConstraint(
                    condition=Q(size__gt=0), name="checkpoint_covers_some"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Opening",
        fields=[
            ("entry", models.OneToOneField(related_name="opening", **ONE_ENTRY)),
            (
                "listing",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="openings",
                    to="registry.listing",
                ),
            ),
            ("salt", models.BinaryField(null=True)),
            ("core", models.BinaryField(null=True)),
            ("sealed", models.BinaryField(null=True)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=Q(salt__isnull=False, core__isnull=False, sealed=None)
                    | Q(salt=None, core=None, sealed__isnull=False),
                    name="opening_is_clear_or_sealed",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="LostListing",
        fields=[
            ("entry", models.OneToOneField(related_name="lost", **ONE_ENTRY)),
            ("until", models.DateField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
        ],
    ),
]
RELEASED = Q(
    released_at__isnull=False,
    decided_on__isnull=False,
    checker__isnull=False,
    term_from__isnull=False,
    chain_from__isnull=False,
    dropped_at=None,
) & (~Q(decision_no="") | Q(erased_at__isnull=False))
NOT_RELEASED = Q(
    released_at=None,
    decision_no="",
    decided_on=None,
    checker=None,
    term_from=None,
    chain_from=None,
    displayed_from=None,
    displayed_until=None,
    reviewed_on=None,
    review_by=None,
    held_since=None,
    ended_at=None,
    leaf=None,
)
HOLDS = {
    "listing_released_is_complete": NOT_RELEASED | RELEASED,
    "listing_shown_is_logged": Q(displayed_from=None) | Q(leaf__isnull=False),
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
        held_reason="",
        end_document="",
    ),
    "listing_hold_has_a_reason": Q(held_since=None, held_reason="", held_ground="")
    | Q(
        held_since__isnull=False,
        held_ground__in=("court", "review", "restore", "court restore", "review restore"),
    )
    & ~Q(held_reason=""),
}
CHANGED_LISTING = [
    migrations.RemoveConstraint("listing", "listing_released_is_complete"),
    migrations.RemoveConstraint("listing", "listing_hold_has_a_reason"),
    migrations.AddField(
        model_name="listing",
        name="held_ground",
        field=models.CharField(
            blank=True, default="", max_length=14, verbose_name="暂停依据"
        ),
        preserve_default=False,
    ),
    # No row has a leaf yet: the column is made anew, because a number becomes a key.
    migrations.AlterField(
        model_name="listing",
        name="leaf",
        field=models.OneToOneField(
            blank=True,
            db_column="leaf",
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="listing",
            to="registry.ledgerentry",
        ),
    ),
    *(
        migrations.AddConstraint(
            "listing", models.CheckConstraint(condition=condition, name=name)
        )
        for name, condition in HOLDS.items()
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_decisions_are_found")]
    operations = [
        migrations.RunPython(refuse_unlogged, migrations.RunPython.noop),
        RemoveGuard(OLD["listing_decision_never_changes"]),
        *NEW_TABLES,
        GuardsAside(CHANGED_LISTING),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
