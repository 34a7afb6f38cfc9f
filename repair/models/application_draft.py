import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry.models.rule_codes import Document
from repair.models.evidence import MOST_BYTES, Evidence, new_name
from repair.models.filing import new_case

# How long after it was last kept.
LASTS = timedelta(days=1)


class ApplicationDraftQuerySet(models.QuerySet["ApplicationDraft"]):
    def alive(self, at: datetime) -> Self:
        return self.filter(kept_at__gt=at - LASTS)

    def forgotten(self, at: datetime) -> Self:
        return self.filter(kept_at__lte=at - LASTS)


class ApplicationDraft(models.Model):
    """申请草稿: what an applicant has filled in so far and not filed yet.

    It belongs to one browser, of whose mark only a keyed hash is kept, and is sealed
    whole under a key of its own; the filing takes over that key and the papers. It goes
    when it is filed, given up, or untouched for a day. `key` is the idempotency key of
    the form that began it.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # The name of its key in the vault, later that of the filing.
    case = models.CharField(max_length=32, unique=True, default=new_case, editable=False)
    browser = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)
    sealed = models.BinaryField()
    started_at = models.DateTimeField()
    kept_at = models.DateTimeField(_("保存时间"))

    objects = ApplicationDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("申请草稿")
        verbose_name_plural = _("申请草稿")
        ordering = ("-kept_at", "-pk")
        indexes = (
            models.Index(fields=("kept_at",), name="application_draft_to_forget"),
            models.Index(fields=("browser",), name="application_draft_of_browser"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kept_at__gte=F("started_at")),
                name="application_draft_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("browser"), 64)) & Q(Exact(Length("key"), 64)),
                name="application_draft_browser_is_hashed",
            ),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.kept_at:%Y-%m-%d}"

    @property
    def until(self) -> datetime:
        """When it goes, unless somebody goes on with it."""
        return self.kept_at + LASTS


class DraftPaper(models.Model):
    """草稿材料: one paper of a draft, stored as the evidence that it becomes."""

    draft = models.ForeignKey(ApplicationDraft, models.CASCADE, related_name="papers")
    stored_as = models.CharField(
        max_length=32, unique=True, default=new_name, editable=False
    )
    kind = models.CharField(_("文件类型"), max_length=4, choices=Evidence.Kind)
    document = models.CharField(_("材料"), max_length=5, choices=Document, blank=True)
    n_bytes = models.PositiveIntegerField(_("大小（字节）"))
    digest = models.CharField(_("摘要"), max_length=64)
    sealed_name = models.BinaryField()
    added_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("草稿材料")
        verbose_name_plural = _("草稿材料")
        ordering = ("added_at", "pk")
        constraints = (
            # Of a form sent twice there is one paper.
            models.UniqueConstraint(
                fields=("draft", "digest"), name="draft_paper_is_there_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("pdf", "jpeg", "png"))
                & Q(n_bytes__range=(1, MOST_BYTES))
                & Q(Exact(Length("digest"), 64)),
                name="draft_paper_may_become_evidence",
            ),
        )

    def __str__(self) -> str:
        # The name it came under may name a person.
        return f"{self.get_kind_display()} {self.stored_as[:8]}"
