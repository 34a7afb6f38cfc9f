"""What is due soon or overdue, and who at the authority has to know."""

from datetime import date

from django.db.models import Q, QuerySet

from registry.models import Role, User
from registry.workdays import Calendar, Guards, count
from repair.models import Application, Objection

Status = Application.Status
DUE_SOON, OVERDUE = "desk.due_soon", "desk.overdue"
KINDS = (DUE_SOON, OVERDUE)
# Whose turn it is, by the state an application waits in.
TURN = {
    Role.REPAIR_CLERK: (Status.RECEIVED, Status.ACCEPTED, Status.SHIELDED),
    Role.REPAIR_DECIDER: (Status.PROPOSED,),
}


def next_working_day(today: date, calendar: Calendar) -> date:
    """What is due by then is reminded of: one working day before, and on the last one."""
    return count(today, 1, calendar=calendar, guards=Guards.AUTHORITY).last


def told(kind: str, role: Role, today: date, calendar: Calendar) -> Q:
    """Which applications or objections somebody in this role is told of.

    Whoever has the turn is reminded; what is overdue goes to those who decide.
    """
    if kind == OVERDUE:
        late = Q(status__in=Application.OPEN, due_on__lt=today)
        return late if role == Role.REPAIR_DECIDER else Q(pk__in=())
    soon = next_working_day(today, calendar)
    return Q(status__in=TURN[role], due_on__range=(today, soon))


def due_for(
    user: User, kind: str, today: date, calendar: Calendar
) -> QuerySet[Application]:
    """What a letter of this kind tells this user, the first due first.

    Of what a colleague has on the desk the colleague is told.
    """
    found = Q(pk__in=())
    for role in TURN.keys() & user.roles:
        found |= told(kind, Role(role), today, calendar)
    rows = Application.objects.for_staff(user).filter(found)
    if kind == DUE_SOON:
        rows = rows.exclude(
            assignee__in=colleagues_of(user), status__in=TURN[Role.REPAIR_CLERK]
        )
    return rows.by_due().select_related("filing", "listing__list_type")


def objections_for(
    user: User, kind: str, today: date, calendar: Calendar
) -> QuerySet[Objection]:
    """The same of objections, which nobody is given; a review is of the superior."""
    found = Q(pk__in=())
    for role in TURN.keys() & user.roles:
        found |= told(kind, Role(role), today, calendar)
    rows = Objection.objects.by_due().filter(found, authority=user.authority_id or 0)
    return rows.select_related("filing")


def colleagues_of(user: User) -> QuerySet[User]:
    return clerks_of(user.authority_id).exclude(pk=user.pk)


def clerks_of(authority: int | None) -> QuerySet[User]:
    """Who may be given an application of this authority."""
    rows = User.objects.filter(authority=authority or 0, is_active=True)
    return rows.filter(groups__name=Role.REPAIR_CLERK).order_by("username")
