"""Who opened a person becomes a chain, exports have a row in it; accounts have a name."""

import json
from datetime import UTC
from hashlib import sha256
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.lookups import Exact

from registry.guards import AddGuard, Guard, GuardsAside, RemoveGuard

VIEWING, HEAD = "registry_viewing", "registry_viewinghead"
OLD = {
    guard.name: guard
    for name in ("0009_erasure", "0011_accounts")
    for guard in import_module(f"registry.migrations.{name}").GUARDS
}
GENESIS = "0" * 64
BLANKS = " \t\n\r\v\f\u00a0\u3000"

KEPT = f"""NOT EXISTS (
  SELECT 1 FROM {HEAD} h WHERE h.erased_number >= OLD.number)"""
LOOSE = f"""NOT EXISTS (
  SELECT 1 FROM {HEAD} h WHERE h.number = NEW.number - 1 AND h.hash = NEW.previous)"""
NOT_EMPTY = f"""NEW.number <> 0 OR NEW.hash <> '{GENESIS}'
  OR NEW.erased_number <> 0 OR NEW.erased_hash <> '{GENESIS}'"""
LEFT_ITS_ROWS = f"""(differ[OLD.number|NEW.number] OR differ[OLD.hash|NEW.hash])
  AND NOT EXISTS (
    SELECT 1 FROM {VIEWING} v WHERE v.number = OLD.number + 1 AND v.number = NEW.number
      AND v.previous = OLD.hash AND v.hash = NEW.hash)"""
# Five years and the month, by the latest day that the register has accepted.
TOO_YOUNG = f"""(differ[OLD.erased_number|NEW.erased_number]
    OR differ[OLD.erased_hash|NEW.erased_hash])
  AND NOT EXISTS (
    SELECT 1 FROM {VIEWING} v, registry_head seen
    WHERE v.number = NEW.erased_number AND v.hash = NEW.erased_hash
      AND NEW.erased_number > OLD.erased_number
      AND month[seen.latest_on] - month[v.at] > 60)"""

# As before, and under no other number: that is the order of steps of the same moment.
STEP_CHANGED = f"""{OLD["step_is_never_changed"].condition}
  OR differ[OLD.id|NEW.id]"""

GUARDS = [
    Guard("step_is_never_changed", "registry_step", "UPDATE", STEP_CHANGED),
    OLD["viewing_is_never_changed"],
    Guard("viewing_is_never_deleted", VIEWING, "DELETE", KEPT),
    Guard("viewing_follows_the_head", VIEWING, "INSERT", LOOSE),
    Guard("viewing_head_starts_empty", HEAD, "INSERT", NOT_EMPTY),
    Guard("viewing_head_stays_with_its_rows", HEAD, "UPDATE", LEFT_ITS_ROWS),
    Guard("viewing_head_keeps_five_years", HEAD, "UPDATE", TOO_YOUNG),
    Guard("viewing_head_is_never_deleted", HEAD, "DELETE"),
]
APPEND_ONLY = (HEAD, "registry_delivery", "registry_deliverystep")


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


def chain_rows(apps, schema_editor):
    """Rows from before there was a chain are its first links, in the order they came."""
    if schema_editor.connection.alias != "default":
        return
    viewing = apps.get_model("registry", "Viewing")
    number, previous = 0, GENESIS
    for row in viewing.objects.order_by("at", "pk").select_related("listing"):
        number += 1
        row.number, row.previous = number, previous
        row.authority_id = row.listing.authority_id
        row.hash = previous = hash_of(row)
        row.save()
    if number:
        head = apps.get_model("registry", "ViewingHead")
        head.objects.create(pk=1, number=number, hash=previous)
    # PostgreSQL alters no table of which rows still wait to be checked.
    schema_editor.connection.check_constraints()


def hash_of(row):
    """As `registry.chain` writes it."""
    says = {
        "by": row.by_id,
        "authority": row.authority_id,
        "listing": row.listing_id,
        "purpose": row.purpose,
        "at": row.at.astimezone(UTC).isoformat(),
        "n_in_hour": row.n_in_hour,
    }
    content = {"number": row.number, "previous": row.previous, "says": says}
    written = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def name_the_nameless(apps, schema_editor):
    """The command line could make an account without a name: nobody can sign in to it."""
    if schema_editor.connection.alias != "default":
        return
    user = apps.get_model("registry", "User")
    for row in user.objects.annotate(kept=WITHOUT_BLANKS).filter(kept=""):
        user.objects.filter(pk=row.pk).update(username=f"unnamed-{row.pk}")


