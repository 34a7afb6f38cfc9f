"""Somebody looks through who holds which right, and says so of each account."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions.staff import standing
from registry.errors import Bar, BarredError
from registry.models import Role, StaffAct, StaffStep, User

REVIEWERS = frozenset({Role.OPERATOR, Role.AUDITOR})


@transaction.atomic
def review_accounts(
    accounts: Collection[User], *, seen_to: int, by: User, at: datetime
) -> int:
    """Note of each account that its rights were found in order; the number of them.

    `seen_to` is the last line of the trail that the reviewer had before his eyes: where
    one of the accounts has changed since, nothing is noted. Nobody reviews the own one.
    """
    by = User.objects.get(pk=by.pk)
    if not by.is_active or by.roles.isdisjoint(REVIEWERS):
        text = _("您没有“%(roles)s”的权限。请联系运维人员。")
        names = "、".join(str(role.label) for role in (Role.OPERATOR, Role.AUDITOR))
        raise BarredError([Bar("no_role", text % {"roles": names})])
    pks = {account.pk for account in accounts} - {by.pk}
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    found = list(rows.filter(pk__in=pks).order_by("pk").prefetch_related("groups"))
    if StaffStep.objects.filter(account__in=pks, pk__gt=seen_to).exists():
        text = _("名册刚刚有了变化，没有记录。请核对后再确认。")
        raise BarredError([Bar("changed", text)])
    StaffStep.objects.bulk_create(
        StaffStep(account=user, act=StaffAct.REVIEW, by=by, at=at, after=standing(user))
        for user in found
    )
    return len(found)
