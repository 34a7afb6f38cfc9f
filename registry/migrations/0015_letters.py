"""Letters of a case, what proves their delivery, and the acts that leave both."""

import django.db.models.deletion
import registry.models.letter
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from registry.guards import AddGuard, Guard, GuardsAside

LETTER, PAPER = "registry_letter", "registry_casepaper"
NO_DIGEST = "0" * 64


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


def stranger(column):
    return f"""NOT EXISTS (
  SELECT 1 FROM registry_user u, registry_listing l
  WHERE u.id = NEW.{column} AND l.id = NEW.listing_id
    AND u.authority_id = l.authority_id)"""


NOT_DECIDED = """NEW.kind = 'decision' AND NOT EXISTS (
  SELECT 1 FROM registry_listing l
  WHERE l.id = NEW.listing_id AND l.released_at IS NOT NULL)"""
OF_ANOTHER_CASE = f"""NEW.letter_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM {LETTER} l
  WHERE l.id = NEW.letter_id AND l.listing_id = NEW.listing_id
    AND l.kind = NEW.about)"""
# What says who, when and how stays; what is sealed goes, and only by being erased.
LETTER_EXCHANGED = f"""{changed("listing_id", "kind", "dated_on", "made_by_id", "made_at")}
  OR {changed("stored_as")} OR NEW.erased_at IS NULL
    AND ({changed("number", "digest")})"""
PAPER_EXCHANGED = f"""{changed("listing_id", "about", "letter_id", "manner", '"on"')}
  OR {changed("effective_on", "recorded_by_id", "recorded_at", "kind", "n_bytes")}
  OR {changed("stored_as")} OR NEW.erased_at IS NULL AND {changed("digest")}"""
GONE = "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL"

GUARDS = [
    Guard("letter_maker_of_same_authority", LETTER, "INSERT", stranger("made_by_id")),
    Guard("letter_of_a_decision_that_is_there", LETTER, "INSERT", NOT_DECIDED),
    Guard("letter_is_never_exchanged", LETTER, "UPDATE", LETTER_EXCHANGED),
    Guard("letter_stays_erased", LETTER, "UPDATE", GONE),
    Guard("letter_is_never_deleted", LETTER, "DELETE"),
    Guard(
        "case_paper_recorder_of_same_authority", PAPER, "INSERT", stranger("recorded_by_id")
    ),
    Guard("case_paper_letter_is_of_its_case", PAPER, "INSERT", OF_ANOTHER_CASE),
    Guard("case_paper_is_never_exchanged", PAPER, "UPDATE", PAPER_EXCHANGED),
    Guard("case_paper_stays_erased", PAPER, "UPDATE", GONE),
    Guard("case_paper_is_never_deleted", PAPER, "DELETE"),
]
HOLDS = [
    ("letter", "letter_kind_is_known", Q(kind__in=("notice", "decision"))),
    ("letter", "letter_has_a_digest", Q(Exact(Length("digest"), 64))),
    (
        "letter",
        "letter_is_whole_or_erased",
        Q(erased_at=None) & ~Q(number="")
        | Q(erased_at__isnull=False, number="", digest=NO_DIGEST),
    ),
    (
        "casepaper",
        "case_paper_manner_fits",
        Q(about__in=("notice", "decision"))
        & Q(manner__in=("in_person", "post", "left", "electronic", "announced"))
        & Q(n_bytes__gt=0)
        | Q(about="defence") & Q(manner__in=("in_person", "post", "electronic", "oral"))
        | Q(about="answer", manner="", n_bytes__gt=0),
    ),
    ("casepaper", "case_paper_counts_from_its_day", Q(effective_on__gte=models.F("on"))),
    (
        "casepaper",
        "case_paper_file_is_known",
        Q(n_bytes=0, kind="")
        | Q(n_bytes__range=(1, 5_242_880), kind__in=("pdf", "jpeg", "png")),
    ),
    (
        "casepaper",
        "case_paper_digest_is_of_a_file",
        Q(Exact(Length("digest"), 64))
        & (Q(n_bytes__gt=0, erased_at=None) | Q(digest=NO_DIGEST)),
    ),
]
# Of these PostgreSQL would keep samples in its statistics, for longer than the rows.
UNSAMPLED = {LETTER: "number digest", PAPER: "digest"}


def on_postgresql(schema_editor, statement):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(statement)


def refuse_truncate(apps, schema_editor):
    for table in (LETTER, PAPER):
        # The function comes with the guards of the register.
        on_postgresql(
            schema_editor,
            f"CREATE TRIGGER {table}_is_append_only BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()",
        )


def leave_unsampled(apps, schema_editor):
    for table, columns in UNSAMPLED.items():
        for column in columns.split():
            on_postgresql(
                schema_editor, f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0"
            )


