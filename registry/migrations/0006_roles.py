"""The roles of staff, as groups; who may do what is asked of the role by each action."""

from django.db import migrations

ROLES = (
    "maker",
    "checker",
    "repair_clerk",
    "repair_decider",
    "editor",
    "auditor",
    "operator",
)


def make(apps, schema_editor):
    if schema_editor.connection.alias != "default":
        return
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_guards"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
