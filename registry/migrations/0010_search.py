"""The search index by pieces of two characters, and its second part: what is listed now.

Rows are derived: `reindex` fills them, and so does the tick, piece by piece.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import registry.models.search_entry
from registry.search.dialects import DIALECTS

FOLDED = registry.models.search_entry.FoldedField
ENTRY, LISTED = "registry_searchentry", "registry_listedentry"
COLUMNS = ("id", "current", "name_key", "core_key", "pinyin", "initials", "kind")
COLUMNS = (*COLUMNS, "region", "shuffle", "entity_id")
COPIED = ", ".join(COLUMNS)
# Released and not ended, of an organisation or of a record that was merged into it.
OPEN = """FROM registry_listing l
  JOIN registry_entity e ON e.id = l.entity_id
  JOIN registry_listtype t ON t.code = l.list_type_id
  WHERE l.released_at IS NOT NULL AND l.ended_at IS NULL"""

POSTGRESQL = [
    # Costly, so that no plan computes it for every row of the table. Bodies that are parsed
    # now, not when called: a dump is read back without a search path, and builds the index.
    """CREATE FUNCTION search_pieces(name text, region text, kind text) RETURNS text[]
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000
      RETURN (SELECT array_agg(DISTINCT piece COLLATE "C") FROM (
        SELECT substr(name, n, 2) AS piece
          FROM generate_series(1, greatest(length(name) - 1, 1)) n
        UNION ALL SELECT 'k' || kind
        UNION ALL SELECT 'r' || left(region, n) FROM generate_series(2, 6, 2) n
          WHERE region <> ''
      ) pieces)""",
    """CREATE FUNCTION search_pieces(name text, region text, kind text, sections text)
      RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000
      RETURN search_pieces(name, region, kind)
        || ARRAY(SELECT 's' || s FROM regexp_split_to_table(sections, ' ') s)""",
    # What changes waits for the commit and then for its turn, so that nobody looks at
    # listings that another transaction is about to change, and no two wait for each other.
    "CREATE TABLE search_relist (id bigserial PRIMARY KEY, entity_ids bigint[])",
    # A transaction may fill tables that are empty to whoever counts their rows, and what
    # is known of empty tables makes any plan look alike, that of comparing every row with
    # every other one, too. So there is one plan only: from each of these records, by index
    # (OFFSET 0 keeps each step to itself), to its listings and to its names.
    f"""CREATE FUNCTION search_relist() RETURNS trigger LANGUAGE plpgsql
      SET plan_cache_mode = force_custom_plan SET enable_seqscan = off
      SET enable_hashjoin = off SET enable_mergejoin = off AS $$
      DECLARE staying bigint[];
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('turn/search'));
        staying := ARRAY(SELECT DISTINCT coalesce(merged_into_id, id)
          FROM registry_entity WHERE id = ANY(NEW.entity_ids));
        DELETE FROM {LISTED} WHERE entity_id = ANY(staying || NEW.entity_ids);
        INSERT INTO {LISTED} ({COPIED}, sections)
          SELECT s.{", s.".join(COLUMNS)}, found.sections
          FROM unnest(staying) AS stays (id)
          CROSS JOIN LATERAL (
            SELECT string_agg(DISTINCT t.section, ' ' ORDER BY t.section) AS sections
              FROM (
                SELECT stays.id AS record UNION ALL
                SELECT e.id FROM registry_entity e WHERE e.merged_into_id = stays.id
              ) records
              CROSS JOIN LATERAL (
                SELECT list_type_id, released_at, ended_at FROM registry_listing
                WHERE entity_id = record OFFSET 0
              ) l
              CROSS JOIN LATERAL (
                SELECT section FROM registry_listtype WHERE code = l.list_type_id OFFSET 0
              ) t
              WHERE l.released_at IS NOT NULL AND l.ended_at IS NULL
          ) found
          CROSS JOIN LATERAL (
            SELECT * FROM {ENTRY} WHERE entity_id = stays.id OFFSET 0
          ) s
          WHERE found.sections IS NOT NULL;
        DELETE FROM search_relist WHERE id = NEW.id;
        RETURN NULL;
      END $$""",
    """CREATE CONSTRAINT TRIGGER search_relist AFTER INSERT ON search_relist
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_relist()""",
    """CREATE FUNCTION search_relist_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE ids bigint[];
      BEGIN
        IF TG_OP = 'INSERT' THEN
          ids := ARRAY(SELECT entity_id FROM after
            WHERE released_at IS NOT NULL AND entity_id IS NOT NULL);
        ELSE
          ids := ARRAY(SELECT a.entity_id FROM after a JOIN before b ON b.id = a.id
            WHERE a.entity_id IS NOT NULL
              AND (a.released_at IS NULL, a.ended_at IS NULL)
                IS DISTINCT FROM (b.released_at IS NULL, b.ended_at IS NULL));
        END IF;
        IF cardinality(ids) > 0 THEN INSERT INTO search_relist (entity_ids) VALUES (ids); END IF;
        RETURN NULL;
      END $$""",
    """CREATE TRIGGER search_relist_inserted AFTER INSERT ON registry_listing
      REFERENCING NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION search_relist_changed()""",
    """CREATE TRIGGER search_relist_updated AFTER UPDATE ON registry_listing
      REFERENCING OLD TABLE AS before NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION search_relist_changed()""",
    *(statement for _, statement in DIALECTS["postgresql"].lookups()),
    # Dead rows cost the covering index its advantage long before the usual fifth.
    f"ALTER TABLE {ENTRY} SET (autovacuum_vacuum_scale_factor = 0.02)",
    f"ALTER TABLE {LISTED} SET (autovacuum_vacuum_scale_factor = 0.02)",
]
UNDO_POSTGRESQL = [
    "DROP TRIGGER search_relist_inserted ON registry_listing",
    "DROP TRIGGER search_relist_updated ON registry_listing",
    "DROP FUNCTION search_relist_changed()",
    "DROP TABLE search_relist",
    "DROP FUNCTION search_relist()",
    "DROP INDEX search_pieces, listed_pieces",
    "DROP FUNCTION search_pieces(text, text, text, text)",
    "DROP FUNCTION search_pieces(text, text, text)",
]


def pieces(row: str, more: str = "") -> str:
    """As `search_pieces` of PostgreSQL, in one text; a trigger cannot call a function."""
    return f"""(SELECT group_concat(substr({row}.name_key, n, 2), ' ') FROM search_place
        WHERE n <= max(length({row}.name_key) - 1, 1))
      || ' k' || {row}.kind || CASE {row}.region WHEN '' THEN '' ELSE
        ' r' || substr({row}.region, 1, 2) || ' r' || substr({row}.region, 1, 4)
        || ' r' || {row}.region END{more}"""


def indexed(index: str, table: str, column: str = "") -> list[str]:
    """A full-text table without texts, and the triggers that keep it."""
    new, old = (
        pieces(row, f" || ' s' || replace({row}.sections, ' ', ' s')" if column else "")
        for row in ("NEW", "OLD")
    )
    insert = f"INSERT INTO {index}(rowid, pieces) VALUES (NEW.id, {new});"
    delete = (
        f"INSERT INTO {index}({index}, rowid, pieces) VALUES ('delete', OLD.id, {old});"
    )
    read = ", ".join(filter(None, ("id", "name_key", "region", "kind", column)))
    return [
        # Every character beyond ASCII is part of a word there, of whatever Unicode.
        f"""CREATE VIRTUAL TABLE {index} USING fts5(pieces, content='', columnsize=0,
          detail=none, tokenize="ascii tokenchars '_'")""",
        f"CREATE TRIGGER {index}_i AFTER INSERT ON {table} BEGIN {insert} END",
        f"CREATE TRIGGER {index}_d AFTER DELETE ON {table} BEGIN {delete} END",
        f"CREATE TRIGGER {index}_u AFTER UPDATE OF {read} ON {table}"
        f" BEGIN {delete} {insert} END",
    ]


STAYING = "(SELECT coalesce(merged_into_id, id) FROM registry_entity WHERE id = {0})"
OPEN_OF_ENTITY = f"""{OPEN} AND (e.id = s.entity_id OR e.merged_into_id = s.entity_id)"""
SQLITE = [
    "CREATE TABLE search_place (n INTEGER PRIMARY KEY)",
    "INSERT INTO search_place SELECT value FROM json_each('["
    + ",".join(map(str, range(1, 201)))
    + "]')",
    *indexed("search_pieces", ENTRY),
    *indexed("listed_pieces", LISTED, "sections"),
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab('search_pieces', 'row')",
    "CREATE VIEW search_relist AS SELECT 0 AS entity_id",
    f"""CREATE TRIGGER search_relist_one INSTEAD OF INSERT ON search_relist BEGIN
      DELETE FROM {LISTED}
        WHERE entity_id IN (NEW.entity_id, {STAYING.format("NEW.entity_id")});
      INSERT INTO {LISTED} ({COPIED}, sections)
        SELECT s.{", s.".join(COLUMNS)}, (SELECT group_concat(section, ' ') FROM (
          SELECT DISTINCT t.section {OPEN_OF_ENTITY} ORDER BY t.section))
        FROM {ENTRY} s WHERE s.entity_id = {STAYING.format("NEW.entity_id")}
          AND EXISTS (SELECT 1 {OPEN_OF_ENTITY});
    END""",
    """CREATE TRIGGER search_relist_inserted AFTER INSERT ON registry_listing
      WHEN NEW.released_at IS NOT NULL AND NEW.entity_id IS NOT NULL
      BEGIN INSERT INTO search_relist VALUES (NEW.entity_id); END""",
    """CREATE TRIGGER search_relist_updated AFTER UPDATE OF released_at, ended_at
      ON registry_listing WHEN NEW.entity_id IS NOT NULL AND (
        (OLD.released_at IS NULL) <> (NEW.released_at IS NULL)
        OR (OLD.ended_at IS NULL) <> (NEW.ended_at IS NULL))
      BEGIN INSERT INTO search_relist VALUES (NEW.entity_id); END""",
]
UNDO_SQLITE = [
    *(f"DROP TRIGGER search_relist_{one}" for one in ("inserted", "updated", "one")),
    "DROP VIEW search_relist",
    "DROP TABLE search_terms",
    *(
        f"DROP TRIGGER {index}_{event}"
        for index in ("search_pieces", "listed_pieces")
        for event in "idu"
    ),
    "DROP TABLE search_pieces",
    "DROP TABLE listed_pieces",
    "DROP TABLE search_place",
]


def run(statements: dict[str, list[str]]) -> Any:
    def operation(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.alias == "default":
            for statement in statements[schema_editor.connection.vendor]:
                schema_editor.execute(statement, None)

    return operation


def folded_fields() -> list[tuple[str, models.Field[Any, Any]]]:
    return [
        ("current", models.BooleanField()),
        ("name_key", FOLDED(max_length=200)),
        ("core_key", FOLDED(max_length=200)),
        ("pinyin", FOLDED(max_length=800)),
        ("initials", FOLDED(max_length=200)),
        ("kind", FOLDED(max_length=20)),
        ("region", FOLDED(max_length=6)),
        ("shuffle", models.IntegerField()),
    ]


def entity(name: str) -> tuple[str, models.Field[Any, Any]]:
    field = models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=name,
        to="registry.entity",
    )
    return "entity", field


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_erasure")]
    operations = [
        migrations.DeleteModel("SearchEntry"),
        migrations.CreateModel(
            "SearchEntry",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                *folded_fields(),
                entity("search_entries"),
            ],
            options={"indexes": registry.models.search_entry.lookups("search")},
        ),
        migrations.CreateModel(
            "ListedEntry",
            [
                *folded_fields(),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sections", models.CharField(max_length=100)),
                entity("+"),
            ],
            options={"indexes": registry.models.search_entry.lookups("listed")},
        ),
        migrations.CreateModel(
            "SearchTerm",
            [
                ("term", FOLDED(max_length=30, primary_key=True, serialize=False)),
                ("n_names", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            "SearchCheck",
            [
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("entity", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(id=1), name="search_check_is_one_row"
                    )
                ]
            },
        ),
        migrations.RunPython(
            run({"postgresql": POSTGRESQL, "sqlite": SQLITE}),
            run({"postgresql": UNDO_POSTGRESQL, "sqlite": UNDO_SQLITE}),
        ),
    ]
