"""Drafts of cases, what an old entry may lead to, and measures that are proposed."""

from datetime import date

import django.db.models.deletion
import registry.models.listing
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

DRAFT, FOLLOW_UP = "registry_keptdraft", "registry_followup"
STRANGE_MAKER = (
    "NOT EXISTS (SELECT 1 FROM registry_user u"
    " WHERE u.id = NEW.maker_id AND u.authority_id = NEW.authority_id)"
)
# Of the same authority, and of the list that the row names.
STRANGE_CASE = (
    "NEW.case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM registry_listing c"
    " JOIN registry_listing l ON l.authority_id = c.authority_id"
    " WHERE c.id = NEW.case_id AND c.list_type_id = NEW.to_list_id"
    " AND l.id = NEW.listing_id)"
)
COMPETENCE = "registry_competence"
PROPOSAL, RULE_MEASURES = "registry_ruleproposal", "registry_listrule_measures"
OTHER_MEASURE = (
    "NEW.measure_id IS NOT NULL AND NEW.measure_id <> NEW.list_code"
    " OR OLD.outcome <> '' AND differ[OLD.measure_id|NEW.measure_id]"
)
# A rule that begins before one of its measures.
EARLY_RULE = (
    "EXISTS (SELECT 1 FROM registry_measure m JOIN registry_listrule r"
    " ON r.in_force < m.in_force"
    " WHERE m.code = NEW.measure_id AND r.id = NEW.listrule_id)"
)
OTHER_COMPETENCE = "OLD.outcome <> '' AND differ[OLD.competence_id|NEW.competence_id]"
GUARDS = [
    Guard("kept_draft_maker_of_same_authority_i", DRAFT, "INSERT", STRANGE_MAKER),
    Guard("kept_draft_maker_of_same_authority_u", DRAFT, "UPDATE", STRANGE_MAKER),
    Guard("follow_up_case_of_same_authority", FOLLOW_UP, "INSERT", STRANGE_CASE),
    Guard("follow_up_is_never_changed", FOLLOW_UP, "UPDATE"),
    Guard("follow_up_is_never_deleted", FOLLOW_UP, "DELETE"),
    Guard(
        "rule_proposal_subject_never_changes",
        PROPOSAL,
        "UPDATE",
        "differ[OLD.subject|NEW.subject]",
    ),
    Guard("rule_proposal_measure_is_its_own", PROPOSAL, "UPDATE", OTHER_MEASURE),
    Guard("rule_proposal_competence_stays", PROPOSAL, "UPDATE", OTHER_COMPETENCE),
    Guard(
        "competence_origin_never_changes",
        COMPETENCE,
        "UPDATE",
        "differ[OLD.authority_id|NEW.authority_id]"
        " OR differ[OLD.list_type_id|NEW.list_type_id]"
        " OR differ[OLD.in_force|NEW.in_force]",
    ),
    Guard("competence_is_never_deleted", COMPETENCE, "DELETE"),
    Guard("list_rule_measure_is_in_force", RULE_MEASURES, "INSERT", EARLY_RULE),
]


