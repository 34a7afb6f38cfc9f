"""Two registers of which every case has an open application, in one of three states."""

from datetime import datetime

from django.core.management import call_command
from django.db import connection, transaction

from portal.demo.vocabulary import TRADES
from registry import clock
from registry.models import Instance, Listing, Role, User
from registry.search import index
from repair import actions
from repair.models import Application
from tests.bench.lists import filling
from tests.factories import make_user

PER_MILLE = {"received": 500, "accepted": 300, "proposed": 200}
# Due on any day of a month around today.
LATER = "m.{name} + (p.days % 30) - 15"
OF_CASE = {
    "repair_application": {
        "public_id": "gen_random_uuid()",
        **{
            name: LATER.format(name=name)
            for name in ("accept_due_on", "decide_due_on", "answer_due_on")
        },
    }
}


def fill(n: int) -> None:
    """A migrated database: `n` cases of as many parties, each with its application."""
    call_command("migrate", verbosity=0)
    Instance.objects.mark(Instance.Purpose.TEST)
    at = clock.now()
    with transaction.atomic():
        filling.make_readers()
        models = {state: make(state, at) for state in PER_MILLE}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        filling.plan(cursor, n, models, PER_MILLE)
        for statement in filling.PARTIES:
            cursor.execute(statement, {"trades": [trade.name for trade in TRADES]})
        index.rebuild()
        filling.copy_cases(cursor, OF_CASE)
        for table in ("entity", "listing"):
            cursor.execute(filling.RESTART.format(table=f"registry_{table}"))
        cursor.execute("VACUUM ANALYZE")


def make(state: str, at: datetime) -> Listing:
    listing = filling.applied(at)
    application = Application.objects.get(listing=listing)
    if state != "received":
        actions.accept_application(application, by=clerk(), at=at)
    if state == "proposed":
        actions.propose_refusal(application, "规模测试。", by=clerk(), at=at)
    return listing


def clerk() -> User:
    found = User.objects.filter(username="bench-clerk").first()
    return found or make_user("bench-clerk", filling.largest(), Role.REPAIR_CLERK)
