import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.models.authority import Authority
from registry.models.delivery_codes import Reason, Verdict
from registry.models.entity import Entity
from registry.models.listing import Listing
from registry.models.user import User

# What a second person has not decided on by then is withdrawn by itself, like a proposal.
WAITS = timedelta(days=10)


def new_name() -> str:
    """What the file is called on disk: tells nothing and cannot be guessed."""
    return secrets.token_hex(16)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def at_work(self) -> Self:
        """What a task has to go on with, the oldest first."""
        return self.filter(state__in=Delivery.WORKED_ON).order_by("pk")

    def in_the_way(self) -> Self:
        """Those whose file would be delivered a second time."""
        return self.exclude(state__in=Delivery.GIVEN_UP)


class Delivery(models.Model):
    """报送批次: one official file of an authority, from upload to release or back.

    It stays `uploaded` until every column is explained. `list_code` is a list or a family
    of lists. `position` and the counts move in the same transaction as the rows they count,
    so a check that was killed goes on where it stopped. The file lies sealed until the
    delivery is over; `digest` is SHA-256 of it as it was given, and the evidence of every
    notice it tells of.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("已上传")
        CHECKING = "checking", _("核对中")
        CHECKED = "checked", _("已核对")
        WAITING = "waiting", _("等待审核")
        RELEASING = "releasing", _("正在办理公示")
        RELEASED = "released", _("已公示")
        UNDOING = "undoing", _("等待审核撤销")
        ROLLING_BACK = "rolling_back", _("撤销中")
        ROLLED_BACK = "rolled_back", _("已撤销")
        REFUSED = "refused", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")

    WORKED_ON = (State.CHECKING, State.RELEASING, State.ROLLING_BACK)
    GIVEN_UP = (State.REFUSED, State.WITHDRAWN, State.ROLLED_BACK)
    # Neither the file nor what it says is needed any more.
    OVER = (State.RELEASED, *GIVEN_UP)

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="deliveries", verbose_name=_("认定单位")
    )
    list_code = models.SlugField(_("名单"), max_length=40)
    column_set = models.CharField(_("字段版本"), max_length=20)
    header = models.JSONField(default=list)
    # Title in the file -> code of a column, where the title itself is none.
    mapping = models.JSONField(default=dict, blank=True)
    filename = models.CharField(_("文件名"), max_length=255)
    stored_as = models.CharField(max_length=32, unique=True, default=new_name)
    digest = models.CharField(_("摘要"), max_length=64)
    state = models.CharField(
        _("状态"), max_length=12, choices=State, default=State.UPLOADED
    )
    n_records = models.PositiveIntegerField(_("记录数"))
    position = models.PositiveIntegerField(_("已核对"), default=0)
    n_accepted = models.PositiveIntegerField(_("可公示"), default=0)
    n_changed = models.PositiveIntegerField(_("有变化"), default=0)
    n_unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    n_doubtful = models.PositiveIntegerField(_("存疑"), default=0)
    n_rejected = models.PositiveIntegerField(_("未采用"), default=0)
    n_repeated = models.PositiveIntegerField(_("文件内重复"), default=0)
    # Alarms of the gate: code and numbers, see `registry.intake.gate`.
    alarms = models.JSONField(default=list, blank=True)
    # Why the last attempt to release it came to nothing, in words fit to show.
    fault = models.CharField(_("未能公示的原因"), max_length=1000, blank=True)

    maker = models.ForeignKey(
        User, models.PROTECT, related_name="deliveries", verbose_name=_("经办人")
    )
    made_at = models.DateTimeField(_("上传时间"))
    checked_at = models.DateTimeField(_("核对完成"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提请时间"), null=True, blank=True)
    checker = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checked_deliveries",
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    # Why it was refused, or released against the alarms of the gate.
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    released_at = models.DateTimeField(_("公示时间"), null=True, blank=True)

    # The one-step rollback has two people of its own.
    undo_maker = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_document = models.CharField(_("撤销依据文号"), max_length=100, blank=True)
    undo_checker = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rolled_back_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    n_ended = models.PositiveIntegerField(_("撤销时终止"), default=0)
    # What the rows said of parties that were not listed is gone since then.
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("报送批次")
        verbose_name_plural = _("报送批次")
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=("authority", "list_code", "-made_at"), name="delivery_of_list"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64)), name="delivery_has_a_digest"
            ),
            models.CheckConstraint(
                condition=Q(
                    position=F("n_accepted")
                    + F("n_changed")
                    + F("n_unchanged")
                    + F("n_doubtful")
                    + F("n_rejected")
                )
                & Q(position__lte=F("n_records")),
                name="delivery_accounts_for_every_row",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("uploaded", "checking", "withdrawn"))
                | Q(position=F("n_records"), checked_at__isnull=False),
                name="delivery_is_checked_to_its_end",
            ),
            models.CheckConstraint(
                condition=Q(checker=None) | ~Q(checker=F("maker")),
                name="delivery_is_checked_by_another",
                violation_error_message=_("提请人不得审核自己提请的事项。"),
            ),
            models.CheckConstraint(
                condition=Q(checker=None, decided_at=None)
                | Q(checker__isnull=False, decided_at__isnull=False),
                name="delivery_decision_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("uploaded", "checking", "checked", "waiting", "withdrawn"),
                    released_at=None,
                )
                | Q(
                    state__in=("releasing", "refused"),
                    released_at=None,
                    checker__isnull=False,
                )
                | Q(
                    state__in=("released", "undoing", "rolling_back", "rolled_back"),
                    released_at__isnull=False,
                    submitted_at__isnull=False,
                    checker__isnull=False,
                ),
                name="delivery_released_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(undo_checker=None) | ~Q(undo_checker=F("undo_maker")),
                name="delivery_is_rolled_back_by_two",
                violation_error_message=_("提请人不得审核自己提请的事项。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("rolling_back", "rolled_back"))
                | Q(undo_maker__isnull=False, undo_checker__isnull=False)
                & ~Q(undo_document=""),
                name="delivery_rolled_back_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(rolled_back_at=None) | Q(state="rolled_back"),
                name="delivery_rolled_back_at_its_end",
            ),
            models.UniqueConstraint(
                fields=("authority", "list_code", "digest"),
                condition=~Q(state__in=("refused", "withdrawn", "rolled_back")),
                name="delivery_takes_a_file_once",
                violation_error_message=_("同一份文件已经报送过。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.filename}"

    @property
    def n_in_error(self) -> int:
        return self.n_doubtful + self.n_rejected

    def has_lapsed(self, at: datetime) -> bool:
        """Whether it waited too long for a second person."""
        return (
            self.state == self.State.WAITING
            and self.submitted_at is not None
            and self.submitted_at + WAITS <= at
        )


class DeliveryRow(models.Model):
    """One record of a delivery: what would become of it, why, and what became of it.

    `draft` is what would be opened and proposed, kept until the delivery is over. `same`
    stands for authority, list, party and number of the decision, `says` for the rest, both
    as keyed digests: by them a record is known again. Of a natural person nothing is kept;
    what names an organisation goes when the listing is there to name it, or in time.
    """

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="rows")
    # Counted from 1 after the header.
    number = models.PositiveIntegerField(_("第几条"))
    verdict = models.CharField(_("结果"), max_length=9, choices=Verdict)
    # Pairs of a code of `Reason` and a detail without a language.
    reasons = models.JSONField(default=list, blank=True)
    # Of an organisation, for rows that make no listing.
    name = models.CharField(_("名称"), max_length=200, blank=True)
    code = models.CharField(_("编号"), max_length=40, blank=True)
    decision_no = models.CharField(_("决定文书号"), max_length=100, blank=True)
    draft = models.JSONField(null=True, blank=True)
    same = models.CharField(max_length=64, blank=True)
    says = models.CharField(max_length=64, blank=True)
    entity = models.ForeignKey(
        Entity, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # What it made, or what it says something else about.
    listing = models.ForeignKey(
        Listing, models.PROTECT, null=True, blank=True, related_name="told_by"
    )

    class Meta:
        verbose_name = _("报送记录")
        verbose_name_plural = _("报送记录")
        ordering = ("delivery", "number")
        indexes = (
            models.Index(
                fields=("delivery", "verdict", "number"), name="delivery_row_by_verdict"
            ),
            models.Index(fields=("same",), name="delivery_row_same", condition=~Q(same="")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("delivery", "number"), name="delivery_row_is_read_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=(
                        "accepted",
                        "changed",
                        "unchanged",
                        "doubtful",
                        "rejected",
                    )
                ),
                name="delivery_row_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=("accepted", "unchanged")) | ~Q(reasons=[]),
                name="delivery_row_says_why_not",
            ),
            models.CheckConstraint(
                condition=Q(draft=None) | Q(verdict="accepted"),
                name="delivery_row_draft_is_accepted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.get_verdict_display()}"

    @property
    def words(self) -> list[str]:
        """Every reason, in the reader's language."""
        return [in_words(code, detail) for code, detail in self.reasons]

    @property
    def party(self) -> str:
        """The organisation it is about, as far as it may still be named."""
        if self.listing is not None and self.verdict == Verdict.ACCEPTED:
            return str(self.listing.entity or "")
        return str(self.entity) if self.entity is not None else self.name


