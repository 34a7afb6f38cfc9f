"""What every action has in common: the lock, the right, the step, the outbox row."""

from datetime import datetime

from django.utils.translation import gettext as _

from registry.actions import texts
from registry.errors import Bar, BarredError
from registry.models import Act, Listing, Outbox, Role, Step, User
from registry.models.user import OfAuthority

# Acts that change what the public sees, and the message each owes.
PUBLIC_ACTS = {
    Act.RELEASE: "listing.released",
    Act.HOLD: "listing.held",
    Act.UNHOLD: "listing.shown",
    Act.AMEND: "listing.amended",
    Act.REVIEW: "listing.reviewed",
    Act.END: "listing.ended",
}


def locked(listing: Listing) -> Listing:
    """The case as it is now, ours until the transaction ends.

    Others may go on to refer to it: their commit would wait for ours and hold meanwhile
    what we wait for, such as the turn to write the ledger.
    """
    rows = Listing.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=listing.pk)


def done_before(key: str | None) -> Step | None:
    """The step that a form with this idempotency key has left, if it came before."""
    return Step.objects.filter(key=key).first() if key else None


def bars_to_acting(by: User, case: OfAuthority, *roles: Role) -> list[Bar]:
    """Why this person may not act here; asked of the database, not of the session."""
    return bars_to_staff(User.objects.get(pk=by.pk), case, *roles)


def bars_to_staff(fresh: User, case: OfAuthority, *roles: Role) -> list[Bar]:
    """The same of somebody who has just been read."""
    if fresh.authority_id != case.authority_id:
        text = _("只有作出认定的单位可以办理。请由 %(authority)s 的人员办理。")
        return [Bar("other_authority", text % {"authority": case.authority})]
    if not any(fresh.may_act(role, case) for role in roles):
        names = "、".join(str(role.label) for role in roles)
        text = _("您没有“%(roles)s”的权限。请联系运维人员。")
        return [Bar("no_role", text % {"roles": names})]
    return []


def refuse_strangers(by: User, listing: Listing, *roles: Role) -> None:
    if bars := bars_to_acting(by, listing, *roles):
        raise BarredError(bars)


def keep(listing: Listing) -> None:
    """Save a changed case under a new version: what was proposed before is stale."""
    listing.version += 1
    listing.save()


def note(
    listing: Listing,
    act: Act,
    *,
    by: User | None,
    at: datetime,
    before: str,
    key: str | None = None,
    **words: str,
) -> Step:
    """Leave the step, and owe what the act owes. `words` are its `about` and `reason`.

    What a person gives as a reason is read by many: private matters have no place in it.
    """
    reason = texts.of_reason(words.get("reason", "")) if by else ()
    if bars := texts.bars_to_keeping(reason):
        raise BarredError(bars)
    if act in PUBLIC_ACTS:
        owe(PUBLIC_ACTS[act], listing.case, f"{listing.version}", at=at)
    return Step.objects.create(
        listing=listing,
        authority_id=listing.authority_id,
        act=act,
        by=by,
        at=at,
        before=before,
        after=listing.state,
        key=key,
        **words,
    )


def owe(kind: str, row: str, cause: str, *, at: datetime) -> None:
    """Put a message in the outbox; the same cause owes it once."""
    Outbox.objects.get_or_create(
        dedupe=f"{kind}:{row}:{cause}",
        defaults={"kind": kind, "row": row, "made_at": at, "next_try_at": at},
    )
