from django.db import models
from django.utils.translation import gettext_lazy as _


class Guess(models.Model):
    """One failed try to sign in, or to show a code, that was weighed; kept for an hour.

    `account` is a keyed hash of what was typed as the name: it may be a password by
    mistake, and names that nobody has are counted like all others.
    """

    account = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("登录尝试")
        indexes = (models.Index(fields=("account", "at"), name="guess_of_account"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
