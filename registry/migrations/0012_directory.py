"""What may be kept at all, as rows that rules name; and rules that wait for a second look."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Min, Q

from registry.guards import AddGuard, Guard, GuardsAside

ITEM, RULE = "registry_directoryitem", "registry_listrule"
PROPOSAL = "registry_ruleproposal"


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


NOT_KEPT = f"""NOT EXISTS (
  SELECT 1 FROM {ITEM} d
  WHERE d.code = NEW.directory_item_id AND d.verdict <> 'never')"""
NAMED = f"""NEW.verdict = 'never' AND EXISTS (
  SELECT 1 FROM {RULE} r WHERE r.directory_item_id = NEW.code)"""
OF_ANOTHER_LIST = f"""NEW.rule_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM {RULE} r
  WHERE r.id = NEW.rule_id AND r.list_type_id = NEW.list_code)"""
GUARDS = [
    Guard("list_rule_directory_item_is_kept", RULE, "INSERT", NOT_KEPT),
    Guard("directory_item_of_a_rule_stays_kept", ITEM, "UPDATE", NAMED),
    Guard(
        "rule_proposal_words_never_change",
        PROPOSAL,
        "UPDATE",
        changed("list_code", "cells", "grounds", "maker_id", "proposed_at", "expires_at"),
    ),
    Guard(
        "rule_proposal_stays_decided",
        PROPOSAL,
        "UPDATE",
        f"OLD.outcome <> '' AND ({changed('outcome', 'checker_id', 'decided_at', 'rule_id')})",
    ),
    Guard("rule_proposal_rule_is_of_its_list", PROPOSAL, "UPDATE", OF_ANOTHER_LIST),
    Guard("rule_proposal_is_never_deleted", PROPOSAL, "DELETE"),
]
CATEGORIES = [
    ("registration", "登记注册基本信息"),
    ("judicial", "司法裁判及执行信息"),
    ("administrative", "行政管理信息"),
    ("titles", "职称和职业信息"),
    ("abnormal", "经营异常名录（状态）信息"),
    ("serious_list", "严重失信主体名单信息"),
    ("contract", "合同履行信息"),
    ("commitment", "信用承诺及履行信息"),
    ("evaluation", "信用评价结果信息"),
    ("compliance", "遵守法律法规情况信息"),
    ("honour", "诚实守信相关荣誉信息"),
    ("intellectual", "知识产权信息"),
    ("volunteered", "经营主体自愿提供的信用信息"),
]
VERDICTS = [
    ("allowed", "可以归集"),
    ("grave", "情节严重的才可以归集"),
    ("never", "不得归集"),
]
CONFIDENCES = [("H", "高"), ("M", "中"), ("L", "低")]
CODE = models.SlugField(
    max_length=40, primary_key=True, serialize=False, verbose_name="代码"
)
HOLDS = {
    "directory_item_has_a_name": ~Q(name_zh="") & ~Q(name_en=""),
    "directory_item_category_is_known": Q(
        category__in=("", *(code for code, _ in CATEGORIES))
    ),
    "directory_item_verdict_is_known": Q(verdict__in=("allowed", "grave", "never")),
    "directory_item_kept_has_a_category": Q(verdict="never") | ~Q(category=""),
    "directory_item_confidence_is_known": Q(confidence__in=("H", "M", "L")),
}
SENTENCES = {
    "rule_proposal_is_checked_by_another": "提请人不得审核自己提请的事项。",
    "directory_item_kept_has_a_category": "可以归集的事项必须写明属于目录的哪一类。",
}


def held(name, condition):
    said = {"violation_error_message": SENTENCES[name]} if name in SENTENCES else {}
    return models.CheckConstraint(condition=condition, name=name, **said)


def keep_what_rules_name(apps, schema_editor):
    """The items that rules name already; `load_rules` gives them their own basis."""
    if schema_editor.connection.alias != "default":
        return
    named = apps.get_model("registry", "ListRule").objects.values("directory_item")
    item, names = apps.get_model("registry", "DirectoryItem"), dict(CATEGORIES)
    item.objects.bulk_create(
        item(
            code=code,
            category=code,
            name_zh=names[code],
            name_en=code,
            verdict="allowed",
            confidence="L",
            legal_basis_id=basis,
        )
        for code, basis in named.annotate(basis=Min(F("legal_basis")))
        .order_by()
        .values_list("directory_item", "basis")
    )
    # PostgreSQL alters no table while checks of its rows are pending.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


# Those of a proposal, each as the model has it.
CHECKED = {
    "rule_proposal_is_checked_by_another": Q(checker=None) | ~Q(checker=F("maker")),
    "rule_proposal_outcome_says_who_and_when": Q(
        outcome="", decided_at=None, checker=None, rule=None
    )
    | Q(
        outcome="accepted",
        decided_at__isnull=False,
        checker__isnull=False,
        rule__isnull=False,
    )
    | Q(outcome="refused", decided_at__isnull=False, checker__isnull=False, rule=None)
    | Q(
        outcome__in=("withdrawn", "lapsed"),
        decided_at__isnull=False,
        checker=None,
        rule=None,
    ),
    "rule_proposal_runs_forward": Q(expires_at__gt=F("proposed_at")),
}


def member(label, **more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=label,
        **more,
    )


PROPOSED = migrations.CreateModel(
    name="RuleProposal",
    fields=[
        (
            "id",
            models.BigAutoField(
                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
            ),
        ),
        ("list_code", models.SlugField(max_length=40, verbose_name="名单代码")),
        ("cells", models.JSONField()),
        ("grounds", models.CharField(max_length=500, verbose_name="提请的理由")),
        ("proposed_at", models.DateTimeField(verbose_name="提请时间")),
        ("expires_at", models.DateTimeField(verbose_name="逾期时间")),
        (
            "decided_at",
            models.DateTimeField(blank=True, null=True, verbose_name="审核时间"),
        ),
        (
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("accepted", "同意"),
                    ("refused", "退回"),
                    ("withdrawn", "撤回"),
                    ("lapsed", "逾期失效"),
                ],
                max_length=9,
                verbose_name="结果",
            ),
        ),
        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
        ("checker", member("审核人", blank=True, null=True)),
        ("maker", member("提请人")),
        (
            "rule",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposal",
                to="registry.listrule",
            ),
        ),
    ],
    options={
        "verbose_name": "规则提请",
        "verbose_name_plural": "规则提请",
        "ordering": ("-proposed_at", "-pk"),
        "constraints": [
            *(held(name, condition) for name, condition in CHECKED.items()),
            models.UniqueConstraint(
                condition=Q(outcome=""),
                fields=("list_code",),
                name="rule_proposal_one_open_per_list",
                violation_error_message="这个名单已有提请，正在等待审核。",
            ),
        ],
    },
)


def refuse_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {PROPOSAL}_is_append_only BEFORE TRUNCATE ON {PROPOSAL}"
            " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
        )


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_accounts")]
    operations = [
        migrations.CreateModel(
            name="DirectoryItem",
            fields=[
                ("code", CODE),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=CATEGORIES,
                        max_length=14,
                        verbose_name="目录类别",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="名称")),
                ("name_en", models.CharField(max_length=200, verbose_name="英文名称")),
                (
                    "verdict",
                    models.CharField(
                        choices=VERDICTS, max_length=7, verbose_name="能否归集"
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=CONFIDENCES, max_length=1, verbose_name="可信度"
                    ),
                ),
                (
                    "note_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="说明"),
                ),
                ("note_en", models.CharField(blank=True, max_length=300)),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directory_items",
                        to="registry.legalbasis",
                    ),
                ),
            ],
            options={
                "verbose_name": "目录事项",
                "verbose_name_plural": "目录事项",
                "ordering": ("code",),
                "constraints": [held(name, condition) for name, condition in HOLDS.items()],
            },
        ),
        migrations.RunPython(keep_what_rules_name, migrations.RunPython.noop),
        GuardsAside(
            [
                migrations.RemoveConstraint(
                    "listrule", "list_rule_directory_item_is_known"
                ),
                migrations.AlterField(
                    "listrule",
                    "directory_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="registry.directoryitem",
                        verbose_name="目录事项",
                    ),
                ),
            ]
        ),
        PROPOSED,
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, migrations.RunPython.noop),
    ]