CHANGED_STEP = [
    migrations.RemoveConstraint(
        model_name="step",
        name="step_act_is_known",
    ),
    migrations.AlterField(
        model_name="proposal",
        name="act",
        field=models.CharField(
            choices=[
                ("open", "立案"),
                ("notice", "记录告知"),
                ("defence", "记录陈述申辩"),
                ("answer", "答复陈述申辩"),
                ("drop", "不予列入"),
                ("propose", "提请审核"),
                ("refuse", "退回"),
                ("withdraw", "撤回"),
                ("lapse", "提请逾期失效"),
                ("release", "公示"),
                ("hold", "暂停公示"),
                ("unhold", "恢复公示"),
                ("amend", "更正"),
                ("review", "复核"),
                ("end", "终止公示"),
                ("confirm_end", "复核紧急终止"),
                ("letter", "制作文书"),
                ("serve", "记录决定书送达"),
            ],
            max_length=12,
            verbose_name="事项",
        ),
    ),
    migrations.AlterField(
        model_name="step",
        name="about",
        field=models.CharField(
            blank=True,
            choices=[
                ("open", "立案"),
                ("notice", "记录告知"),
                ("defence", "记录陈述申辩"),
                ("answer", "答复陈述申辩"),
                ("drop", "不予列入"),
                ("propose", "提请审核"),
                ("refuse", "退回"),
                ("withdraw", "撤回"),
                ("lapse", "提请逾期失效"),
                ("release", "公示"),
                ("hold", "暂停公示"),
                ("unhold", "恢复公示"),
                ("amend", "更正"),
                ("review", "复核"),
                ("end", "终止公示"),
                ("confirm_end", "复核紧急终止"),
                ("letter", "制作文书"),
                ("serve", "记录决定书送达"),
            ],
            max_length=12,
            verbose_name="提请事项",
        ),
    ),
    migrations.AlterField(
        model_name="step",
        name="act",
        field=models.CharField(
            choices=[
                ("open", "立案"),
                ("notice", "记录告知"),
                ("defence", "记录陈述申辩"),
                ("answer", "答复陈述申辩"),
                ("drop", "不予列入"),
                ("propose", "提请审核"),
                ("refuse", "退回"),
                ("withdraw", "撤回"),
                ("lapse", "提请逾期失效"),
                ("release", "公示"),
                ("hold", "暂停公示"),
                ("unhold", "恢复公示"),
                ("amend", "更正"),
                ("review", "复核"),
                ("end", "终止公示"),
                ("confirm_end", "复核紧急终止"),
                ("letter", "制作文书"),
                ("serve", "记录决定书送达"),
            ],
            max_length=12,
            verbose_name="事项",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "act__in",
                    [
                        "open",
                        "notice",
                        "defence",
                        "answer",
                        "drop",
                        "propose",
                        "refuse",
                        "withdraw",
                        "lapse",
                        "release",
                        "hold",
                        "unhold",
                        "amend",
                        "review",
                        "end",
                        "confirm_end",
                        "letter",
                        "serve",
                    ],
                )
            ),
            name="step_act_is_known",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_viewing_chain")]
    operations = [
        GuardsAside(CHANGED_STEP),
        migrations.CreateModel(
            name="Letter",
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
                    "kind",
                    models.CharField(
                        choices=[("notice", "告知书"), ("decision", "决定书")],
                        max_length=8,
                        verbose_name="文书",
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, max_length=100, verbose_name="文号"),
                ),
                ("dated_on", models.DateField(verbose_name="落款日期")),
                ("made_at", models.DateTimeField(verbose_name="制作时间")),
                (
                    "stored_as",
                    models.CharField(
                        default=registry.models.letter.new_name,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="清除时间"),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="registry.listing",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书",
                "verbose_name_plural": "文书",
                "ordering": ("made_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="CasePaper",
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
                    "about",
                    models.CharField(
                        choices=[
                            ("notice", "告知书送达"),
                            ("decision", "决定书送达"),
                            ("defence", "陈述申辩"),
                            ("answer", "对陈述申辩的答复"),
                        ],
                        max_length=8,
                        verbose_name="事项",
                    ),
                ),
                (
                    "manner",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_person", "当面"),
                            ("post", "邮寄"),
                            ("left", "留置"),
                            ("electronic", "电子方式"),
                            ("announced", "公告"),
                            ("oral", "口头，有笔录"),
                        ],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")],
                        max_length=4,
                        verbose_name="文件类型",
                    ),
                ),
                (
                    "n_bytes",
                    models.PositiveIntegerField(default=0, verbose_name="大小（字节）"),
                ),
                (
                    "digest",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                        verbose_name="摘要",
                    ),
                ),
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
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="清除时间"),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="registry.listing",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="registry.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "案卷材料",
                "verbose_name_plural": "案卷材料",
                "ordering": ("recorded_at", "pk"),
            },
        ),
        *(
            migrations.AddConstraint(
                model, models.CheckConstraint(condition=condition, name=name)
            )
            for model, name, condition in HOLDS
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, migrations.RunPython.noop),
        migrations.RunPython(leave_unsampled, migrations.RunPython.noop),
    ]
