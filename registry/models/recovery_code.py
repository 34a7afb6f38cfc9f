from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.user import User


class RecoveryCode(models.Model):
    """One code on paper that stands in for the authenticator once; used, the row goes.

    Only its hash is kept. It needs no key and no salt: nobody tries 80 random bits.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("恢复码")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "digest"), name="recovery_code_is_there_once"
            ),
        )

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
