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
from repair.actions.drafts import (
    add_paper,
    begin_application,
    draft_of,
    drafts_of,
    drop_application_draft,
    forget_application_drafts,
    keep_step,
    read_application_draft,
    remove_paper,
)
from repair.actions.erasure import Erased, count_due, erase_due, remove_traces
from repair.actions.filing import (
    Filed,
    FilingDraft,
    complete_application,
    file_application,
    filed_before,
    withdraw_application,
)
from repair.actions.objecting import Objected, object_to_candidate

__all__ = (
    "Erased",
    "Filed",
    "FilingDraft",
    "Objected",
    "accept_application",
    "add_paper",
    "begin_application",
    "complete_application",
    "count_due",
    "decline_application",
    "draft_of",
    "drafts_of",
    "drop_application_draft",
    "erase_due",
    "file_application",
    "filed_before",
    "forget_application_drafts",
    "grant_repair",
    "keep_step",
    "object_to_candidate",
    "propose_grant",
    "propose_refusal",
    "read_application_draft",
    "refuse_repair",
    "remove_paper",
    "remove_traces",
    "return_for_completion",
    "send_back",
    "withdraw_application",
)