def in_words(code: str, detail: str) -> str:
    label = str(Reason(code).label) if code in Reason.values else code
    if not detail:
        return label
    return gettext("%(label)s（%(detail)s）") % {"label": label, "detail": detail}


class DeliveryStep(models.Model):
    """One line of the trail of a delivery: who did what, when, and why. Append-only."""

    class Act(models.TextChoices):
        UPLOAD = "upload", _("上传")
        EXPLAIN = "explain", _("说明列的对应")
        CHECK = "check", _("核对完成")
        CHECK_AGAIN = "check_again", _("重新核对")
        SUBMIT = "submit", _("提请公示")
        APPROVE = "approve", _("同意公示")
        REFUSE = "refuse", _("退回")
        WITHDRAW = "withdraw", _("撤回")
        LAPSE = "lapse", _("提请逾期失效")
        RELEASE = "release", _("公示")
        FAIL = "fail", _("未能公示")
        UNDO = "undo", _("提请撤销")
        APPROVE_UNDO = "approve_undo", _("同意撤销")
        KEEP = "keep", _("不予撤销")
        ROLL_BACK = "roll_back", _("撤销")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="steps")
    act = models.CharField(_("事项"), max_length=12, choices=Act)
    # Empty where the register itself acted.
    by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("人员"),
    )
    at = models.DateTimeField(_("时间"))
    reason = models.CharField(_("理由"), max_length=1000, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("报送办理记录")
        verbose_name_plural = _("报送办理记录")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    act__in=(
                        "upload",
                        "explain",
                        "check",
                        "check_again",
                        "submit",
                        "approve",
                        "refuse",
                        "withdraw",
                        "lapse",
                        "release",
                        "fail",
                        "undo",
                        "approve_undo",
                        "keep",
                        "roll_back",
                    )
                ),
                name="delivery_step_act_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"


class ColumnMapping(models.Model):
    """What a header that no set of columns knows means in the files of one authority."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="+")
    column_set = models.CharField(max_length=20)
    header = models.CharField(max_length=100)
    column = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("列的对应")
        verbose_name_plural = _("列的对应")
        constraints = (
            models.UniqueConstraint(
                fields=("authority", "column_set", "header"),
                name="column_mapping_one_per_header",
            ),
        )

    def __str__(self) -> str:
        return f"{self.header} -> {self.column}"


def remembered(authority: Authority, column_set: str) -> dict[str, Any]:
    """The headers that the authority has explained before."""
    known = ColumnMapping.objects.filter(authority=authority, column_set=column_set)
    return dict(known.values_list("header", "column"))
