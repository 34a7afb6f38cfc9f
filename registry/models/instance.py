"""What kind of database this is."""

from django.db import connection, models
from django.db.models import Q

# By database, whether it holds the table: asked once, because a table does not appear
# under a running server, and production should pay nothing for having no mark.
_has_table: dict[tuple[str, str, str], bool] = {}


class InstanceManager(models.Manager["Instance"]):
    def current(self) -> "Instance | None":
        """The mark of this database; None in production, where the table is missing."""
        return self.first() if self.has_table() else None

    def mark(self, purpose: "Instance.Purpose", *, clock_offset: int = 0) -> "Instance":
        """Mark this database as demo or test, and set its clock `clock_offset` seconds off.

        Processes that serve the database already do not notice a first mark.
        """
        self.forget()
        if not self.has_table():
            with connection.schema_editor() as editor:
                editor.create_model(Instance)
            self.forget()
        instance, _ = self.update_or_create(
            pk=1, defaults={"purpose": purpose, "clock_offset": clock_offset}
        )
        return instance

    def has_table(self) -> bool:
        # NAME alone is not enough: two servers can each have a database of that name.
        place = connection.settings_dict
        database = (str(place["HOST"]), str(place["PORT"]), str(place["NAME"]))
        if database not in _has_table:
            tables = connection.introspection.table_names()
            _has_table[database] = Instance._meta.db_table in tables
        return _has_table[database]

    def forget(self) -> None:
        """Look again next time: for whoever made or dropped the table."""
        _has_table.clear()


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
