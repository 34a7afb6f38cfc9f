"""Drafts of applications, what a paper is, and by which way an application came."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import repair.models.evidence
import repair.models.filing
import uuid
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

FILING, APPLICATION, STEP = "repair_filing", "repair_application", "repair_step"
OTHER_WAY = """NEW.act = 'file' AND NOT EXISTS (
  SELECT 1 FROM repair_application a JOIN repair_filing f ON f.id = a.filing_id
  WHERE a.id = NEW.application_id AND (NEW.by_id IS NULL) = (f.channel = 'web'))"""
OTHER_PARTY = """EXISTS (
  SELECT 1 FROM repair_application other, registry_listing l, registry_listing mine
  WHERE other.filing_id = NEW.filing_id AND l.id = other.listing_id
    AND mine.id = NEW.listing_id AND l.party_key <> mine.party_key)"""
GUARDS = [
    Guard("repair_step_files_the_way_it_came", STEP, "INSERT", OTHER_WAY),
    Guard("application_filed_for_one_party", APPLICATION, "INSERT", OTHER_PARTY),
    Guard(
        "filing_channel_never_changes",
        FILING,
        "UPDATE",
        "differ[OLD.channel|NEW.channel]",
    ),
]
# Of these PostgreSQL would keep samples in its statistics, for longer than the rows.
UNSAMPLED = {
    "repair_applicationdraft": "sealed",
    "repair_draftpaper": "digest sealed_name",
}


def sampled(target):
    def set_target(apps, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return
        for table, columns in UNSAMPLED.items():
            for column in columns.split():
                schema_editor.execute(
                    f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
                )

    return set_target


CHANGED_TABLES = [
    migrations.RemoveConstraint(
        model_name="step",
        name="repair_step_of_staff_says_who",
    ),
    migrations.AddField(
        model_name="evidence",
        name="document",
        field=models.CharField(
            blank=True,
            choices=[
                ("APP", "信用修复申请表"),
                ("ID", "登记证照或者身份证明"),
                ("AUTH", "授权委托书"),
                ("COM", "信用承诺书"),
                ("PERF", "履行或者改正的证明"),
                ("PAY", "缴款凭证"),
                ("COURT", "法院裁定"),
                ("CRED", "申请执行人书面申请"),
                ("TRAIN", "培训证明"),
            ],
            max_length=5,
            verbose_name="材料",
        ),
    ),
    migrations.AddField(
        model_name="filing",
        name="channel",
        field=models.CharField(
            choices=[("web", "网上"), ("counter", "窗口"), ("post", "邮寄")],
            default="web",
            max_length=7,
            verbose_name="提交方式",
        ),
    ),
    migrations.AddConstraint(
        model_name="evidence",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("document", ""),
                (
                    "document__in",
                    ["APP", "ID", "AUTH", "COM", "PERF", "PAY", "COURT", "CRED", "TRAIN"],
                ),
                _connector="OR",
            ),
            name="evidence_document_is_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="filing",
        constraint=models.CheckConstraint(
            condition=models.Q(("channel__in", ("web", "counter", "post"))),
            name="filing_channel_is_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("act", "file"),
                models.Q(
                    ("act__in", ("object", "complete", "withdraw", "recount")),
                    ("by", None),
                ),
                models.Q(
                    (
                        "act__in",
                        (
                            "accept",
                            "decline",
                            "return",
                            "propose",
                            "send_back",
                            "grant",
                            "refuse",
                            "extend",
                            "assign",
                            "note",
                            "clear",
                            "withhold",
                            "correct",
                            "end",
                            "reject",
                        ),
                    ),
                    ("by__isnull", False),
                ),
                _connector="OR",
            ),
            name="repair_step_of_staff_says_who",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("repair", "0006_objections"),
        ("registry", "0021_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationDraft",
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
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "case",
                    models.CharField(
                        default=repair.models.filing.new_case,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("browser", models.CharField(editable=False, max_length=64)),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
                ("sealed", models.BinaryField()),
                ("started_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(verbose_name="保存时间")),
            ],
            options={
                "verbose_name": "申请草稿",
                "verbose_name_plural": "申请草稿",
                "ordering": ("-kept_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="DraftPaper",
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
                    "stored_as",
                    models.CharField(
                        default=repair.models.evidence.new_name,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")],
                        max_length=4,
                        verbose_name="文件类型",
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("APP", "信用修复申请表"),
                            ("ID", "登记证照或者身份证明"),
                            ("AUTH", "授权委托书"),
                            ("COM", "信用承诺书"),
                            ("PERF", "履行或者改正的证明"),
                            ("PAY", "缴款凭证"),
                            ("COURT", "法院裁定"),
                            ("CRED", "申请执行人书面申请"),
                            ("TRAIN", "培训证明"),
                        ],
                        max_length=5,
                        verbose_name="材料",
                    ),
                ),
                ("n_bytes", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("sealed_name", models.BinaryField()),
                ("added_at", models.DateTimeField(verbose_name="收到时间")),
            ],
            options={
                "verbose_name": "草稿材料",
                "verbose_name_plural": "草稿材料",
                "ordering": ("added_at", "pk"),
            },
        ),
        GuardsAside(CHANGED_TABLES),
        migrations.AddIndex(
            model_name="applicationdraft",
            index=models.Index(fields=["kept_at"], name="application_draft_to_forget"),
        ),
        migrations.AddIndex(
            model_name="applicationdraft",
            index=models.Index(fields=["browser"], name="application_draft_of_browser"),
        ),
        migrations.AddConstraint(
            model_name="applicationdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_at__gte", models.F("started_at"))),
                name="application_draft_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("browser"), 64
                    ),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("key"), 64
                    ),
                ),
                name="application_draft_browser_is_hashed",
            ),
        ),
        migrations.AddField(
            model_name="draftpaper",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="papers",
                to="repair.applicationdraft",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftpaper",
            constraint=models.UniqueConstraint(
                fields=("draft", "digest"), name="draft_paper_is_there_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("pdf", "jpeg", "png")),
                    ("n_bytes__range", (1, 10485760)),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("digest"), 64
                    ),
                ),
                name="draft_paper_may_become_evidence",
            ),
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(sampled(0), sampled(-1)),
    ]
