"""What kind of database this is."""

from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection, models
from django.db.models import Q

# By database, whether it holds the table: asked once, because a table does not appear
# under a running server, and production should pay nothing for having no mark.
_has_table: dict[tuple[str, str, str], bool] = {}
# What was found since the request began; None outside of one, where each asks anew.
_within_request: "ContextVar[list[Instance | None] | None]" = ContextVar(
    "within_request", default=None
)


class InstanceManager(models.Manager["Instance"]):
    def current(self) -> "Instance | None":
        """The mark of this database; None in production, where the table is missing.

        Asked once for each request: a page has several questions about the time.
        """
        if not self.has_table():
            return None
        if (found := _within_request.get()) is None:
            return self.first()
        if not found:
            found.append(self.first())
        return found[0]

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
        _within_request.set(None)


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


def begin_request(**_: Any) -> None:
    _within_request.set([])


def end_request(**_: Any) -> None:
    _within_request.set(None)


request_started.connect(begin_request)
request_finished.connect(end_request)
