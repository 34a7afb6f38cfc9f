"""Every step of a repair, each one transaction with its trail and the word it owes.

An action locks the application and reads it afresh, asks for every bar at once,
changes, leaves a step and a row in the outbox, or changes nothing and says why.
"""

from repair.actions.clocks import Recounted, extend_decision, recount_open
from repair.actions.commitments import record_performance
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
from repair.actions.objection_desk import (
    accept_objection,
    clear_statement,
    extend_objection,
    propose_correction,
    propose_end,
    propose_rejection,
    reject,
    return_objection,
    send_objection_back,
    uphold,
    withhold_statement,
)
from repair.actions.objection_filing import (
    ObjectionDraft,
    ask_for_review,
    complete_objection,
    file_objection,
    withdraw_objection,
)
from repair.actions.queue import (
    Batch,
    accept_many,
    assign_application,
    note_application,
)
from repair.actions.reminders import remind_due
from repair.actions.reorganisation import prolong_shield, propose_shield, shield
from repair.actions.revocation import (
    propose_revocation,
    revoke_repair,
    uphold_repair,
)

__all__ = (
    "Batch",
    "Erased",
    "Filed",
    "FilingDraft",
    "Objected",
    "ObjectionDraft",
    "Recounted",
    "accept_application",
    "accept_many",
    "accept_objection",
    "add_paper",
    "ask_for_review",
    "assign_application",
    "begin_application",
    "clear_statement",
    "complete_application",
    "complete_objection",
    "count_due",
    "decline_application",
    "draft_of",
    "drafts_of",
    "drop_application_draft",
    "erase_due",
    "extend_decision",
    "extend_objection",
    "file_application",
    "file_objection",
    "filed_before",
    "forget_application_drafts",
    "grant_repair",
    "keep_step",
    "note_application",
    "object_to_candidate",
    "prolong_shield",
    "propose_correction",
    "propose_end",
    "propose_grant",
    "propose_refusal",
    "propose_rejection",
    "propose_revocation",
    "propose_shield",
    "read_application_draft",
    "record_performance",
    "recount_open",
    "refuse_repair",
    "reject",
    "remind_due",
    "remove_paper",
    "remove_traces",
    "return_for_completion",
    "return_objection",
    "revoke_repair",
    "send_back",
    "send_objection_back",
    "shield",
    "uphold",
    "uphold_repair",
    "withdraw_application",
    "withdraw_objection",
    "withhold_statement",
)
