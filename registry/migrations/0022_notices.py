"""Letters under a key of the register, and the letters of an application for repair."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import registry.models.letter
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

SIGNED = "registry_signedletter"


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


OF_ANOTHER_END = """NOT EXISTS (
  SELECT 1 FROM registry_listing l JOIN registry_ledgerentry e ON e.subject = l."case"
  WHERE l.id = NEW.listing_id AND l.ended_at IS NOT NULL
    AND e.leaf = NEW.entry_id AND e.kind = 'end')"""
EXCHANGED = f"""{changed("number", "kind", "listing_id", "entry_id", "issued_on")}
  OR {changed("made_at", "digest", "stored_as")}
  OR NEW.erased_at IS NULL AND {changed("sealed")}"""
SIGNED_ANEW = f"""OLD.signed_at IS NOT NULL
  AND ({changed("signature", '"key"', "signed_at")})"""
MADE_ANEW = """OLD.digest_zh <> '' AND differ[OLD.digest_zh|NEW.digest_zh]
  OR OLD.digest_en <> '' AND differ[OLD.digest_en|NEW.digest_en]"""
IN_FORCE_AGAIN = "OLD.revoked_at IS NOT NULL AND differ[OLD.revoked_at|NEW.revoked_at]"
GONE = "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL"
GUARDS = [
    Guard("signed_letter_rests_on_its_end", SIGNED, "INSERT", OF_ANOTHER_END),
    Guard("signed_letter_is_never_exchanged", SIGNED, "UPDATE", EXCHANGED),
    Guard("signed_letter_is_signed_once", SIGNED, "UPDATE", SIGNED_ANEW),
    Guard("signed_letter_is_printed_once", SIGNED, "UPDATE", MADE_ANEW),
    Guard("signed_letter_stays_revoked", SIGNED, "UPDATE", IN_FORCE_AGAIN),
    Guard("signed_letter_stays_erased", SIGNED, "UPDATE", GONE),
    Guard("signed_letter_is_never_deleted", SIGNED, "DELETE"),
]


def on_postgresql(schema_editor, statement):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(statement)


def refuse_truncate(apps, schema_editor):
    # The function comes with the guards of the register.
    on_postgresql(
        schema_editor,
        f"CREATE TRIGGER {SIGNED}_is_append_only BEFORE TRUNCATE ON {SIGNED}"
        " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()",
    )


def leave_unsampled(apps, schema_editor):
    # Of these PostgreSQL would keep samples in its statistics, for longer than the rows.
    on_postgresql(
        schema_editor, f"ALTER TABLE {SIGNED} ALTER COLUMN sealed SET STATISTICS 0"
    )


CHANGED_LETTER = [
    migrations.RemoveConstraint(
        model_name="letter",
        name="letter_kind_is_known",
    ),
    migrations.AlterField(
        model_name="letter",
        name="kind",
        field=models.CharField(
            choices=[
                ("notice", "告知书"),
                ("decision", "决定书"),
                ("accepted", "受理通知书"),
                ("returned", "补正通知书"),
                ("declined", "不予受理通知书"),
                ("granted", "准予信用修复决定书"),
                ("refused", "不予信用修复决定书"),
            ],
            max_length=8,
            verbose_name="文书",
        ),
    ),
    migrations.AddConstraint(
        model_name="letter",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "kind__in",
                    (
                        "notice",
                        "decision",
                        "accepted",
                        "returned",
                        "declined",
                        "granted",
                        "refused",
                    ),
                )
            ),
            name="letter_kind_is_known",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0021_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=16, unique=True, verbose_name="编号"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("lift", "信用修复（移出）告知书")],
                        max_length=8,
                        verbose_name="文书",
                    ),
                ),
                ("issued_on", models.DateField(verbose_name="出具日期")),
                ("made_at", models.DateTimeField(verbose_name="出具时间")),
                ("sealed", models.BinaryField(null=True)),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("signature", models.BinaryField(null=True)),
                ("key", models.CharField(blank=True, max_length=300, verbose_name="密钥")),
                (
                    "signed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="签名时间"),
                ),
                ("digest_zh", models.CharField(blank=True, max_length=64)),
                ("digest_en", models.CharField(blank=True, max_length=64)),
                (
                    "stored_as",
                    models.CharField(
                        default=registry.models.letter.new_name,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="作废时间"),
                ),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="清除时间"),
                ),
            ],
            options={
                "verbose_name": "签名文书",
                "verbose_name_plural": "签名文书",
                "ordering": ("made_at", "pk"),
            },
        ),
        GuardsAside(CHANGED_LETTER),
        migrations.AddField(
            model_name="signedletter",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.ledgerentry",
            ),
        ),
        migrations.AddField(
            model_name="signedletter",
            name="listing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signed_letters",
                to="registry.listing",
            ),
        ),
        migrations.AddIndex(
            model_name="signedletter",
            index=models.Index(
                condition=models.Q(("erased_at", None), ("signed_at", None)),
                fields=["entry"],
                name="signed_letter_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="signedletter",
            index=models.Index(fields=["digest_zh"], name="signed_letter_by_chinese"),
        ),
        migrations.AddIndex(
            model_name="signedletter",
            index=models.Index(fields=["digest_en"], name="signed_letter_by_english"),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.UniqueConstraint(
                fields=("listing", "kind"), name="signed_letter_one_of_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("number"), 16
                    )
                ),
                name="signed_letter_number_has_16_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("lift",))),
                name="signed_letter_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("digest"), 64
                    )
                ),
                name="signed_letter_has_a_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("digest_zh", ""),
                        ("key", ""),
                        ("signature", None),
                        ("signed_at", None),
                        ("digest_en", ""),
                    ),
                    models.Q(
                        ("signature__isnull", False),
                        ("signed_at__isnull", False),
                        models.Q(("key", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signed_letter_says_which_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at", None), ("sealed__isnull", False)),
                    models.Q(("erased_at__isnull", False), ("sealed", None)),
                    _connector="OR",
                ),
                name="signed_letter_is_sealed_or_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_at", None),
                    ("revoked_at__gte", models.F("made_at")),
                    _connector="OR",
                ),
                name="signed_letter_is_issued_before_revoked",
            ),
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, migrations.RunPython.noop),
        migrations.RunPython(leave_unsampled, migrations.RunPython.noop),
    ]
