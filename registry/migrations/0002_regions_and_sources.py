"""Divisions of GB/T 2260 and the known sources: facts that every installation needs."""

import csv
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DATA = Path(__file__).resolve().parent.parent / "data"


def rows_of(filename: str) -> list[dict[str, str]]:
    with (DATA / filename).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    region, source = (apps.get_model("registry", name) for name in ("Region", "Source"))
    region.objects.bulk_create(
        region(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            parent_id=row["parent"] or None,
            retired_in=row["retired_in"] or None,
        )
        for row in rows_of("regions.csv")
    )
    source.objects.bulk_create(source(**row) for row in rows_of("sources.csv"))


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_entities")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
