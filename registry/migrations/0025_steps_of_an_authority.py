"""Each step of the trail says whose it is: the newest of one authority are found by it."""

from importlib import import_module

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from registry.guards import AddGuard, Guard, GuardsAside, RemoveGuard

LISTING, STEP = "registry_listing", "registry_step"
OLD = {
    guard.name: guard
    for guard in import_module("registry.migrations.0014_viewing_chain").GUARDS
}["step_is_never_changed"]
OTHER_AUTHORITY = f"""NOT EXISTS (
  SELECT 1 FROM {LISTING} l
  WHERE l.id = NEW.listing_id AND l.authority_id = NEW.authority_id)"""
CHANGED = f"""{OLD.condition}
  OR differ[OLD.authority_id|NEW.authority_id]"""

GUARDS = [
    Guard("step_is_never_changed", STEP, "UPDATE", CHANGED),
    Guard("step_authority_is_of_its_case", STEP, "INSERT", OTHER_AUTHORITY),
    Guard(
        "listing_authority_never_changes",
        LISTING,
        "UPDATE",
        "differ[OLD.authority_id|NEW.authority_id]",
    ),
]


def authority(**given):
    return models.ForeignKey(
        to="registry.authority",
        on_delete=PROTECT,
        related_name="+",
        db_index=False,
        **given,
    )


def say_whose(apps, schema_editor):
    schema_editor.execute(
        f"""UPDATE {STEP} SET authority_id = (
          SELECT l.authority_id FROM {LISTING} l WHERE l.id = {STEP}.listing_id)"""
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0024_numbers_with_keys")]

    operations = [
        RemoveGuard(OLD),
        GuardsAside([migrations.AddField("step", "authority", authority(null=True))]),
        migrations.RunPython(say_whose, migrations.RunPython.noop),
        GuardsAside(
            [
                migrations.AlterField("step", "authority", authority()),
                migrations.AddIndex(
                    "step",
                    models.Index(fields=["authority", "id"], name="step_of_authority"),
                ),
            ]
        ),
        *map(AddGuard, GUARDS),
    ]