def allow_every_list(apps, schema_editor):
    """Authorities that work already go on; whoever comes later gets a row by two people."""
    if schema_editor.connection.alias != "default":
        return
    competence = apps.get_model("registry", "Competence")
    authorities = apps.get_model("registry", "Authority").objects.values_list(
        "pk", flat=True
    )
    competence.objects.bulk_create(
        competence(authority_id=pk, in_force=date(2000, 1, 1)) for pk in authorities
    )


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0016_redlists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
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
                ("in_force", models.DateField(verbose_name="施行日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("after_n", models.PositiveSmallIntegerField()),
                (
                    "after_unit",
                    models.CharField(choices=[("m", "个月"), ("d", "日")], max_length=1),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[("H", "高"), ("M", "中"), ("L", "低")],
                        max_length=1,
                        verbose_name="可信度",
                    ),
                ),
                (
                    "from_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="registry.listtype",
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalbasis",
                    ),
                ),
                (
                    "to_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listtype",
                    ),
                ),
            ],
            options={
                "verbose_name": "升级",
                "verbose_name_plural": "升级",
                "ordering": ("from_list", "to_list", "in_force"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("from_list", "to_list", "in_force"),
                        name="escalation_has_one_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_list", models.F("to_list")), _negated=True
                        ),
                        name="escalation_leads_elsewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("after_n__gte", 1), ("after_unit__in", ("m", "d"))
                        ),
                        name="escalation_takes_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("until__gt", models.F("in_force")),
                            _connector="OR",
                        ),
                        name="escalation_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ("H", "M", "L"))),
                        name="escalation_confidence_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
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
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cited",
                        to="registry.listing",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="registry.listing",
                    ),
                ),
                (
                    "to_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listtype",
                    ),
                ),
            ],
            options={
                "verbose_name": "后续处理",
                "verbose_name_plural": "后续处理",
                "ordering": ("at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("listing", "to_list"), name="follow_up_is_decided_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("case", None),
                            models.Q(("case", models.F("listing")), _negated=True),
                            _connector="OR",
                        ),
                        name="follow_up_is_another_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptDraft",
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
                ("key", models.UUIDField(editable=False)),
                (
                    "case",
                    models.CharField(
                        default=registry.models.listing.new_case,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("started_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(verbose_name="保存时间")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.authority",
                    ),
                ),
                (
                    "list_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listtype",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "草稿",
                "verbose_name_plural": "草稿",
                "ordering": ("-kept_at", "-pk"),
                "indexes": [models.Index(fields=["kept_at"], name="kept_draft_to_forget")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("maker", "key"), name="kept_draft_is_one_of_its_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept_at__gte", models.F("started_at"))),
                        name="kept_draft_runs_forward",
                    ),
                ],
            },
        ),
        GuardsAside(
            [
                migrations.CreateModel(
                    name="Competence",
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
                        ("in_force", models.DateField(verbose_name="施行日期")),
                        (
                            "until",
                            models.DateField(
                                blank=True, null=True, verbose_name="失效日期"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "认定权限",
                        "verbose_name_plural": "认定权限",
                        "ordering": ("authority", "list_type", "in_force"),
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="ruleproposal",
                    name="rule_proposal_outcome_says_who_and_when",
                ),
                migrations.RemoveConstraint(
                    model_name="ruleproposal",
                    name="rule_proposal_one_open_per_list",
                ),
                migrations.AddField(
                    model_name="measure",
                    name="in_force",
                    field=models.DateField(blank=True, null=True, verbose_name="施行日期"),
                ),
                migrations.AddField(
                    model_name="ruleproposal",
                    name="measure",
                    field=models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="registry.measure",
                    ),
                ),
                migrations.AddField(
                    model_name="ruleproposal",
                    name="subject",
                    field=models.CharField(
                        choices=[
                            ("rule", "名单规则"),
                            ("measure", "措施"),
                            ("competence", "认定权限"),
                        ],
                        default="rule",
                        max_length=10,
                        verbose_name="提请的对象",
                    ),
                ),
                migrations.AddField(
                    model_name="competence",
                    name="authority",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competences",
                        to="registry.authority",
                        verbose_name="认定单位",
                    ),
                ),
                migrations.AddField(
                    model_name="competence",
                    name="list_type",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competences",
                        to="registry.listtype",
                        verbose_name="名单类型",
                    ),
                ),
                migrations.AddField(
                    model_name="ruleproposal",
                    name="competence",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="registry.competence",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ruleproposal",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checker", None),
                                ("competence", None),
                                ("decided_at", None),
                                ("measure", None),
                                ("outcome", ""),
                                ("rule", None),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome", "accepted"),
                                ("checker__isnull", False),
                                models.Q(
                                    models.Q(
                                        ("competence", None),
                                        ("measure", None),
                                        ("rule__isnull", False),
                                        ("subject", "rule"),
                                    ),
                                    models.Q(
                                        ("competence", None),
                                        ("measure__isnull", False),
                                        ("rule", None),
                                        ("subject", "measure"),
                                    ),
                                    models.Q(
                                        ("competence__isnull", False),
                                        ("measure", None),
                                        ("rule", None),
                                        ("subject", "competence"),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("checker__isnull", False),
                                ("competence", None),
                                ("decided_at__isnull", False),
                                ("measure", None),
                                ("outcome", "refused"),
                                ("rule", None),
                            ),
                            models.Q(
                                ("checker", None),
                                ("competence", None),
                                ("decided_at__isnull", False),
                                ("measure", None),
                                ("outcome__in", ("withdrawn", "lapsed")),
                                ("rule", None),
                            ),
                            _connector="OR",
                        ),
                        name="rule_proposal_outcome_says_who_and_when",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ruleproposal",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("subject", "list_code"),
                        name="rule_proposal_one_open_per_list",
                        violation_error_message="这个名单已有提请，正在等待审核。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="competence",
                    constraint=models.UniqueConstraint(
                        fields=("authority", "list_type", "in_force"),
                        name="competence_for_a_list_has_one_row",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="competence",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("list_type", None)),
                        fields=("authority", "in_force"),
                        name="competence_for_all_has_one_row",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="competence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("until__gt", models.F("in_force")),
                            _connector="OR",
                        ),
                        name="competence_runs_forward",
                        violation_error_message="失效日期必须晚于施行日期。",
                    ),
                ),
            ]
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(allow_every_list, migrations.RunPython.noop),
    ]
