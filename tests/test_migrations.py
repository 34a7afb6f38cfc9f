import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import CreateModel, Migration
from django.db.migrations.loader import MigrationLoader

from tests.registry.lived import Lived

OURS = ("registry", "repair", "portal")
LOADER = MigrationLoader(None, ignore_no_migrations=True)
MIGRATIONS = sorted(
    (key, migration) for key, migration in LOADER.disk_migrations.items() if key[0] in OURS
)


def named_by_django(migration: Migration) -> bool:
    name = migration.name.partition("_")[2]
    if re.search(r"^(initial|auto_\d+(_\d+)?)$|_and_more$", name):
        return True
    # A person too names the migration that adds one table after that table.
    plain = all(isinstance(step, CreateModel) for step in migration.operations)
    return not plain and name == migration.suggest_name()


@pytest.mark.django_db
def test_none_is_missing() -> None:
    said = StringIO()

    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


@pytest.mark.parametrize(
    "migration", [pytest.param(one, id="/".join(key)) for key, one in MIGRATIONS]
)
def test_its_name_says_what_it_does(migration: Migration) -> None:
    assert not named_by_django(migration)


@pytest.mark.parametrize(
    "name", ["0001_initial", "0002_auto_20260316_1000", "0003_a_and_more"]
)
def test_a_name_of_django_is_seen(name: str) -> None:
    assert named_by_django(Migration(name, "registry"))


@pytest.mark.django_db
def test_every_branch_has_one_end() -> None:
    assert MigrationLoader(connection).detect_conflicts() == {}


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no search path")
def test_indexes_are_built_without_a_search_path(lived_once: Lived) -> None:
    """As pg_restore does: what an index computes must name whatever it needs in full."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute(
            "SELECT indrelid::regclass::text, pg_get_expr(indexprs, indrelid)"
            " FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE indexprs IS NOT"
            " NULL AND relnamespace = 'public'::regnamespace"
        )
        computed = cursor.fetchall()
        for table, columns in computed:
            cursor.execute(f"SELECT {columns} FROM {table}")

    tables = {table for table, _ in computed}
    assert {"public.registry_searchentry", "public.registry_listedentry"} <= tables
