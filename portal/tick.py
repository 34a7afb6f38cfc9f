"""What has to happen again and again, in one table.

Two triggers run it, the Celery beat and a timer of the machine, so every step
is safe to run twice and at the same time as itself.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from portal.models import Heartbeat
from portal.outbox import relay
from registry import actions, clock, rotation
from registry.actions import papers, signed_letters
from registry.intake import forgetting, work
from registry.logbook import signing
from registry.logbook.manifest import write_manifest
from registry.search import index
from repair.actions import (
    erase_due,
    forget_application_drafts,
    recount_open,
    remind_due,
)

logger = logging.getLogger(__name__)

Step: TypeAlias = tuple[str, Callable[[datetime], object]]


# Seconds: a tick has other steps, which wait for this one.
SPENT_ON_INTAKE = 20


def go_on_with_intake(at: datetime) -> None:
    """A piece of what the task of the intake does, where no worker takes its turn.

    It goes by the clock, because a release is as late as it is, whatever `at` says.
    """
    until = clock.now() + timedelta(seconds=SPENT_ON_INTAKE)
    work.go_on(clock.now, until=until)


def heartbeat(at: datetime) -> None:
    """Leave a mark by which the health page knows that ticks arrive."""
    Heartbeat.objects.update_or_create(name="tick", defaults={"at": at})


# In this order; the heartbeat is last, so that it says the others had their turn.
STEPS: tuple[Step, ...] = (
    ("clock", actions.note_moment),
    ("reconcile", actions.reconcile),
    ("end_due", actions.end_due),
    ("lapse_proposals", actions.lapse_proposals),
    ("forget_drafts", actions.forget_drafts),
    ("forget_application_drafts", forget_application_drafts),
    ("warn_of_reviews", actions.warn_of_reviews),
    ("warn_of_lapses", actions.warn_of_lapses),
    ("hold_honours", actions.hold_honours),
    ("recount_open", recount_open),
    ("remind_due", remind_due),
    ("outbox", relay),
    ("manifest", write_manifest),
    ("sign", signing.sign),
    ("sign_letters", signed_letters.sign_letters),
    ("erase_objections", actions.erase_objections),
    ("erase", erase_due),
    ("papers", papers.forget),
    ("erase_viewings", actions.erase_viewings),
    ("lapse_deliveries", forgetting.lapse_deliveries),
    ("forget_deliveries", forgetting.forget_deliveries),
    ("intake", go_on_with_intake),
    ("index_key", rotation.rehash_some),
    ("master_key", rotation.rewrap_some),
    ("ledger_key", rotation.change_ledger_key),
    ("search", index.check),
    ("heartbeat", heartbeat),
)


def tick(at: datetime, steps: Sequence[Step] = STEPS) -> list[str]:
    """Run every step as of `at`; returns the names of those that failed.

    A step that fails is logged with its traceback and does not stop the others:
    a broken mail server must not keep an expired listing on display.
    """
    failed = []
    for name, run in steps:
        try:
            run(at)
        except Exception:
            logger.exception("tick: step %s failed", name)
            failed.append(name)
    return failed
