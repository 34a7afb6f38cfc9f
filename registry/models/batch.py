from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.models.entity import Identifier
from registry.models.source import Source


class Batch(models.Model):
    """One intake: a file, where it came from, how far it got and what became of each row.

    `position` and the counts move in the same transaction as the rows they
    count, so a batch that was killed continues where it stopped.
    created + changed + unchanged + rejected = position, always.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("处理中")
        DONE = "done", _("已完成")

    source = models.ForeignKey(Source, models.PROTECT, related_name="batches")
    filename = models.CharField(_("文件名"), max_length=255)
    # SHA-256 of the file as it was given, in hex.
    digest = models.CharField(max_length=64)
    as_of = models.DateTimeField(_("数据时间"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.RUNNING)
    n_records = models.PositiveIntegerField(_("记录数"))
    position = models.PositiveIntegerField(_("已处理"), default=0)
    n_created = models.PositiveIntegerField(_("新增"), default=0)
    n_changed = models.PositiveIntegerField(_("变更"), default=0)
    n_unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    n_rejected = models.PositiveIntegerField(_("未采用"), default=0)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("入库批次")
        verbose_name_plural = _("入库批次")
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("source", "digest", "as_of"),
                condition=Q(state="running"),
                name="batch_runs_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    position=F("n_created")
                    + F("n_changed")
                    + F("n_unchanged")
                    + F("n_rejected")
                ),
                name="batch_accounts_for_every_row",
            ),
            models.CheckConstraint(
                condition=Q(state="running", finished_at=None)
                | (Q(state="done", position=F("n_records")) & ~Q(finished_at=None)),
                name="batch_done_means_every_row_read",
            ),
        )

    def __str__(self) -> str:
        return f"{self.filename} {self.started_at:%Y-%m-%d %H:%M}"


class Finding(models.Model):
    """What is doubtful about one row of a batch, in words fit to act on.

    Holds the row's number, name and number of the organisation, never the
    rest of the row: shifted columns have carried names of persons.
    """

    class Code(models.TextChoices):
        # The row was not taken.
        COLUMNS = "columns", _("列数与表头不符")
        NO_NAME = "no_name", _("没有名称")
        LONG_FIELD = "long_field", _("内容超过允许的长度")
        ENCODING = "encoding", _("含有无法识别的字符")
        PERSONAL_NUMBER = "personal_number", _("编号是自然人的身份证件号码")
        CODE_TAKEN = "code_taken", _("编号已属于另一名称的主体")
        # The row was taken, with a reservation.
        NO_CODE = "no_code", _("没有编号")
        WRONG_CODE = "wrong_code", _("编号有误，保留并标注")
        OLDER_NAME = "older_name", _("同一编号的名称不同，来源不更新，名称未改")
        WRONG_DATE = "wrong_date", _("成立日期无法识别")
        UNKNOWN_REGION = "unknown_region", _("地区无法识别")
        SHIFTED = "shifted", _("各列错位，只采用名称、编号和成立日期")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="findings")
    # Counted from 1 after the header.
    row = models.PositiveIntegerField(_("第几条"))
    code = models.CharField(_("问题"), max_length=20, choices=Code)
    rejected = models.BooleanField(_("未采用"))
    name = models.CharField(_("名称"), max_length=200, blank=True)
    number = models.CharField(_("编号"), max_length=40, blank=True)
    # Facts without a language: a flaw, a column, "found/due"; see `explanation`.
    detail = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("数据问题")
        verbose_name_plural = _("数据问题")
        ordering = ("batch", "row", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "row", "code"), name="finding_is_said_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.row} {self.get_code_display()}"

    @property
    def explanation(self) -> str:
        """The detail as a reader's words; it is stored as facts without a language."""
        if self.code == Finding.Code.WRONG_CODE:
            return str(Identifier.Flaw(self.detail).label)
        if self.code == Finding.Code.COLUMNS:
            found, due = self.detail.split("/")
            sentence = gettext("应为 %(due)s 列，实为 %(found)s 列")
            return sentence % {"due": due, "found": found}
        return self.detail
