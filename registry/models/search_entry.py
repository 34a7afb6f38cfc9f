from django.db import models

from registry.models.entity import Entity


class SearchEntry(models.Model):
    """One name of an entity, folded for search: derived, rebuilt by `reindex`.

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
    current = models.BooleanField()
    name_key = models.CharField(max_length=200)
    # The name without its leading regions and trailing legal form.
    core_key = models.CharField(max_length=200)
    pinyin = models.CharField(max_length=800)
    initials = models.CharField(max_length=200)

    class Meta:
        indexes = (
            models.Index(fields=("entity",), name="search_entity"),
            # The operator class lets PostgreSQL serve LIKE 'prefix%' in any locale;
            # SQLite ignores it and is asked for ranges instead.
            models.Index(
                fields=("name_key",),
                name="search_name_key",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(
                fields=("core_key",),
                name="search_core_key",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(
                fields=("pinyin",), name="search_pinyin", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=("initials",),
                name="search_initials",
                opclasses=["varchar_pattern_ops"],
            ),
        )

    def __str__(self) -> str:
        return self.name_key
