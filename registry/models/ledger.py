"""The ledger as the database keeps it: entries, nodes, signed heads, openings."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from registry.ledger.journal import JournalHead

if TYPE_CHECKING:
    from registry.models.listing import Listing


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def size(self) -> int:
        """How many entries there are; they are numbered from zero without a gap."""
        last: int = self.aggregate(last=Coalesce(Max("leaf"), -1))["last"]
        return last + 1

    def last_of(self, known: JournalHead) -> Self:
        """The entry up to which the journal goes; none in a database that is behind it."""
        return self.filter(leaf=known.size - 1, hash=known.leaf)

    def about(self, kind: str, subject: str) -> "LedgerEntry | None":
        """The newest entry of a kind about a case or a rule."""
        return self.filter(kind=kind, subject=subject).order_by("-leaf").first()


class LedgerEntry(models.Model):
    """台账条目: one entry of the public ledger, in the bytes that were hashed.

    Append-only and without a gap. Holds no personal data: `registry.ledger.entry_fields`
    says what an entry may say. `hash` is its leaf hash; `kind` and `subject`, a case or a
    version of a rule, only serve to find it again.
    """

    leaf = models.BigIntegerField(_("序号"), primary_key=True)
    kind = models.CharField(_("类别"), max_length=8)
    subject = models.CharField(max_length=64, blank=True)
    content = models.BinaryField()
    hash = models.BinaryField()

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("台账条目")
        verbose_name_plural = _("台账条目")
        ordering = ("leaf",)
        indexes = (models.Index(fields=("subject", "kind"), name="ledger_entry_about"),)
        constraints = (
            models.CheckConstraint(condition=Q(leaf__gte=0), name="ledger_entry_counts"),
        )

    def __str__(self) -> str:
        return f"{self.leaf} {self.kind}"


class LedgerNode(models.Model):
    """A full node of the tree over 256, 65,536 … leaves; all others follow from these.

    Written once, with the checkpoint that covers it.
    """

    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("level", "place"), name="ledger_node_once"),
        )

    def __str__(self) -> str:
        return f"{self.level}/{self.place}"


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def latest_size(self) -> models.Subquery:
        """Up to where the ledger is signed, as an expression; null before the first."""
        newest = self.order_by("-size").values("size")[:1]
        return models.Subquery(newest)

    def current(self) -> "Checkpoint | None":
        return self.order_by("-size").first()


class Checkpoint(models.Model):
    """检查点: the signed head of the ledger when it had `size` entries. Append-only."""

    size = models.BigIntegerField(_("条目数"), primary_key=True)
    root = models.BinaryField()
    # The signed note, as it is published.
    note = models.TextField()
    signed_at = models.DateTimeField(_("签名时间"))

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("检查点")
        verbose_name_plural = _("检查点")
        ordering = ("size",)
        constraints = (
            models.CheckConstraint(condition=Q(size__gt=0), name="checkpoint_covers_some"),
        )

    def __str__(self) -> str:
        return f"{self.size}"


class Opening(models.Model):
    """What opens the commitment of an entry: its salt and its core. Erased with the case.

    In clear for an organisation, sealed under the case key for a person.
    """

    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, primary_key=True, related_name="opening"
    )
    listing: "models.ForeignKey[Listing, Listing]" = models.ForeignKey(
        "registry.Listing", models.PROTECT, related_name="openings"
    )
    salt = models.BinaryField(null=True)
    core = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(salt__isnull=False, core__isnull=False, sealed=None)
                | Q(salt=None, core=None, sealed__isnull=False),
                name="opening_is_clear_or_sealed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}"


class LostListing(models.Model):
    """A listing that the ledger knows and whose row a restore has lost.

    It is on hold in the ledger and shows nowhere; `until`, the first day on which it
    would not show anyway, it ends there too.
    """

    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, primary_key=True, related_name="lost"
    )
    until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pk}"
