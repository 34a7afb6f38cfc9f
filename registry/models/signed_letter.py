from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry.models.ledger import Checkpoint, LedgerEntry
from registry.models.letter import new_name
from registry.models.listing import Listing


class SignedLetterQuerySet(models.QuerySet["SignedLetter"]):
    def waiting(self) -> Self:
        """Not signed yet, and what they rest on is under a signed checkpoint."""
        return self.filter(
            signed_at=None, erased_at=None, entry__lt=Checkpoint.objects.latest_size()
        )


class SignedLetter(models.Model):
    """签名文书: what the register confirms to a party under its key, to be shown to others.

    `sealed` holds the content, canonical JSON, under the key of the case; `digest` is its
    SHA-256, which a random code in the content keeps from being tried out, so that number,
    day, digest and signature stay when the case is erased and a copy can still be checked.
    Append-only but for the signature, the digests of the two PDFs, and a revocation.
    """

    class Kind(models.TextChoices):
        LIFT = "lift", _("信用修复（移出）告知书")

    number = models.CharField(_("编号"), max_length=16, unique=True, editable=False)
    kind = models.CharField(_("文书"), max_length=8, choices=Kind)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="signed_letters")
    # What it rests on: of a lift the `end` of the listing.
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="+")
    issued_on = models.DateField(_("出具日期"))
    made_at = models.DateTimeField(_("出具时间"))
    sealed = models.BinaryField(null=True)
    digest = models.CharField(_("摘要"), max_length=64)
    signature = models.BinaryField(null=True)
    # Name and id of the key, as its vkey begins.
    key = models.CharField(_("密钥"), max_length=300, blank=True)
    signed_at = models.DateTimeField(_("签名时间"), null=True, blank=True)
    # SHA-256 of the PDFs, which are made when they are first asked for.
    digest_zh = models.CharField(max_length=64, blank=True)
    digest_en = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(
        max_length=32, unique=True, default=new_name, editable=False
    )
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    objects = SignedLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("签名文书")
        verbose_name_plural = _("签名文书")
        ordering = ("made_at", "pk")
        indexes = (
            models.Index(
                fields=("entry",),
                name="signed_letter_waiting",
                condition=Q(signed_at=None, erased_at=None),
            ),
            models.Index(fields=("digest_zh",), name="signed_letter_by_chinese"),
            models.Index(fields=("digest_en",), name="signed_letter_by_english"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("listing", "kind"), name="signed_letter_one_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("number"), 16)),
                name="signed_letter_number_has_16_characters",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("lift",)), name="signed_letter_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64)),
                name="signed_letter_has_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signature=None, key="", digest_zh="")
                & Q(digest_en="")
                | Q(signed_at__isnull=False, signature__isnull=False) & ~Q(key=""),
                name="signed_letter_says_which_key",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False)
                | Q(erased_at__isnull=False, sealed=None),
                name="signed_letter_is_sealed_or_erased",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")),
                name="signed_letter_is_issued_before_revoked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def shown_number(self) -> str:
        """In groups of four, as it is shown and printed."""
        return "-".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))
