from typing import Protocol

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.models.authority import Authority

# Of these alone a name that one can type does not consist.
BLANKS = " \t\n\r\v\f\u00a0\u3000"


class OfAuthority(Protocol):
    """What the people of one authority decide on: a listing, or a matter about one."""

    @property
    def authority(self) -> Authority: ...
    @property
    def authority_id(self) -> int: ...


class Role(models.TextChoices):
    """What a member of staff may do: the groups a migration makes, by these names."""

    MAKER = "maker", _("经办人")
    CHECKER = "checker", _("审核人")
    REPAIR_CLERK = "repair_clerk", _("修复受理人")
    REPAIR_DECIDER = "repair_decider", _("修复决定人")
    EDITOR = "editor", _("编辑")
    AUDITOR = "auditor", _("审计人")
    OPERATOR = "operator", _("运维人员")


class User(AbstractUser):
    """A member of staff. Acts for one authority, in the roles of the groups.

    Being superuser gives no role: a right that nobody granted approves nothing.
    """

    # When an account was made is in the trail; this field would ask a clock of its own.
    date_joined = None  # type: ignore[assignment]

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("所属单位"),
    )
    # How often authority, roles, second factor or access have changed.
    n_access_changes = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("工作人员")
        verbose_name_plural = _("工作人员")
        constraints = (
            models.CheckConstraint(
                condition=~Q(
                    Exact(
                        Func(
                            F("username"),
                            Value(BLANKS),
                            function="LTRIM",
                            output_field=CharField(),
                        ),
                        "",
                    )
                ),
                name="user_has_a_name",
                violation_error_message=_("请填写用户名。"),
            ),
        )

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held now; read once for each request."""
        return frozenset(self.groups.values_list("name", flat=True))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session has to know; with every change of access it is another."""
        parts = f"{self.password} {self.n_access_changes}"
        made = salted_hmac("registry.session", parts, secret=secret, algorithm="sha256")
        return made.hexdigest()

    def may_act(self, role: Role, case: OfAuthority) -> bool:
        """Whether the user holds the role at the authority of the case."""
        return (
            self.is_active
            and self.authority_id is not None
            and self.authority_id == case.authority_id
            and role in self.roles
        )
