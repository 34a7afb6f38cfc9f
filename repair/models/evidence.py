import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry.models.rule_codes import Document
from repair.models.filing import Filing

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE


# In place of the digest of what was erased: it would still tell a copy.
NO_DIGEST = "0" * 64


def new_name() -> str:
    """What the file is called on disk: tells nothing and cannot be guessed."""
    return secrets.token_hex(16)


class Evidence(models.Model):
    """证明材料: one paper of a filing; the file lies sealed outside any served folder.

    Its kind is what its first bytes say, never what its name says. The name it came
    under is sealed too. `digest` is SHA-256 of what was sent.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="evidence")
    stored_as = models.CharField(
        max_length=32, unique=True, default=new_name, editable=False
    )
    kind = models.CharField(_("文件类型"), max_length=4, choices=Kind)
    # Which of the papers that the rule asks for; empty where nobody said.
    document = models.CharField(_("材料"), max_length=5, choices=Document, blank=True)
    n_bytes = models.PositiveIntegerField(_("大小（字节）"))
    digest = models.CharField(_("摘要"), max_length=64)
    sealed_name = models.BinaryField(null=True)
    added_at = models.DateTimeField(_("收到时间"))
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("证明材料")
        verbose_name_plural = _("证明材料")
        ordering = ("added_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("pdf", "jpeg", "png")), name="evidence_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(n_bytes__range=(1, MOST_BYTES)),
                name="evidence_size_is_in_range",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64)), name="evidence_has_a_digest"
            ),
            models.CheckConstraint(
                condition=Q(document="") | Q(document__in=Document.values),
                name="evidence_document_is_known",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed_name__isnull=False)
                | Q(erased_at__isnull=False, sealed_name=None, digest=NO_DIGEST),
                name="evidence_is_sealed_or_erased",
            ),
        )

    def __str__(self) -> str:
        # The name it came under may name a person.
        return f"{self.get_kind_display()} {self.stored_as[:8]}"