WITHOUT_BLANKS = Func(
    F("username"), Value(BLANKS), function="LTRIM", output_field=CharField()
)
PURPOSES = [
    ("case", "办理本案"),
    ("check", "审核本案"),
    ("repair", "办理信用修复或者异议"),
    ("party", "答复当事人本人"),
    ("order", "有权机关依法调取"),
    ("inspection", "监督检查"),
    ("return", "退回更正"),
    ("rights", "复核账号权限"),
]
EXPORTS = [("accounts", "账号权限名册"), ("errors", "报送批次未采用的记录")]
HEADS = migrations.CreateModel(
    name="ViewingHead",
    fields=[
        (
            "id",
            models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
        ),
        ("number", models.PositiveBigIntegerField(default=0)),
        ("hash", models.CharField(default=GENESIS, max_length=64)),
        ("erased_number", models.PositiveBigIntegerField(default=0)),
        ("erased_hash", models.CharField(default=GENESIS, max_length=64)),
        ("checked_at", models.DateTimeField(null=True)),
        ("held_at", models.DateTimeField(null=True)),
    ],
    options={
        "constraints": [
            models.CheckConstraint(condition=Q(id=1), name="viewing_head_is_one_row")
        ]
    },
)


def added(name, field):
    return migrations.AddField("viewing", name, field)


def altered(name, field):
    return migrations.AlterField("viewing", name, field)


def held(name, condition):
    constraint = models.CheckConstraint(condition=condition, name=name)
    return migrations.AddConstraint("viewing", constraint)


def case_field(**more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="viewings",
        to="registry.listing",
        verbose_name="案件",
        **more,
    )


NEW_COLUMNS = [
    added("number", models.PositiveBigIntegerField(null=True)),
    added("previous", models.CharField(default="", max_length=64)),
    added("hash", models.CharField(default="", max_length=64)),
    added(
        "exported",
        models.CharField(
            blank=True, choices=EXPORTS, default="", max_length=10, verbose_name="导出内容"
        ),
    ),
    added(
        "asked",
        models.CharField(blank=True, default="", max_length=100, verbose_name="导出范围"),
    ),
    added(
        "authority",
        models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="registry.authority",
            verbose_name="所属单位",
        ),
    ),
    added(
        "n_rows",
        models.PositiveIntegerField(blank=True, null=True, verbose_name="导出行数"),
    ),
]
LAST_FORM = [
    altered("number", models.PositiveBigIntegerField(unique=True, verbose_name="序号")),
    altered("previous", models.CharField(max_length=64)),
    altered("hash", models.CharField(max_length=64, unique=True, verbose_name="校验值")),
    altered(
        "exported",
        models.CharField(
            blank=True, choices=EXPORTS, max_length=10, verbose_name="导出内容"
        ),
    ),
    altered("asked", models.CharField(blank=True, max_length=100, verbose_name="导出范围")),
    altered("listing", case_field(blank=True, null=True)),
    altered(
        "n_in_hour",
        models.PositiveIntegerField(blank=True, null=True, verbose_name="一小时内人数"),
    ),
    altered(
        "purpose",
        models.CharField(choices=PURPOSES, max_length=10, verbose_name="事由"),
    ),
    migrations.AlterModelOptions(
        "viewing",
        {
            "ordering": ("-number",),
            "verbose_name": "查看和导出记录",
            "verbose_name_plural": "查看和导出记录",
        },
    ),
    migrations.RemoveConstraint("viewing", "viewing_has_a_purpose"),
    migrations.RemoveConstraint("viewing", "viewing_counts_itself"),
    held("viewing_has_a_purpose", Q(purpose__in=[code for code, _ in PURPOSES])),
    held("viewing_counts_itself", Q(n_in_hour=None) | Q(n_in_hour__gte=1)),
    held(
        "viewing_is_of_a_case_or_a_table",
        Q(
            listing__isnull=False,
            authority__isnull=False,
            exported="",
            asked="",
            n_in_hour__isnull=False,
            n_rows=None,
        )
        | Q(
            listing=None,
            exported__in=[code for code, _ in EXPORTS],
            n_in_hour=None,
            n_rows__isnull=False,
        ),
    ),
]
NAMED = migrations.AddConstraint(
    "user",
    models.CheckConstraint(
        condition=~Q(Exact(WITHOUT_BLANKS, "")),
        name="user_has_a_name",
        violation_error_message="请填写用户名。",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_deliveries")]
    operations = [
        RemoveGuard(OLD["step_is_never_changed"]),
        RemoveGuard(OLD["viewing_is_never_changed"]),
        RemoveGuard(OLD["viewing_is_never_deleted"]),
        HEADS,
        GuardsAside(NEW_COLUMNS),
        migrations.RunPython(chain_rows, migrations.RunPython.noop),
        migrations.RunPython(name_the_nameless, migrations.RunPython.noop),
        GuardsAside([*LAST_FORM, NAMED]),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
