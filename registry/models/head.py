from datetime import date, datetime

from django.db import models
from django.db.models import Q


class HeadManager(models.Manager["Head"]):
    def latest_on(self) -> models.Subquery:
        """The latest civil day the register has seen, as an expression."""
        return models.Subquery(self.filter(pk=1).values("latest_on")[:1])

    def current(self) -> "Head | None":
        return self.filter(pk=1).first()

    def raise_to(self, at: datetime, on: date) -> None:
        """Note that `at`, on the civil day `on`, has come; never goes back."""
        _, made = self.get_or_create(pk=1, defaults={"latest_at": at, "latest_on": on})
        if not made:
            self.filter(pk=1, latest_at__lt=at).update(latest_at=at, latest_on=on)


class Head(models.Model):
    """How far the register has come: the latest moment it has seen. One row.

    A clock that falls back later shows nobody again whose term was over by then.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    latest_at = models.DateTimeField()
    latest_on = models.DateField()
    # The newest erasure of which the files may still hold bytes; empty once they do not.
    erased_at = models.DateTimeField(null=True)
    # The days on which that was last seen to, and orphans were last looked for.
    rewritten_on = models.DateField(null=True)
    swept_on = models.DateField(null=True)

    objects = HeadManager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="head_is_one_row"),)

    def __str__(self) -> str:
        return f"{self.latest_at:%Y-%m-%d %H:%M:%S}"
