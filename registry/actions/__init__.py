"""Every write to a case, each one transaction with its trail and what it owes others.

An action locks the case and reads it afresh, asks for every bar at once, changes,
leaves a step and a row in the outbox, or changes nothing and says why.
"""

from registry.actions.candidate_objections import (
    erase_objections,
    file_objection,
    overrule_objection,
    record_objection,
    uphold_objection,
)
from registry.actions.candidates import announce, call_off
from registry.actions.cases import (
    CaseDraft,
    answer_defence,
    drop_case,
    open_case,
    record_defence,
    record_notice,
)
from registry.actions.decision import Decision
from registry.actions.display import (
    amend_display,
    emergency_end,
    end_display,
    hold,
    hold_display,
    unhold_display,
)
from registry.actions.follow_ups import follow_up, leave_entry
from registry.actions.honours import hold_honours, warn_of_lapses
from registry.actions.kept_drafts import drop_draft, forget_drafts, keep_draft
from registry.actions.letters import make_decision, make_notice
from registry.actions.papers import Proof, serve_decision
from registry.actions.proposals import (
    accept,
    lapse_proposals,
    propose,
    refuse,
    withdraw,
)
from registry.actions.reconcile import reconcile
from registry.actions.release_many import release_many
from registry.actions.rule_change import bring_ends_forward, earlier_ends
from registry.actions.rule_proposals import (
    accept_rule,
    propose_rule,
    refuse_rule,
    withdraw_rule,
)
from registry.actions.staff import assign, disable, enable, invite, unlock
from registry.actions.staff_factor import (
    begin_anew,
    confirm_reset,
    enrol,
    propose_reset,
    renew_codes,
    renew_link,
    withdraw_reset,
)
from registry.actions.staff_review import review_accounts
from registry.actions.sweep import (
    SweepError,
    confirm_clock,
    end_due,
    note_moment,
    warn_of_reviews,
)
from registry.actions.viewings import (
    erase_viewings,
    inspect_viewings,
    note_export,
    open_person,
)

__all__ = (
    "CaseDraft",
    "Decision",
    "Proof",
    "SweepError",
    "accept",
    "accept_rule",
    "amend_display",
    "announce",
    "answer_defence",
    "assign",
    "begin_anew",
    "bring_ends_forward",
    "call_off",
    "confirm_clock",
    "confirm_reset",
    "disable",
    "drop_case",
    "drop_draft",
    "earlier_ends",
    "emergency_end",
    "enable",
    "end_display",
    "end_due",
    "enrol",
    "erase_objections",
    "erase_viewings",
    "file_objection",
    "follow_up",
    "forget_drafts",
    "hold",
    "hold_display",
    "hold_honours",
    "inspect_viewings",
    "invite",
    "keep_draft",
    "lapse_proposals",
    "leave_entry",
    "make_decision",
    "make_notice",
    "note_export",
    "note_moment",
    "open_case",
    "open_person",
    "overrule_objection",
    "propose",
    "propose_reset",
    "propose_rule",
    "reconcile",
    "record_defence",
    "record_notice",
    "record_objection",
    "refuse",
    "refuse_rule",
    "release_many",
    "renew_codes",
    "renew_link",
    "review_accounts",
    "serve_decision",
    "unhold_display",
    "unlock",
    "uphold_objection",
    "warn_of_lapses",
    "warn_of_reviews",
    "withdraw",
    "withdraw_reset",
    "withdraw_rule",
)
