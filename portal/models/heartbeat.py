from django.db import models


class Heartbeat(models.Model):
    """When a recurring job was last seen to work; one row a job, written over."""

    name = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name",), name="heartbeat_one_per_name"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
