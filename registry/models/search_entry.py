from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from registry.models.entity import Entity


class FoldedField(models.CharField[str, str]):
    """Text that is compared and ordered by code points, in any locale of the server."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class FoldedName(models.Model):
    """One name of an entity, folded for search."""

    current = models.BooleanField()
    name_key = FoldedField(max_length=200)
    # The name without its leading regions and trailing legal form.
    core_key = FoldedField(max_length=200)
    pinyin = FoldedField(max_length=800)
    initials = FoldedField(max_length=200)
    # Of the entity, because a search is narrowed by them; empty where not known.
    kind = FoldedField(max_length=20)
    region = FoldedField(max_length=6)
    # An order without meaning: what is common turns up soon wherever one begins in it.
    shuffle = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_key


def lookups(prefix: str) -> list[models.Index]:
    """With the key of the row behind the text, so that a page is read in its order."""
    texts = ("name_key", "core_key", "pinyin", "initials")
    return [
        models.Index(fields=("entity",), name=f"{prefix}_entity"),
        *(models.Index(fields=(text, "id"), name=f"{prefix}_{text}") for text in texts),
    ]


class SearchEntry(FoldedName):
    """What search looks through: derived, rebuilt by `reindex`.

    `registry.search` owns these rows; nothing else reads or writes them.
    """

    # Derived rows: `reindex` heals what a constraint would forbid, at no cost to a load.
    entity = models.ForeignKey(
        Entity,
        models.CASCADE,
        related_name="search_entries",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        indexes = lookups("search")


class ListedEntry(FoldedName):
    """The same of entities with a listing that is released and not ended, kept by triggers.

    It only narrows a search: whether a listing shows is asked of `on_display`.
    """

    id = models.BigIntegerField(primary_key=True)
    entity = models.ForeignKey(
        Entity, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    # The sections of these listings, in order, divided by blanks.
    sections = models.CharField(max_length=100)

    class Meta:
        indexes = lookups("listed")


class SearchTerm(models.Model):
    """In how many names a piece of two characters stands, where those are many.

    The empty piece stands in all of them. A search asks for the rarest pieces first.
    """

    term = FoldedField(max_length=30, primary_key=True)
    n_names = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.term


class SearchCheck(models.Model):
    """How far the index has been compared with the names it is made of. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # The last entity that was looked at in this round.
    entity = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="search_check_is_one_row"),
        )

    def __str__(self) -> str:
        return str(self.entity)
