from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.models import Listing, User

LONGEST_TITLE, LONGEST_BODY = 120, 50_000


class ArticleKind(models.TextChoices):
    NOTICE = "notice", _("通知公告")
    POLICY = "policy", _("政策法规")
    STORY = "story", _("诚信故事")
    CASE = "case", _("典型案例")


class ArticleQuerySet(models.QuerySet["Article"]):
    def on_display(self, at: datetime) -> Self:
        """What visitors see at a moment, the newest first."""
        begun = self.filter(shown_from__lte=at, withdrawn_at=None)
        over = Q(shown_until__isnull=False, shown_until__lte=at)
        return begun.exclude(over).order_by("-shown_from", "-pk")

    def taken_down(self, at: datetime) -> Self:
        """What visitors saw once and do not at a moment: withdrawn, or its time is over."""
        had_begun = Q(withdrawn_at=None) | Q(withdrawn_at__gt=F("shown_from"))
        is_down = Q(withdrawn_at__isnull=False) | Q(shown_until__lte=at)
        return self.filter(had_begun, is_down, shown_from__lte=at)


class Article(models.Model):
    """A text of the editors, in Chinese and, where somebody wrote it, in English.

    A typical case may be tied to a listing of an organisation: it says {当事人} where the
    name stands, and loses the name with the listing.
    """

    class State(models.TextChoices):
        """Computed, never stored."""

        DRAFT = "draft", pgettext_lazy("article", "草稿")
        SCHEDULED = "scheduled", _("等待发布")
        SHOWN = "shown", _("已发布")
        OVER = "over", _("已到期")
        WITHDRAWN = "withdrawn", _("已撤下")

    kind = models.CharField(_("栏目"), max_length=8, choices=ArticleKind)
    title_zh = models.CharField(_("中文标题"), max_length=LONGEST_TITLE)
    body_zh = models.TextField(_("中文正文"), max_length=LONGEST_BODY)
    title_en = models.CharField(_("英文标题"), max_length=LONGEST_TITLE, blank=True)
    body_en = models.TextField(_("英文正文"), max_length=LONGEST_BODY, blank=True)
    listing = models.ForeignKey(
        Listing,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所涉名单记录"),
    )
    shown_from = models.DateTimeField(_("发布时间"), null=True, blank=True)
    shown_until = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("提前撤下"), null=True, blank=True)
    changed_at = models.DateTimeField(_("最近修改"))
    version = models.PositiveIntegerField(default=1)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("文章")
        verbose_name_plural = _("文章")
        ordering = ("-changed_at", "-pk")
        indexes = (models.Index(fields=("-shown_from", "-id"), name="article_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=ArticleKind.values), name="article_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(title_zh="") & ~Q(body_zh=""), name="article_says_something"
            ),
            models.CheckConstraint(
                condition=Q(title_en="", body_en="") | (~Q(title_en="") & ~Q(body_en="")),
                name="article_is_whole_in_english",
            ),
            models.CheckConstraint(
                condition=Q(listing=None) | Q(kind=ArticleKind.CASE),
                name="article_of_listing_is_a_case",
            ),
            models.CheckConstraint(
                condition=Q(shown_until=None) | Q(shown_until__gt=F("shown_from")),
                name="article_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(shown_from__isnull=False),
                name="article_withdrawn_was_published",
            ),
        )

    def __str__(self) -> str:
        return self.title_zh

    def state(self, at: datetime) -> State:
        if self.shown_from is None:
            return self.State.DRAFT
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if at < self.shown_from:
            return self.State.SCHEDULED
        if self.shown_until and self.shown_until <= at:
            return self.State.OVER
        return self.State.SHOWN


class ArticleAct(models.TextChoices):
    WRITE = "write", _("起草")
    EDIT = "edit", _("修改")
    PUBLISH = "publish", pgettext_lazy("article", "发布")
    WITHDRAW = "withdraw", _("撤下")


class ArticleStep(models.Model):
    """One line of the trail of an article: who did what, to which version. Append-only."""

    article = models.ForeignKey(
        Article, models.PROTECT, related_name="steps", verbose_name=_("文章")
    )
    act = models.CharField(_("事项"), max_length=8, choices=ArticleAct)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("人员"))
    at = models.DateTimeField(_("时间"))
    version = models.PositiveIntegerField()
    # The texts as they were from this step on, so that what was published can be shown.
    texts: Any = models.JSONField(default=dict)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("文章办理记录")
        verbose_name_plural = _("文章办理记录")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=ArticleAct.values), name="article_step_act_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"
