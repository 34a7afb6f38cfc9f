from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.authority import Authority
from registry.models.list_type import ListType
from registry.models.listing import new_case
from registry.models.user import User

# How long after it was last kept; as long as a proposal waits.
LASTS = timedelta(days=10)


class KeptDraftQuerySet(models.QuerySet["KeptDraft"]):
    def of(self, user: User) -> Self:
        """One's own, as long as one works where it was typed."""
        return self.filter(maker=user.pk, authority=user.authority_id or 0)

    def forgotten(self, at: datetime) -> Self:
        """Not touched for so long that nobody will go on with it."""
        return self.filter(kept_at__lte=at - LASTS)


class KeptDraft(models.Model):
    """草稿: what somebody has typed of a case and not filed yet; nobody else sees it.

    Sealed whole, under a key of its own in the vault, whoever it is about: half a form
    does not tell. `key` is the idempotency key of its form, so that a form is kept once
    and goes when it is filed.
    """

    key = models.UUIDField(editable=False)
    # The name of its key in the vault.
    case = models.CharField(max_length=32, unique=True, default=new_case, editable=False)
    maker = models.ForeignKey(
        User, models.PROTECT, related_name="drafts", verbose_name=_("经办人")
    )
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    list_type = models.ForeignKey(ListType, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    started_at = models.DateTimeField()
    kept_at = models.DateTimeField(_("保存时间"))

    objects = KeptDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        ordering = ("-kept_at", "-pk")
        indexes = (models.Index(fields=("kept_at",), name="kept_draft_to_forget"),)
        constraints = (
            models.UniqueConstraint(
                fields=("maker", "key"), name="kept_draft_is_one_of_its_form"
            ),
            models.CheckConstraint(
                condition=Q(kept_at__gte=F("started_at")), name="kept_draft_runs_forward"
            ),
        )

    def __str__(self) -> str:
        return f"{self.list_type} {self.kept_at:%Y-%m-%d}"

    @property
    def until(self) -> datetime:
        """When it goes, unless somebody goes on with it."""
        return self.kept_at + LASTS
