"""What kind of database this is."""

from django.db import connection, models
from django.db.models import Q


class InstanceManager(models.Manager["Instance"]):
    def current(self) -> "Instance | None":
        """The mark of this database; None in production, where the table is missing."""
        # Asked once per database and process: a table does not appear under a running
        # server, and a miss must cost production nothing.
        name = str(connection.settings_dict["NAME"])
        if name not in _marked:
            tables = connection.introspection.table_names()
            _marked[name] = Instance._meta.db_table in tables
        return self.first() if _marked[name] else None

    def mark(self, purpose: "Instance.Purpose", *, clock_offset: int = 0) -> "Instance":
        """Mark this database as demo or test, and set its clock `clock_offset` seconds off."""
        _marked.clear()
        if self.current() is None and not _marked[str(connection.settings_dict["NAME"])]:
            with connection.schema_editor() as editor:
                editor.create_model(Instance)
            _marked.clear()
        instance, _ = self.update_or_create(
            pk=1, defaults={"purpose": purpose, "clock_offset": clock_offset}
        )
        return instance


_marked: dict[str, bool] = {}


class Instance(models.Model):
    """Marks a database as demo or test, and moves its clock.

    No migration makes the table, only `mark` does: a production database has no
    place where its clock could be moved. At most one row.
    """

    class Purpose(models.TextChoices):
        DEMO = "demo"
        TEST = "test"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    purpose = models.CharField(max_length=4, choices=Purpose)
    # Seconds; negative for a clock that is slow.
    clock_offset = models.BigIntegerField(default=0)

    objects = InstanceManager()

    class Meta:
        managed = False
        db_table = "registry_instance"
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="instance_is_one_row"),
            models.CheckConstraint(
                condition=Q(purpose__in=("demo", "test")), name="instance_purpose_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.purpose
