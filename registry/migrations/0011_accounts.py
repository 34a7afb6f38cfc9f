"""Accounts of staff: their trail, recovery codes, resets, guesses; who opened a person."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

STEP, VIEWING, RESET = (
    "registry_staffstep",
    "registry_viewing",
    "registry_factorreset",
)
append_only = import_module("registry.migrations.0008_ledger").append_only
DECIDED_ANEW = """OLD.outcome <> '' AND (differ[OLD.outcome|NEW.outcome]
  OR differ[OLD.checker_id|NEW.checker_id] OR differ[OLD.decided_at|NEW.decided_at])"""
OTHER_RESET = """differ[OLD.account_id|NEW.account_id] OR differ[OLD.maker_id|NEW.maker_id]
  OR differ[OLD.proposed_at|NEW.proposed_at] OR differ[OLD.expires_at|NEW.expires_at]"""

GUARDS = [
    *append_only("staff_step", STEP),
    *append_only("viewing", VIEWING),
    Guard("factor_reset_stays_decided", RESET, "UPDATE", DECIDED_ANEW),
    Guard("factor_reset_stays_as_proposed", RESET, "UPDATE", OTHER_RESET),
    Guard("factor_reset_is_never_deleted", RESET, "DELETE"),
]
APPEND_ONLY = (STEP, VIEWING, RESET)


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


CHANGED_USER = [
    migrations.AddField(
        model_name="user",
        name="n_access_changes",
        field=models.PositiveIntegerField(default=0, editable=False),
    ),
]
NEW_TABLES = [
    migrations.CreateModel(
        name="Guess",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("account", models.CharField(max_length=64)),
            ("at", models.DateTimeField(db_index=True)),
        ],
        options={
            "verbose_name": "登录尝试",
            "indexes": [models.Index(fields=["account", "at"], name="guess_of_account")],
        },
    ),
    migrations.CreateModel(
        name="FactorReset",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("proposed_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("decided_at", models.DateTimeField(null=True)),
            (
                "outcome",
                models.CharField(
                    blank=True,
                    choices=[
                        ("confirmed", "已确认"),
                        ("withdrawn", "已撤回"),
                        ("lapsed", "逾期失效"),
                    ],
                    max_length=9,
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="factor_resets",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "checker",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "maker",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "验证器重置",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("maker", models.F("account")), _negated=True),
                        models.Q(
                            ("checker", None),
                            models.Q(
                                models.Q(("checker", models.F("maker")), _negated=True),
                                models.Q(("checker", models.F("account")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    name="factor_reset_takes_two_others",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("checker", None), ("decided_at", None), ("outcome", "")),
                        models.Q(
                            ("checker__isnull", False),
                            ("decided_at__isnull", False),
                            ("outcome", "confirmed"),
                        ),
                        models.Q(
                            ("checker", None),
                            ("decided_at__isnull", False),
                            ("outcome__in", ("withdrawn", "lapsed")),
                        ),
                        _connector="OR",
                    ),
                    name="factor_reset_outcome_says_who",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("outcome", "")),
                    fields=("account",),
                    name="factor_reset_one_at_a_time",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RecoveryCode",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("digest", models.CharField(max_length=64)),
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="recovery_codes",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "恢复码",
            "constraints": [
                models.UniqueConstraint(
                    fields=("user", "digest"), name="recovery_code_is_there_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="StaffStep",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "act",
                models.CharField(
                    choices=[
                        ("invite", "开户邀请"),
                        ("link", "重发启用链接"),
                        ("enrol", "本人启用"),
                        ("assign", "变更单位和权限"),
                        ("disable", "停用"),
                        ("enable", "恢复使用"),
                        ("propose_reset", "提请重置验证器"),
                        ("withdraw_reset", "撤回重置验证器"),
                        ("reset", "重置验证器"),
                        ("codes", "更换恢复码"),
                        ("unlock", "解除登录限制"),
                        ("review", "权限复核"),
                    ],
                    max_length=14,
                    verbose_name="事项",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="时间")),
            ("before", models.JSONField(default=dict, verbose_name="之前")),
            ("after", models.JSONField(default=dict, verbose_name="之后")),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="staff_steps",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="账号",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="人员",
                ),
            ),
        ],
        options={
            "verbose_name": "账号记录",
            "verbose_name_plural": "账号记录",
            "ordering": ("at", "pk"),
            "indexes": [
                models.Index(fields=["account", "at"], name="staff_step_of_account")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "act__in",
                            [
                                "invite",
                                "link",
                                "enrol",
                                "assign",
                                "disable",
                                "enable",
                                "propose_reset",
                                "withdraw_reset",
                                "reset",
                                "codes",
                                "unlock",
                                "review",
                            ],
                        )
                    ),
                    name="staff_step_act_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("act__in", ["enrol", "codes"]),
                        ("by", None),
                        models.Q(("by", models.F("account")), _negated=True),
                        _connector="OR",
                    ),
                    name="staff_step_is_by_another",
                    violation_error_message="不能办理自己的账号。",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Viewing",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "purpose",
                models.CharField(
                    choices=[
                        ("case", "办理本案"),
                        ("check", "审核本案"),
                        ("repair", "办理信用修复或者异议"),
                        ("party", "答复当事人本人"),
                        ("order", "有权机关依法调取"),
                        ("inspection", "监督检查"),
                    ],
                    max_length=10,
                    verbose_name="查看事由",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="时间")),
            ("n_in_hour", models.PositiveIntegerField(verbose_name="一小时内人数")),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="viewings",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="人员",
                ),
            ),
            (
                "listing",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="viewings",
                    to="registry.listing",
                    verbose_name="案件",
                ),
            ),
        ],
        options={
            "verbose_name": "查看自然人记录",
            "verbose_name_plural": "查看自然人记录",
            "ordering": ("-at", "-pk"),
            "indexes": [
                models.Index(fields=["by", "at"], name="viewing_by_user"),
                models.Index(
                    condition=models.Q(("n_in_hour__gt", 30)),
                    fields=["at"],
                    name="viewing_of_many",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "purpose__in",
                            ["case", "check", "repair", "party", "order", "inspection"],
                        )
                    ),
                    name="viewing_has_a_purpose",
                ),
                models.CheckConstraint(
                    condition=models.Q(("n_in_hour__gte", 1)), name="viewing_counts_itself"
                ),
            ],
        },
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_search")]
    operations = [
        GuardsAside(CHANGED_USER),
        *NEW_TABLES,
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
