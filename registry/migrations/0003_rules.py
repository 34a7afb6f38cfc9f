"""Lists, the dated versions of their rules, what these rest on, and the calendar."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0002_regions_and_sources"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "day",
                    models.DateField(
                        primary_key=True, serialize=False, verbose_name="日期"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "放假"), ("make_up", "调休上班")],
                        max_length=8,
                        verbose_name="类别",
                    ),
                ),
                ("source_year", models.PositiveSmallIntegerField(verbose_name="通知年度")),
                ("name_zh", models.CharField(max_length=60, verbose_name="名称")),
                ("name_en", models.CharField(max_length=80, verbose_name="英文名称")),
            ],
            options={
                "verbose_name": "节假日安排",
                "verbose_name_plural": "节假日安排",
                "ordering": ("day",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("holiday", "make_up"))),
                        name="calendar_day_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name_zh", ""), _negated=True),
                            models.Q(("name_en", ""), _negated=True),
                        ),
                        name="calendar_day_has_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                (
                    "code",
                    models.SlugField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="代码",
                    ),
                ),
                ("title_zh", models.CharField(max_length=120, verbose_name="名称")),
                ("title_en", models.CharField(max_length=200, verbose_name="英文名称")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("law", "法律"),
                            ("regulation", "行政法规"),
                            ("policy", "党中央、国务院政策文件"),
                            ("interpretation", "司法解释"),
                            ("rule", "部门规章"),
                            ("document", "部门规范性文件"),
                            ("local", "地方性法规"),
                        ],
                        max_length=14,
                        verbose_name="效力级别",
                    ),
                ),
                (
                    "article",
                    models.CharField(blank=True, max_length=40, verbose_name="条款"),
                ),
                (
                    "in_force",
                    models.DateField(blank=True, null=True, verbose_name="施行日期"),
                ),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="当日起不再有效",
                        null=True,
                        verbose_name="失效日期",
                    ),
                ),
            ],
            options={
                "verbose_name": "依据",
                "verbose_name_plural": "依据",
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title_zh", ""), _negated=True),
                            models.Q(("title_en", ""), _negated=True),
                        ),
                        name="legal_basis_has_a_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "level__in",
                                (
                                    "law",
                                    "regulation",
                                    "policy",
                                    "interpretation",
                                    "rule",
                                    "document",
                                    "local",
                                ),
                            )
                        ),
                        name="legal_basis_level_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("in_force", None),
                            ("until__gt", models.F("in_force")),
                            _connector="OR",
                        ),
                        name="legal_basis_runs_forward",
                        violation_error_message="失效日期必须晚于施行日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListType",
            fields=[
                (
                    "code",
                    models.SlugField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="代码",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="名称")),
                ("name_en", models.CharField(max_length=200, verbose_name="英文名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("blacklist", "失信惩戒名单"),
                            ("redlist", "守信激励名单"),
                            ("watch", "重点关注名单"),
                            ("abnormal", "异常名录"),
                            ("register", "登记公示"),
                        ],
                        max_length=9,
                        verbose_name="名单类别",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("permits", "行政许可"),
                            ("penalties", "行政处罚"),
                            ("honour", "守信激励名单"),
                            ("serious", "严重失信主体名单"),
                            ("judicial", "司法执行信息"),
                            ("abnormal", "经营异常名录"),
                            ("watch", "重点关注名单"),
                            ("commitments", "信用承诺"),
                            ("evaluations", "主管部门信用评价"),
                            ("register", "登记备案信息"),
                            ("other", "其他信息"),
                        ],
                        max_length=11,
                        verbose_name="所在栏目",
                    ),
                ),
                ("authority_zh", models.CharField(max_length=120, verbose_name="认定单位")),
                (
                    "authority_en",
                    models.CharField(max_length=200, verbose_name="认定单位（英文）"),
                ),
            ],
            options={
                "verbose_name": "名单类型",
                "verbose_name_plural": "名单类型",
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name_zh", ""), _negated=True),
                            models.Q(("name_en", ""), _negated=True),
                        ),
                        name="list_type_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ("blacklist", "redlist", "watch", "abnormal", "register"),
                            )
                        ),
                        name="list_type_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "section__in",
                                (
                                    "permits",
                                    "penalties",
                                    "honour",
                                    "serious",
                                    "judicial",
                                    "abnormal",
                                    "watch",
                                    "commitments",
                                    "evaluations",
                                    "register",
                                    "other",
                                ),
                            )
                        ),
                        name="list_type_section_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "code",
                    models.SlugField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="代码",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reduce_rights", "减损权益或增加义务"),
                            ("management", "不减损权益的管理措施"),
                            ("non_public", "公共管理机构以外的组织自主开展的措施"),
                            ("incentive", "守信激励措施"),
                        ],
                        max_length=13,
                        verbose_name="措施类别",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="名称")),
                ("name_en", models.CharField(max_length=200, verbose_name="英文名称")),
                (
                    "applied_by_zh",
                    models.CharField(max_length=120, verbose_name="实施主体"),
                ),
                (
                    "applied_by_en",
                    models.CharField(max_length=200, verbose_name="实施主体（英文）"),
                ),
                ("hits_unit", models.BooleanField(verbose_name="对单位")),
                ("hits_responsible", models.BooleanField(verbose_name="对责任人员")),
                ("hits_person", models.BooleanField(verbose_name="对自然人")),
                (
                    "confidence",
                    models.CharField(
                        choices=[("H", "高"), ("M", "中"), ("L", "低")],
                        max_length=1,
                        verbose_name="可信度",
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="registry.legalbasis",
                    ),
                ),
            ],
            options={
                "verbose_name": "措施",
                "verbose_name_plural": "措施",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="ListRule",
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
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "轻微"),
                            ("general", "一般"),
                            ("serious", "严重"),
                            ("positive", "守信"),
                            ("court", "司法"),
                            ("none", "不分级"),
                        ],
                        max_length=8,
                        verbose_name="失信程度",
                    ),
                ),
                ("subjects", models.CharField(max_length=7, verbose_name="适用对象")),
                (
                    "term_kind",
                    models.CharField(
                        choices=[
                            ("fixed", "固定期限"),
                            ("open", "没有固定期限"),
                            ("printed", "以记录所载为准"),
                            ("kept", "留存，不公示"),
                        ],
                        max_length=7,
                        verbose_name="期限种类",
                    ),
                ),
                (
                    "term_unit",
                    models.CharField(
                        blank=True,
                        choices=[("m", "个月"), ("d", "日")],
                        max_length=1,
                        verbose_name="期限单位",
                    ),
                ),
                (
                    "term_default",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="公示期"
                    ),
                ),
                (
                    "term_min",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="最短公示期"
                    ),
                ),
                (
                    "term_max",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="最长公示期"
                    ),
                ),
                (
                    "extension_max",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="可延长"
                    ),
                ),
                (
                    "extension_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="延长的情形"),
                ),
                ("extension_en", models.CharField(blank=True, max_length=200)),
                (
                    "term_start",
                    models.CharField(
                        choices=[
                            ("decision", "决定之日"),
                            ("order", "限制消费令之日"),
                            ("mark", "标记之日"),
                            ("publication", "公布之日"),
                            ("penalty", "处罚之日"),
                            ("evaluation_year", "评价年度"),
                            ("evaluation", "评价之日"),
                            ("certification", "认证之日"),
                            ("objection_end", "异议期满之日"),
                            ("determination", "认定之日"),
                            ("commitment", "承诺之日"),
                            ("correction", "改正之日"),
                        ],
                        max_length=15,
                        verbose_name="起算日",
                    ),
                ),
                (
                    "review_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="复核间隔（月）"
                    ),
                ),
                (
                    "on_expiry",
                    models.CharField(
                        choices=[
                            ("stop", "自动停止公示"),
                            ("deletion", "没有期满，符合删除情形方可删除"),
                            ("with_order", "随限制消费令解除而终止"),
                            ("cure", "改正后移出"),
                            ("lapse", "下次评价时自动失效"),
                            ("downgrade", "降级时失效"),
                            ("escalation", "期满终止，并起草列入严重名单的建议"),
                            ("kept", "留存，不公示；行业规定需要公示的，最长三个月"),
                            ("printed", "以记录所载为准"),
                            ("not_stated", "未规定"),
                        ],
                        max_length=12,
                        verbose_name="期满",
                    ),
                ),
                (
                    "early_exit",
                    models.CharField(
                        choices=[
                            ("period", "满规定时间后可以修复"),
                            ("condition", "符合条件即可"),
                            ("never", "不得提前停止公示"),
                            ("none", "无需修复"),
                        ],
                        max_length=9,
                        verbose_name="提前停止公示",
                    ),
                ),
                (
                    "early",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="满多久可修复"
                    ),
                ),
                (
                    "early_unit",
                    models.CharField(
                        blank=True, choices=[("m", "个月"), ("d", "日")], max_length=1
                    ),
                ),
                (
                    "early_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decision", "决定之日"),
                            ("order", "限制消费令之日"),
                            ("mark", "标记之日"),
                            ("publication", "公布之日"),
                            ("penalty", "处罚之日"),
                            ("evaluation_year", "评价年度"),
                            ("evaluation", "评价之日"),
                            ("certification", "认证之日"),
                            ("objection_end", "异议期满之日"),
                            ("determination", "认定之日"),
                            ("commitment", "承诺之日"),
                            ("correction", "改正之日"),
                        ],
                        max_length=15,
                        verbose_name="修复起算日",
                    ),
                ),
                (
                    "early_condition_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="修复条件"),
                ),
                ("early_condition_en", models.CharField(blank=True, max_length=300)),
                (
                    "repair_docs",
                    models.CharField(blank=True, max_length=60, verbose_name="修复材料"),
                ),
                (
                    "accept_wd",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="受理期限（工作日）"
                    ),
                ),
                (
                    "decide_wd",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="决定期限（工作日）"
                    ),
                ),
                (
                    "remove_wd",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="移出期限（工作日）"
                    ),
                ),
                (
                    "notice_kind",
                    models.CharField(
                        choices=[
                            ("ours", "期间在本站计算"),
                            ("prior", "已在别处告知"),
                            ("none", "无需告知"),
                        ],
                        max_length=5,
                        verbose_name="告知",
                    ),
                ),
                (
                    "notice_n",
                    models.PositiveSmallIntegerField(default=0, verbose_name="陈述申辩期"),
                ),
                (
                    "notice_unit",
                    models.CharField(
                        blank=True, choices=[("wd", "个工作日"), ("d", "日")], max_length=2
                    ),
                ),
                (
                    "notice_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("warning", "执行通知中的警告"),
                            ("order", "限制消费令送达"),
                            ("service", "告知书送达"),
                            ("finding", "查实"),
                            ("penalty_procedure", "处罚程序中的告知"),
                            ("prior", "处罚前告知"),
                            ("candidate_notice", "候选名单公示"),
                        ],
                        max_length=17,
                        verbose_name="告知起算",
                    ),
                ),
                (
                    "notice_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="告知方式"),
                ),
                ("notice_en", models.CharField(blank=True, max_length=300)),
                (
                    "publication",
                    models.CharField(
                        choices=[
                            ("decision", "决定时"),
                            ("evaluation", "评价时"),
                            ("certification", "认证时"),
                            ("receipt", "收到时"),
                            ("within_wd", "决定后若干工作日内"),
                            ("first_wd", "每月首个工作日"),
                            ("next_month", "次月前若干日内"),
                            ("none", "一般不公示"),
                        ],
                        max_length=16,
                        verbose_name="公布时间",
                    ),
                ),
                ("publication_n", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "objection_wd",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="公示异议期（工作日）"
                    ),
                ),
                (
                    "person_lookup",
                    models.CharField(
                        choices=[
                            ("name", "凭姓名"),
                            ("factor", "凭姓名和证件号码或者文书号"),
                            ("none", "不可查询"),
                        ],
                        max_length=6,
                        verbose_name="自然人查询",
                    ),
                ),
                (
                    "person_fields",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="可示自然人信息"
                    ),
                ),
                (
                    "directory_item",
                    models.CharField(
                        choices=[
                            ("registration", "登记注册基本信息"),
                            ("judicial", "司法裁判及执行信息"),
                            ("administrative", "行政管理信息"),
                            ("abnormal", "经营异常名录（状态）信息"),
                            ("serious_list", "严重失信主体名单信息"),
                            ("contract", "合同履行信息"),
                            ("commitment", "信用承诺及履行信息"),
                            ("evaluation", "信用评价结果信息"),
                        ],
                        max_length=14,
                        verbose_name="目录事项",
                    ),
                ),
                (
                    "overrides_class",
                    models.BooleanField(verbose_name="不受失信程度公示期限制"),
                ),
                (
                    "retention_days",
                    models.PositiveSmallIntegerField(verbose_name="终止后保存（日）"),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[("H", "高"), ("M", "中"), ("L", "低")],
                        max_length=1,
                        verbose_name="可信度",
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="资料出处")),
                (
                    "further_bases",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="registry.legalbasis"
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="registry.legalbasis",
                    ),
                ),
                (
                    "list_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="registry.listtype",
                    ),
                ),
                (
                    "measures",
                    models.ManyToManyField(
                        blank=True, related_name="rules", to="registry.measure"
                    ),
                ),
            ],
            options={
                "verbose_name": "名单规则",
                "verbose_name_plural": "名单规则",
                "ordering": ("list_type", "in_force"),
            },
        ),
        migrations.CreateModel(
            name="PenaltyClass",
            fields=[
                (
                    "code",
                    models.SlugField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="代码",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="处罚种类")),
                (
                    "name_en",
                    models.CharField(max_length=200, verbose_name="处罚种类（英文）"),
                ),
                (
                    "fine_from",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="罚款起点（元）"
                    ),
                ),
                (
                    "fine_below",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="罚款上限（元）"
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "轻微"),
                            ("general", "一般"),
                            ("serious", "严重"),
                            ("positive", "守信"),
                            ("court", "司法"),
                            ("none", "不分级"),
                        ],
                        max_length=8,
                        verbose_name="失信程度",
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[("H", "高"), ("M", "中"), ("L", "低")],
                        max_length=1,
                        verbose_name="可信度",
                    ),
                ),
            ],
            options={
                "verbose_name": "处罚种类与失信程度",
                "verbose_name_plural": "处罚种类与失信程度",
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("severity__in", ("minor", "general", "serious"))
                        ),
                        name="penalty_class_severity_is_of_a_breach",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fine_below", None),
                            models.Q(
                                ("fine_below__gt", models.F("fine_from")),
                                ("fine_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="penalty_class_amounts_run_upward",
                        violation_error_message="罚款上限必须高于起点。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ("H", "M", "L"))),
                        name="penalty_class_confidence_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeverityClass",
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
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "轻微"),
                            ("general", "一般"),
                            ("serious", "严重"),
                            ("positive", "守信"),
                            ("court", "司法"),
                            ("none", "不分级"),
                        ],
                        max_length=8,
                        verbose_name="失信程度",
                    ),
                ),
                ("in_force", models.DateField(verbose_name="施行日期")),
                (
                    "min_months",
                    models.PositiveSmallIntegerField(verbose_name="最短公示月数"),
                ),
                (
                    "max_months",
                    models.PositiveSmallIntegerField(verbose_name="最长公示月数"),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalbasis",
                    ),
                ),
            ],
            options={
                "verbose_name": "失信程度的公示期",
                "verbose_name_plural": "失信程度的公示期",
                "ordering": ("severity", "in_force"),
            },
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("reduce_rights", "management", "non_public", "incentive"))
                ),
                name="measure_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name_zh", ""), _negated=True),
                    models.Q(("name_en", ""), _negated=True),
                ),
                name="measure_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hits_unit", True),
                    ("hits_responsible", True),
                    ("hits_person", True),
                    _connector="OR",
                ),
                name="measure_hits_somebody",
                violation_error_message="措施必须说明对谁实施。",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__in", ("H", "M", "L"))),
                name="measure_confidence_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.UniqueConstraint(
                fields=("list_type", "in_force"), name="list_rule_one_version_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "severity__in",
                        ["minor", "general", "serious", "positive", "court", "none"],
                    )
                ),
                name="list_rule_severity_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("subjects", ""), _negated=True),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Replace(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Replace(
                                        django.db.models.functions.text.Replace(
                                            django.db.models.functions.text.Replace(
                                                django.db.models.functions.text.Replace(
                                                    models.F("subjects"),
                                                    models.Value("E"),
                                                    models.Value(""),
                                                ),
                                                models.Value("B"),
                                                models.Value(""),
                                            ),
                                            models.Value("F"),
                                            models.Value(""),
                                        ),
                                        models.Value("G"),
                                        models.Value(""),
                                    ),
                                    models.Value("S"),
                                    models.Value(""),
                                ),
                                models.Value("N"),
                                models.Value(""),
                            ),
                            models.Value("O"),
                            models.Value(""),
                        ),
                        models.Value(""),
                    ),
                ),
                name="list_rule_subjects_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("term_default__gt", 0),
                        ("term_default__isnull", False),
                        ("term_kind", "fixed"),
                        ("term_max__isnull", False),
                    ),
                    models.Q(
                        ("term_default", 0),
                        ("term_default__isnull", False),
                        ("term_kind", "kept"),
                        ("term_max__isnull", False),
                    ),
                    models.Q(
                        ("extension_max", None),
                        ("term_default", None),
                        ("term_kind__in", ("open", "printed")),
                        ("term_max", None),
                        ("term_min", None),
                    ),
                    _connector="OR",
                ),
                name="list_rule_term_has_a_maximum",
                violation_error_message="有期限的名单必须有公示期和最长公示期，没有固定期限的不得填写。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term_default", None), ("term_unit", "")),
                    models.Q(
                        ("term_default__isnull", False), ("term_unit__in", ("m", "d"))
                    ),
                    _connector="OR",
                ),
                name="list_rule_term_has_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("review_months__isnull", False),
                        ("review_months__range", (1, 12)),
                        ("term_kind", "open"),
                    ),
                    models.Q(
                        models.Q(("term_kind", "open"), _negated=True),
                        ("review_months", None),
                    ),
                    _connector="OR",
                ),
                name="list_rule_open_term_is_reviewed",
                violation_error_message="没有固定期限的名单必须在十二个月内复核，其他名单不设复核。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("term_min", None),
                    models.Q(
                        ("term_min__lte", models.F("term_default")),
                        ("term_default__lte", models.F("term_max")),
                    ),
                    _connector="OR",
                ),
                name="list_rule_minimum_fits_term",
                violation_error_message="最短公示期不得长于公示期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("term_default", None),
                    models.Q(
                        ("extension_max", None), ("term_default__lte", models.F("term_max"))
                    ),
                    models.Q(
                        ("extension_max__isnull", False),
                        (
                            "term_max__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("term_default"), "+", models.F("extension_max")
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="list_rule_extension_fits_maximum",
                violation_error_message="公示期连同延长不得超过最长公示期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "term_start__in",
                        [
                            "decision",
                            "order",
                            "mark",
                            "publication",
                            "penalty",
                            "evaluation_year",
                            "evaluation",
                            "certification",
                            "objection_end",
                            "determination",
                            "commitment",
                            "correction",
                        ],
                    )
                ),
                name="list_rule_term_start_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "on_expiry__in",
                        [
                            "stop",
                            "deletion",
                            "with_order",
                            "cure",
                            "lapse",
                            "downgrade",
                            "escalation",
                            "kept",
                            "printed",
                            "not_stated",
                        ],
                    )
                ),
                name="list_rule_on_expiry_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("early__isnull", False),
                        ("early_exit", "period"),
                        (
                            "early_from__in",
                            [
                                "decision",
                                "order",
                                "mark",
                                "publication",
                                "penalty",
                                "evaluation_year",
                                "evaluation",
                                "certification",
                                "objection_end",
                                "determination",
                                "commitment",
                                "correction",
                            ],
                        ),
                        ("early_unit__in", ("m", "d")),
                    ),
                    models.Q(
                        ("early", None),
                        ("early_exit__in", ("condition", "never", "none")),
                        ("early_from", ""),
                        ("early_unit", ""),
                    ),
                    _connector="OR",
                ),
                name="list_rule_early_exit_is_stated",
                violation_error_message="提前停止公示须写明期限和起算日，或写明没有。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("notice_kind", "ours"),
                        ("notice_n__gt", 0),
                        ("notice_unit__in", ("wd", "d")),
                    ),
                    ("notice_kind__in", ("prior", "none")),
                    _connector="OR",
                ),
                name="list_rule_our_notice_has_a_window",
                violation_error_message="由本站计算的告知必须有陈述申辩期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("notice_n", 0), ("notice_unit", "")),
                    models.Q(("notice_n__gt", 0), ("notice_unit__in", ("wd", "d"))),
                    _connector="OR",
                ),
                name="list_rule_notice_has_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "notice_from__in",
                        (
                            "",
                            "warning",
                            "order",
                            "service",
                            "finding",
                            "penalty_procedure",
                            "prior",
                            "candidate_notice",
                        ),
                    )
                ),
                name="list_rule_notice_from_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("publication__in", ("within_wd", "next_month")),
                        ("publication_n__gt", 0),
                        ("publication_n__isnull", False),
                    ),
                    models.Q(
                        (
                            "publication__in",
                            (
                                "decision",
                                "evaluation",
                                "certification",
                                "receipt",
                                "first_wd",
                                "none",
                            ),
                        ),
                        ("publication_n", None),
                    ),
                    _connector="OR",
                ),
                name="list_rule_publication_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term_start", "objection_end"), _negated=True),
                    models.Q(("objection_wd__gt", 0), ("objection_wd__isnull", False)),
                    _connector="OR",
                ),
                name="list_rule_objection_has_a_window",
                violation_error_message="期限自异议期满起算的，必须写明异议期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person_fields", ""), ("person_lookup", "none")),
                    models.Q(
                        ("person_lookup__in", ("name", "factor")),
                        ("subjects__contains", "N"),
                    ),
                    _connector="OR",
                ),
                name="list_rule_shows_persons_only_where_it_lists_them",
                violation_error_message="不列自然人的名单不得开放自然人查询。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "directory_item__in",
                        [
                            "registration",
                            "judicial",
                            "administrative",
                            "abnormal",
                            "serious_list",
                            "contract",
                            "commitment",
                            "evaluation",
                        ],
                    )
                ),
                name="list_rule_directory_item_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__in", ("H", "M", "L"))),
                name="list_rule_confidence_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="severityclass",
            constraint=models.UniqueConstraint(
                fields=("severity", "in_force"), name="severity_class_one_per_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="severityclass",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ("minor", "general", "serious"))),
                name="severity_class_is_of_a_breach",
            ),
        ),
        migrations.AddConstraint(
            model_name="severityclass",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_months__lte", models.F("max_months"))),
                name="severity_class_minimum_fits_maximum",
                violation_error_message="最短公示期不得长于最长公示期。",
            ),
        ),
    ]
