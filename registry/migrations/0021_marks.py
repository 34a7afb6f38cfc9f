"""How long an objection to a listing may take, as rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0020_eligibility"),
    ]

    operations = [
        migrations.CreateModel(
            name="ObjectionTerms",
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
                ("scope", models.CharField(max_length=40, verbose_name="适用范围")),
                ("in_force", models.DateField(verbose_name="施行日期")),
                (
                    "mark_wd",
                    models.PositiveSmallIntegerField(verbose_name="标注期限（工作日）"),
                ),
                ("decide_n", models.PositiveSmallIntegerField(verbose_name="决定期限")),
                (
                    "decide_unit",
                    models.CharField(
                        choices=[("wd", "个工作日"), ("d", "日")], max_length=2
                    ),
                ),
                (
                    "extended_n",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="延长后期限"
                    ),
                ),
                (
                    "correct_wd",
                    models.PositiveSmallIntegerField(verbose_name="更正期限（工作日）"),
                ),
                ("again_n", models.PositiveSmallIntegerField(verbose_name="申请复议期限")),
                (
                    "again_unit",
                    models.CharField(
                        choices=[("wd", "个工作日"), ("d", "日")], max_length=2
                    ),
                ),
                (
                    "decide_again_n",
                    models.PositiveSmallIntegerField(verbose_name="复议决定期限"),
                ),
                (
                    "decide_again_unit",
                    models.CharField(
                        choices=[("wd", "个工作日"), ("d", "日")], max_length=2
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
                "verbose_name": "异议期限",
                "verbose_name_plural": "异议期限",
                "ordering": ("scope", "in_force"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "in_force"), name="objection_terms_one_per_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decide_unit__in", ("wd", "d")),
                            ("again_unit__in", ("wd", "d")),
                            ("decide_again_unit__in", ("wd", "d")),
                        ),
                        name="objection_terms_units_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extended_n", None),
                            ("extended_n__gt", models.F("decide_n")),
                            _connector="OR",
                        ),
                        name="objection_terms_extend_forward",
                        violation_error_message="延长后的期限必须长于原来的期限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ("H", "M", "L"))),
                        name="objection_terms_confidence_is_known",
                    ),
                ],
            },
        ),
    ]
