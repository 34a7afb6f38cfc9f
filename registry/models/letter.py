import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry.models.listing import Listing
from registry.models.user import User

MEGABYTE = 1024 * 1024
# Of a file that proves a delivery: a scan of some pages.
MOST_BYTES = 5 * MEGABYTE
# In place of the digest of what was erased: it would still tell a copy.
NO_DIGEST = "0" * 64


def new_name() -> str:
    """What the file is called on disk: tells nothing and cannot be guessed."""
    return secrets.token_hex(16)


class Letter(models.Model):
    """文书: a paper the register made about a case, kept as it was handed over.

    Append-only; a mistake is followed by another letter. Both languages lie on disk, sealed
    under the key of the case, of organisations too, and go when the case is erased.
    `digest` is SHA-256 of the Chinese PDF, which alone is the document.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("告知书")
        DECISION = "decision", _("决定书")
        # Of an application for repair, made by the app that has the procedure.
        ACCEPTED = "accepted", _("受理通知书")
        RETURNED = "returned", _("补正通知书")
        DECLINED = "declined", _("不予受理通知书")
        GRANTED = "granted", _("准予信用修复决定书")
        REFUSED = "refused", _("不予信用修复决定书")
        SHIELDED = "shielded", _("暂停公示通知书")
        # Eight characters at most: what a guard reads keeps its type on PostgreSQL.
        PROLONGED = "prolong", _("继续暂停公示通知书")

    OF_CASE = (Kind.NOTICE, Kind.DECISION)

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="letters")
    kind = models.CharField(_("文书"), max_length=8, choices=Kind)
    number = models.CharField(_("文号"), max_length=100, blank=True)
    dated_on = models.DateField(_("落款日期"))
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("制作人")
    )
    made_at = models.DateTimeField(_("制作时间"))
    stored_as = models.CharField(
        max_length=32, unique=True, default=new_name, editable=False
    )
    digest = models.CharField(_("摘要"), max_length=64)
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("文书")
        verbose_name_plural = _("文书")
        ordering = ("made_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "notice",
                        "decision",
                        "accepted",
                        "returned",
                        "declined",
                        "granted",
                        "refused",
                        "shielded",
                        "prolong",
                    )
                ),
                name="letter_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64)), name="letter_has_a_digest"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(number="")
                | Q(erased_at__isnull=False, number="", digest=NO_DIGEST),
                name="letter_is_whole_or_erased",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Manner(models.TextChoices):
    """How a paper went to the party, or came from it."""

    IN_PERSON = "in_person", _("当面")
    POST = "post", _("邮寄")
    LEFT = "left", _("留置")
    ELECTRONIC = "electronic", _("电子方式")
    ANNOUNCED = "announced", _("公告")
    ORAL = "oral", _("口头，有笔录")


class CasePaper(models.Model):
    """案卷材料: what went to the party or came from it, how, on which day, and the proof.

    Append-only. `on` is the day that the proof says, `effective_on` the day from which it
    counts. A delivery has its proof; the file lies on disk, sealed under the key of the
    case, and its kind is what its first bytes say. The name it came under is not kept.
    """

    class About(models.TextChoices):
        NOTICE = "notice", _("告知书送达")
        DECISION = "decision", _("决定书送达")
        DEFENCE = "defence", _("陈述申辩")
        ANSWER = "answer", _("对陈述申辩的答复")

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="papers")
    about = models.CharField(_("事项"), max_length=8, choices=About)
    # Which letter was delivered, where the register made it.
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    manner = models.CharField(_("方式"), max_length=10, choices=Manner, blank=True)
    on = models.DateField(_("日期"))
    effective_on = models.DateField(_("生效日期"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("记录人")
    )
    recorded_at = models.DateTimeField(_("记录时间"))
    kind = models.CharField(_("文件类型"), max_length=4, choices=Kind, blank=True)
    n_bytes = models.PositiveIntegerField(_("大小（字节）"), default=0)
    digest = models.CharField(_("摘要"), max_length=64, default=NO_DIGEST)
    stored_as = models.CharField(
        max_length=32, unique=True, default=new_name, editable=False
    )
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("案卷材料")
        verbose_name_plural = _("案卷材料")
        ordering = ("recorded_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(about__in=("notice", "decision"))
                & Q(manner__in=("in_person", "post", "left", "electronic", "announced"))
                & Q(n_bytes__gt=0)
                | Q(about="defence")
                & Q(manner__in=("in_person", "post", "electronic", "oral"))
                | Q(about="answer", manner="", n_bytes__gt=0),
                name="case_paper_manner_fits",
            ),
            models.CheckConstraint(
                condition=Q(effective_on__gte=models.F("on")),
                name="case_paper_counts_from_its_day",
            ),
            models.CheckConstraint(
                condition=Q(n_bytes=0, kind="")
                | Q(n_bytes__range=(1, MOST_BYTES), kind__in=("pdf", "jpeg", "png")),
                name="case_paper_file_is_known",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64))
                & (Q(n_bytes__gt=0, erased_at=None) | Q(digest=NO_DIGEST)),
                name="case_paper_digest_is_of_a_file",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_about_display()} {self.on}"
