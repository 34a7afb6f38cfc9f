"""The ways round the second person, each a function of an act and of how one goes about it.

A trick that puts another row in the place of the first returns what waits then.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction

from registry import actions
from registry.intake import delivering
from registry.models import (
    Act,
    Delivery,
    DeliveryStep,
    FactorReset,
    Listing,
    Proposal,
    Role,
    RuleProposal,
    User,
)
from registry.step_up import CODE_AT
from repair import actions as repairs
from repair.models import Application, Objection, Revocation
from tests.access_world.waiting import REASON, Subject
from tests.access_world.ways import Way, at_the_desk, browser, give, press, second
from tests.factories import AT, make_authority, make_user

KEY = str(UUID(int=1))
LATE = timedelta(days=11)
PRIVATE = "联系电话13900000000"
Trick = Callable[[Subject, Way], Subject | None]


class NotApplicableError(Exception):
    """The trick makes no sense for this act."""


def oneself(subject: Subject, way: Way) -> None:
    way(subject, give(subject.maker, Role.MAKER, Role.REPAIR_CLERK, subject.role))


def oneself_in_another_role(subject: Subject, way: Way) -> None:
    way(subject, give(subject.maker, subject.role))


def oneself_in_every_role(subject: Subject, way: Way) -> None:
    way(subject, give(subject.maker, *Role))


def oneself_as_superuser(subject: Subject, way: Way) -> None:
    User.objects.filter(pk=subject.maker.pk).update(is_superuser=True)
    way(subject, give(subject.maker, *Role))


def oneself_from_elsewhere(subject: Subject, way: Way) -> None:
    """Moved to another authority and back, in another role."""
    other, home = make_authority("丁州市测试监督管理局"), subject.maker.authority_id
    User.objects.filter(pk=subject.maker.pk).update(authority=other)
    User.objects.filter(pk=subject.maker.pk).update(authority=home)
    way(subject, give(subject.maker, subject.role))


def a_superuser_without_role(subject: Subject, way: Way) -> None:
    way(subject, make_user("root", subject.place, is_superuser=True))


def somebody_of_another_authority(subject: Subject, way: Way) -> None:
    if isinstance(subject.row, RuleProposal):
        # Operators release rules for everybody.
        raise NotApplicableError
    way(subject, make_user("far", make_authority("丁州市测试监督管理局"), *Role))


def somebody_of_no_authority(subject: Subject, way: Way) -> None:
    if subject.role == Role.OPERATOR:
        raise NotApplicableError
    way(subject, make_user("nowhere", None, *Role))


def somebody_who_was_moved(subject: Subject, way: Way) -> None:
    """The page was opened before; whoever remembers the user remembers the old place."""
    if isinstance(subject.row, RuleProposal):
        raise NotApplicableError
    remembered = second(subject)
    other = make_authority("丁州市测试监督管理局")
    User.objects.filter(pk=remembered.pk).update(authority=other)
    way(subject, remembered)


def somebody_who_lost_the_role(subject: Subject, way: Way) -> None:
    remembered = second(subject)
    assert subject.role in remembered.roles
    give(remembered, Role.EDITOR)
    way(subject, remembered)


def somebody_who_was_shut_out(subject: Subject, way: Way) -> None:
    remembered = second(subject)
    User.objects.filter(pk=remembered.pk).update(is_active=False)
    way(subject, remembered)


def somebody_in_every_other_role(subject: Subject, way: Way) -> None:
    others = [role for role in Role if role != subject.role]
    way(subject, make_user("all-but-one", subject.place, *others))


def too_late(subject: Subject, way: Way) -> None:
    of_repair = isinstance(subject.row, Application | Objection | Revocation)
    if of_repair or subject.name == "approve-undo":
        # They wait until somebody decides.
        raise NotApplicableError
    way(subject, second(subject), AT + LATE)


def taken_back(subject: Subject, way: Way) -> None:
    by, row = second(subject), subject.row
    at: dict[str, Any] = {"by": subject.maker, "at": AT}
    match row:
        case Proposal():
            actions.withdraw(row, **at)
        case RuleProposal():
            actions.withdraw_rule(row, **at)
        case FactorReset():
            actions.withdraw_reset(row.account, **at)
        case Delivery(state=Delivery.State.WAITING):
            delivering.withdraw(row, **at)
        case _:
            raise NotApplicableError
    way(subject, by)


def sent_back(subject: Subject, way: Way) -> None:
    """Refused by one second person, accepted by the next."""
    by, row = second(subject), subject.row
    at: dict[str, Any] = {"by": second(subject, "third"), "at": AT}
    match row:
        case Proposal():
            actions.refuse(row, REASON, **at)
        case RuleProposal():
            actions.refuse_rule(row, REASON, **at)
        case Delivery(state=Delivery.State.WAITING):
            delivering.refuse(row, REASON, **at)
        case Delivery():
            delivering.keep(row, REASON, **at)
        case Application():
            repairs.send_back(row, REASON, **at)
        case Objection():
            repairs.send_objection_back(row, REASON, **at)
        case Revocation():
            repairs.uphold_repair(row, **at)
        case _:
            raise NotApplicableError
    way(subject, by)


def something_else_meanwhile(subject: Subject, way: Way) -> None:
    """The case has changed since it was proposed."""
    if not isinstance(subject.row, Proposal) or subject.name == "unhold":
        raise NotApplicableError
    listing, by = Listing.objects.get(pk=subject.row.listing_id), second(subject)
    rows = Listing.objects.filter(pk=listing.pk)
    rows.update(version=listing.version + 1)
    way(subject, by)


def with_the_key_of_the_first(subject: Subject, way: Way) -> None:
    """The form of the first person, sent again as if it were an answer."""
    left = {"act": Act.PROPOSE, "by": subject.maker, "at": AT, "key": KEY}
    match subject.row:
        case Proposal(listing=listing):
            given = {"authority": listing.authority, "before": "", "after": ""}
            listing.steps.create(**left | given)
        case Delivery() as row:
            row.steps.create(**left | {"act": DeliveryStep.Act.SUBMIT})
        case _:
            raise NotApplicableError
    way(subject, give(subject.maker, subject.role), key=KEY)


def who_had_opened_the_case(subject: Subject, way: Way) -> Subject:
    """Another maker proposes the release; whoever opened the case accepts it."""
    row = subject.row
    if not isinstance(row, Proposal) or row.act != Act.RELEASE:
        raise NotApplicableError
    colleague = make_user("colleague", subject.place, Role.MAKER)
    subject = proposed_again(subject, row, row.payload, by=colleague)
    way(subject, give(subject.maker, Role.CHECKER))
    return subject


def proposed_again(
    subject: Subject, row: Proposal, payload: dict[str, Any], *, by: User
) -> Subject:
    actions.withdraw(row, by=row.maker, at=AT)
    again = actions.propose(row.listing, Act(row.act), payload, by=by, at=AT)
    path = subject.path.replace(f"/{row.pk}/", f"/{again.pk}/")
    return replace(subject, row=again, path=path)


def private_words_unconfirmed(subject: Subject, way: Way) -> Subject:
    """What looks private has to stay, says its maker; the second person says nothing."""
    row, by = subject.row, second(subject)
    if not isinstance(row, Proposal) or row.act not in (Act.END, Act.AMEND):
        raise NotApplicableError
    payload: dict[str, Any] = {"reason": "performed", "document": PRIVATE}
    if row.act == Act.AMEND:
        payload = {"facts": PRIVATE}
    payload["must_stay"] = "文书原文如此"
    subject = proposed_again(subject, row, payload, by=row.maker)
    way(subject, by)
    return subject


def without_a_fresh_code(subject: Subject, way: Way) -> None:
    """To refuse is to leave all as it is, and takes none."""
    if way is not at_the_desk or subject.name in ("refuse", "reject"):
        raise NotApplicableError
    client = browser(second(subject))
    session = client.session
    del session[CODE_AT]
    session.save()
    press(subject, client)


def who_had_proposed_the_file(subject: Subject, way: Way) -> None:
    """One maker uploads a file, another proposes to release it and accepts that."""
    if subject.name != "approve":
        raise NotApplicableError
    colleague = make_user("colleague", subject.place, Role.MAKER, Role.CHECKER)
    rows = Delivery.objects.filter(pk=subject.row.pk)
    rows.update(state=Delivery.State.CHECKED, submitted_at=None)
    delivering.submit(rows.get(), by=colleague, at=AT)
    way(subject, colleague)


def past_every_action(subject: Subject, way: Way) -> None:
    """The columns set by hand, with the first person as the second."""
    second_column, at_column = "checker", "decided_at"
    if isinstance(subject.row, Application | Objection):
        second_column, at_column = "decider", "closed_at"
    if isinstance(subject.row, Revocation):
        second_column = "decider"
    values: dict[str, Any] = {at_column: AT, second_column: subject.maker}
    if subject.name == "approve-undo":
        values = {"undo_checker": subject.maker}
    values[subject.column] = subject.done
    with suppress(DatabaseError), transaction.atomic():
        type(subject.row)._base_manager.filter(pk=subject.row.pk).update(**values)


TRICKS: tuple[Trick, ...] = (
    oneself,
    oneself_in_another_role,
    oneself_in_every_role,
    oneself_as_superuser,
    oneself_from_elsewhere,
    a_superuser_without_role,
    somebody_of_another_authority,
    somebody_of_no_authority,
    somebody_who_was_moved,
    somebody_who_lost_the_role,
    somebody_who_was_shut_out,
    somebody_in_every_other_role,
    too_late,
    taken_back,
    sent_back,
    something_else_meanwhile,
    with_the_key_of_the_first,
    who_had_opened_the_case,
    who_had_proposed_the_file,
    private_words_unconfirmed,
    without_a_fresh_code,
    past_every_action,
)
