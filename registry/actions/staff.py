"""Where a member of staff works, and in which roles."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from registry.errors import Bar, BarredError
from registry.models import Authority, Role, User


@transaction.atomic
def assign(
    user: User,
    *,
    authority: Authority | None,
    roles: Collection[str],
    is_active: bool,
    by: User,
) -> User:
    """Set authority, roles and access of another person; from the next click on."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if bars := bars_to_assigning(user, authority, by=by):
        raise BarredError(bars)
    user.authority, user.is_active = authority, is_active
    user.save(update_fields=["authority", "is_active"])
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def bars_to_assigning(user: User, authority: Authority | None, *, by: User) -> list[Bar]:
    """Why this operator may not; one who belongs to an authority stays inside it."""
    by = User.objects.get(pk=by.pk)
    bars = []
    if not by.is_active or Role.OPERATOR not in by.roles:
        text = _("您没有“%(roles)s”的权限。请联系运维人员。")
        bars.append(Bar("no_role", text % {"roles": Role.OPERATOR.label}))
    if by.pk == user.pk:
        text = _("不能更改自己的单位和权限。请由另一名运维人员办理。")
        bars.append(Bar("own_account", text))
    reached = {user.authority_id, authority.pk if authority else None}
    if by.authority_id is not None and reached != {by.authority_id}:
        text = _("只能办理 %(authority)s 的账号。请选择本单位。")
        bars.append(Bar("other_authority", text % {"authority": by.authority}))
    return bars
