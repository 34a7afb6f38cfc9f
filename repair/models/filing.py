import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from repair import numbers


def new_case() -> str:
    """The name of a filing's key in the vault; nobody outside ever sees it."""
    return secrets.token_hex(16)


class Filing(models.Model):
    """修复申请材料: one form with its papers, for one or several listings of one decision.

    Number and secret together open it. Of the secret only a keyed hash is kept. Name,
    contact and statement are sealed under the filing's own key in the vault and go with it.
    """

    class Role(models.TextChoices):
        REPRESENTATIVE = "rep", _("法定代表人或者负责人")
        AGENT = "agent", _("受委托的代理人")
        PERSON = "person", _("本人")
        # May object, and never apply.
        OTHER = "other", _("利害关系人或者其他人")

    class Channel(models.TextChoices):
        WEB = "web", _("网上")
        COUNTER = "counter", _("窗口")
        POST = "post", _("邮寄")

    number = models.CharField(_("申请编号"), max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    case = models.CharField(max_length=32, unique=True, default=new_case, editable=False)
    role = models.CharField(_("申请人身份"), max_length=6, choices=Role)
    # On paper it came to an authority, and the trail says who entered it.
    channel = models.CharField(
        _("提交方式"), max_length=7, choices=Channel, default=Channel.WEB
    )
    # AES-GCM, see `repair.statements`.
    sealed = models.BinaryField(null=True)
    # In which the applicant is written to.
    language = models.CharField(_("语言"), max_length=10, choices=settings.LANGUAGES)
    received_at = models.DateTimeField(_("收到时间"))
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("修复申请材料")
        verbose_name_plural = _("修复申请材料")
        ordering = ("-received_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(Exact(Length("number"), 16)),
                name="filing_number_has_16_characters",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("secret_hash"), 64)),
                name="filing_secret_is_hashed",
            ),
            models.CheckConstraint(
                condition=Q(role__in=("rep", "agent", "person", "other")),
                name="filing_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=("web", "counter", "post")),
                name="filing_channel_is_known",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False)
                | Q(erased_at__isnull=False, sealed=None),
                name="filing_is_sealed_or_erased",
            ),
        )

    def __str__(self) -> str:
        return self.shown_number

    @property
    def shown_number(self) -> str:
        return numbers.grouped(self.number)
