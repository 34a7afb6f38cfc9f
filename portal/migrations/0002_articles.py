"""What the editors write, and its trail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.guards import AddGuard, Guard

ARTICLE, STEP = "portal_article", "portal_articlestep"
OF_A_PERSON = """NEW.listing_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM registry_listing WHERE id = NEW.listing_id AND person_id IS NOT NULL)"""
GUARDS = [
    Guard("article_names_no_person_i", ARTICLE, "INSERT", OF_A_PERSON),
    Guard("article_names_no_person_u", ARTICLE, "UPDATE", OF_A_PERSON),
    Guard("article_is_never_deleted", ARTICLE, "DELETE"),
    Guard("article_step_is_never_changed", STEP, "UPDATE"),
    Guard("article_step_is_never_deleted", STEP, "DELETE"),
]


def refuse_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in (ARTICLE, STEP):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_append_only BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
            )


def allow_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in (ARTICLE, STEP):
            schema_editor.execute(f"DROP TRIGGER {table}_is_append_only ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_heartbeat"),
        ("registry", "0013_deliveries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
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
                        choices=[
                            ("notice", "通知公告"),
                            ("policy", "政策法规"),
                            ("story", "诚信故事"),
                            ("case", "典型案例"),
                        ],
                        max_length=8,
                        verbose_name="栏目",
                    ),
                ),
                ("title_zh", models.CharField(max_length=120, verbose_name="中文标题")),
                ("body_zh", models.TextField(max_length=50000, verbose_name="中文正文")),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=120, verbose_name="英文标题"),
                ),
                (
                    "body_en",
                    models.TextField(blank=True, max_length=50000, verbose_name="英文正文"),
                ),
                (
                    "shown_from",
                    models.DateTimeField(blank=True, null=True, verbose_name="发布时间"),
                ),
                (
                    "shown_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤下时间"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="提前撤下"),
                ),
                ("changed_at", models.DateTimeField(verbose_name="最近修改")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.listing",
                        verbose_name="所涉名单记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "文章",
                "verbose_name_plural": "文章",
                "ordering": ("-changed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ArticleStep",
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
                    "act",
                    models.CharField(
                        choices=[
                            ("write", "起草"),
                            ("edit", "修改"),
                            ("publish", "发布"),
                            ("withdraw", "撤下"),
                        ],
                        max_length=8,
                        verbose_name="事项",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("version", models.PositiveIntegerField()),
                ("texts", models.JSONField(default=dict)),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="理由"),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="portal.article",
                        verbose_name="文章",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "文章办理记录",
                "verbose_name_plural": "文章办理记录",
                "ordering": ("at", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-shown_from", "-id"], name="article_newest"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["notice", "policy", "story", "case"])),
                name="article_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title_zh", ""), _negated=True),
                    models.Q(("body_zh", ""), _negated=True),
                ),
                name="article_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body_en", ""), ("title_en", "")),
                    models.Q(
                        models.Q(("title_en", ""), _negated=True),
                        models.Q(("body_en", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="article_is_whole_in_english",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("listing", None), ("kind", "case"), _connector="OR"),
                name="article_of_listing_is_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shown_until", None),
                    ("shown_until__gt", models.F("shown_from")),
                    _connector="OR",
                ),
                name="article_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None), ("shown_from__isnull", False), _connector="OR"
                ),
                name="article_withdrawn_was_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="articlestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["write", "edit", "publish", "withdraw"])),
                name="article_step_act_is_known",
            ),
        ),
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
