from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """The natural person of one listing: never shared, never browsed, erased after the end.

    Name and number are sealed under the key of the case. The hashes are keyed and serve
    the exact check only; `name_hash` is kept only where the list's own basis orders
    publication by name. The date of birth is asked where no number tells it, and not kept.
    """

    class Document(models.TextChoices):
        RESIDENT = "resident", _("居民身份证")
        PERMIT = "permit", _("港澳台居民居住证或者通行证")
        FOREIGN = "foreign", _("外国人永久居留身份证")
        PASSPORT = "passport", _("护照")

    document = models.CharField(_("证件类型"), max_length=8, choices=Document)
    # AES-GCM, see `registry.vault`.
    name = models.BinaryField(_("姓名"), null=True)
    number = models.BinaryField(_("证件号码"), null=True)
    name_hash = models.CharField(max_length=64, blank=True, db_index=True)
    number_hash = models.CharField(max_length=64, blank=True, db_index=True)
    # Not a flag to trust: the day of birth was compared with the day of the conduct.
    of_age = models.BooleanField(_("行为时已满十八周岁"))
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("自然人")
        verbose_name_plural = _("自然人")
        constraints = (
            models.CheckConstraint(
                condition=Q(document__in=("resident", "permit", "foreign", "passport")),
                name="person_document_is_known",
            ),
            models.CheckConstraint(
                condition=Q(of_age=True),
                name="person_was_of_age",
                violation_error_message=_("行为时未满十八周岁的人不得列入任何名单。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    erased_at=None,
                    name__isnull=False,
                    number__isnull=False,
                )
                & ~Q(number_hash="")
                | Q(
                    erased_at__isnull=False,
                    name=None,
                    number=None,
                    name_hash="",
                    number_hash="",
                ),
                name="person_is_sealed_or_erased",
            ),
        )

    def __str__(self) -> str:
        # A log or an admin page that prints the row must not print the person.
        return str(self._meta.verbose_name)
