"""What holds of every listing; triggers in the migrations say what looks further."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

# An order hides, a restore hides, or both.
HELD_GROUNDS = ("court", "review", "restore", "court restore", "review restore")

CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(entity=None, person__isnull=False)
        | Q(entity__isnull=False, person=None)
        # What is erased may have none left: an individual business, or after the years.
        | Q(
            entity=None,
            person=None,
            erased_at__isnull=False,
            party_key="",
            decision_no="",
        ),
        name="listing_has_one_party",
    ),
    models.CheckConstraint(
        condition=Q(Exact(Length("case"), 32)), name="listing_case_has_16_bytes"
    ),
    models.CheckConstraint(
        condition=Q(person=None, sealed=None)
        | Q(
            person__isnull=False,
            conduct_on__isnull=False,
            ground="",
            facts="",
            defence="",
            defence_answer="",
            details={},
        ),
        name="listing_of_a_person_is_sealed",
    ),
    models.CheckConstraint(
        condition=Q(
            released_at=None,
            decision_no="",
            decided_on=None,
            checker=None,
            term_from=None,
            chain_from=None,
            displayed_from=None,
            displayed_until=None,
            reviewed_on=None,
            review_by=None,
            held_since=None,
            ended_at=None,
            leaf=None,
        )
        | Q(
            released_at__isnull=False,
            decided_on__isnull=False,
            checker__isnull=False,
            term_from__isnull=False,
            chain_from__isnull=False,
            dropped_at=None,
        )
        & (~Q(decision_no="") | Q(erased_at__isnull=False)),
        name="listing_released_is_complete",
    ),
    models.CheckConstraint(
        condition=Q(displayed_from=None) | Q(leaf__isnull=False),
        name="listing_shown_is_logged",
    ),
    models.CheckConstraint(
        condition=Q(erased_at=None)
        | Q(
            Q(ended_at__isnull=False) | Q(dropped_at__isnull=False),
            sealed=None,
            ground="",
            facts="",
            details={},
            defence="",
            defence_answer="",
            amount=None,
            performance="",
            held_since=None,
            held_reason="",
            end_document="",
        ),
        name="listing_erased_is_empty",
    ),
    models.CheckConstraint(
        condition=Q(checker=None) | ~Q(checker=F("maker")),
        name="listing_is_checked_by_another",
        violation_error_message=_("提请人不得审核自己提请的事项。"),
    ),
    models.CheckConstraint(
        condition=Q(displayed_until=None)
        | Q(displayed_from__isnull=False, displayed_until__gt=F("displayed_from")),
        name="listing_display_runs_forward",
    ),
    models.CheckConstraint(
        condition=Q(review_by=None) | Q(displayed_from__isnull=False, displayed_until=None),
        name="listing_review_stands_for_an_end",
    ),
    models.CheckConstraint(
        condition=Q(notice_closes_on=None)
        | Q(noticed_on__isnull=False, notice_closes_on__gte=F("noticed_on")),
        name="listing_window_follows_notice",
    ),
    models.CheckConstraint(
        condition=Q(decided_on=None)
        | (Q(noticed_on=None) | Q(noticed_on__lte=F("decided_on")))
        & (Q(notice_closes_on=None) | Q(notice_closes_on__lt=F("decided_on"))),
        name="listing_notice_window_closed_before_decision",
        violation_error_message=_("陈述申辩期届满之前不得作出决定。"),
    ),
    models.CheckConstraint(
        condition=Q(ended_at=None, end_reason="")
        | Q(
            ended_at__isnull=False,
            ended_at__gte=F("released_at"),
            end_reason__in=(
                "expired",
                "performed",
                "cured",
                "repaired",
                "wrong",
                "revoked",
                "died",
                "deregistered",
                "superseded",
            ),
        ),
        name="listing_end_has_a_reason",
    ),
    models.CheckConstraint(
        condition=Q(held_since=None, held_reason="", held_ground="")
        | Q(
            held_since__isnull=False,
            held_ground__in=(
                "court",
                "review",
                "restore",
                "court restore",
                "review restore",
            ),
        )
        & ~Q(held_reason=""),
        name="listing_hold_has_a_reason",
    ),
    models.CheckConstraint(
        condition=Q(performance__in=("", "none", "part", "full")),
        name="listing_performance_is_known",
    ),
    models.UniqueConstraint(
        fields=("follows",),
        # A case that was dropped bars no other.
        condition=Q(dropped_at=None),
        name="listing_is_followed_once",
        violation_error_message=_("这条记录已有延续它的案件。请在那个案件中办理。"),
    ),
    models.UniqueConstraint(
        fields=("party_key", "list_type", "decision_no"),
        condition=Q(released_at__isnull=False, ended_at=None),
        name="listing_active_once",
        violation_error_message=_("同一主体、同一名单、同一决定已有公示中的记录。"),
    ),
)
