"""Every step of a repair, each one transaction with its trail and the word it owes.

An action locks the application and reads it afresh, asks for every bar at once,
changes, leaves a step and a row in the outbox, or changes nothing and says why.
"""

from repair.actions.decision import grant_repair, refuse_repair, send_back
from repair.actions.desk import (
    accept_application,
    decline_application,
    propose_grant,
    propose_refusal,
    return_for_completion,
)
from repair.actions.erasure import Erased, count_due, erase_due, remove_traces
from repair.actions.filing import (
    Filed,
    FilingDraft,
    complete_application,
    file_application,
    withdraw_application,
)
from repair.actions.objecting import Objected, object_to_candidate
from repair.actions.revocation import (
    propose_revocation,
    revoke_repair,
    uphold_repair,
)

__all__ = (
    "Erased",
    "Filed",
    "FilingDraft",
    "Objected",
    "accept_application",
    "complete_application",
    "count_due",
    "decline_application",
    "erase_due",
    "file_application",
    "grant_repair",
    "object_to_candidate",
    "propose_grant",
    "propose_refusal",
    "propose_revocation",
    "refuse_repair",
    "remove_traces",
    "return_for_completion",
    "revoke_repair",
    "send_back",
    "uphold_repair",
    "withdraw_application",
)
