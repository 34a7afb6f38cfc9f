"""Candidates of redlists, the objections to them, and what a redlist never does."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

import registry.models.listing
from registry.guards import AddGuard, Guard, GuardsAside

LISTING, RULE, TYPE = "registry_listing", "registry_listrule", "registry_listtype"
CANDIDACY, OBJECTION = "registry_candidacy", "registry_candidateobjection"
IS_REDLIST = f"""SELECT 1 FROM {TYPE} t
  WHERE t.code = NEW.list_type_id AND t.kind = 'redlist'"""
PERSON_PRAISED = f"NEW.person_id IS NOT NULL AND EXISTS ({IS_REDLIST})"
# The notice stood, was over before the day of the decision, and nobody waits for an answer.
UNHEARD = f"""EXISTS (
    SELECT 1 FROM {RULE} r WHERE r.id = NEW.rule_id
      AND r.notice_from = 'candidate_notice' AND r.notice_n > 0)
  AND (
    NOT EXISTS (
      SELECT 1 FROM {CANDIDACY} c WHERE c.listing_id = NEW.id
        AND c.withdrawn_at IS NULL AND c.shown_until <= NEW.decided_on)
    OR EXISTS (
      SELECT 1 FROM {CANDIDACY} c, {OBJECTION} o
      WHERE c.listing_id = NEW.id AND o.candidacy_id = c.id AND o.outcome = ''))"""
NO_CASE_OF_REDLIST = f"""NOT EXISTS (
  SELECT 1 FROM {LISTING} l, {TYPE} t
  WHERE l.id = NEW.listing_id AND t.code = l.list_type_id AND t.kind = 'redlist'
    AND l.released_at IS NULL AND l.dropped_at IS NULL AND l.entity_id IS NOT NULL)"""
OUT_OF_TIME = f"""NOT EXISTS (
  SELECT 1 FROM {CANDIDACY} c WHERE c.id = NEW.candidacy_id
    AND c.shown_from <= NEW.received_on AND NEW.received_on < c.shown_until)"""


def changed(*columns):
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


def stranger(column, listing):
    """Nobody of the authority of the case."""
    return f"""NEW.{column} IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_user u, {LISTING} l
  WHERE u.id = NEW.{column} AND u.authority_id = l.authority_id AND l.id = {listing})"""


OF_OBJECTION = f"(SELECT c.listing_id FROM {CANDIDACY} c WHERE c.id = NEW.candidacy_id)"

GUARDS = [
    Guard("listing_honours_no_person_i", LISTING, "INSERT", PERSON_PRAISED),
    Guard("listing_honours_no_person_u", LISTING, "UPDATE", PERSON_PRAISED),
    Guard(
        "list_rule_of_redlist_is_for_no_person",
        RULE,
        "INSERT",
        f"NEW.subjects LIKE '%N%' AND EXISTS ({IS_REDLIST})",
    ),
    Guard(
        "list_type_becomes_redlist_without_persons",
        TYPE,
        "UPDATE",
        f"""NEW.kind = 'redlist' AND OLD.kind <> 'redlist' AND EXISTS (
  SELECT 1 FROM {RULE} r WHERE r.list_type_id = NEW.code AND r.subjects LIKE '%N%')""",
    ),
    Guard(
        "listing_candidate_was_heard_i",
        LISTING,
        "INSERT",
        f"NEW.released_at IS NOT NULL AND {UNHEARD}",
    ),
    Guard(
        "listing_candidate_was_heard_u",
        LISTING,
        "UPDATE",
        f"NEW.released_at IS NOT NULL AND OLD.released_at IS NULL AND {UNHEARD}",
    ),
    Guard("candidacy_is_of_a_redlist", CANDIDACY, "INSERT", NO_CASE_OF_REDLIST),
    Guard(
        "candidacy_announced_by_its_authority",
        CANDIDACY,
        "INSERT",
        stranger("announced_by_id", "NEW.listing_id"),
    ),
    Guard(
        "candidacy_withdrawn_by_its_authority",
        CANDIDACY,
        "UPDATE",
        stranger("withdrawn_by_id", "NEW.listing_id"),
    ),
    Guard(
        "candidacy_days_never_change",
        CANDIDACY,
        "UPDATE",
        changed(
            *("listing_id", "shown_from", "shown_until"),
            *("announced_by_id", "announced_at"),
        ),
    ),
    Guard(
        "candidacy_stays_withdrawn",
        CANDIDACY,
        "UPDATE",
        f"OLD.withdrawn_at IS NOT NULL AND ({changed('withdrawn_at', 'withdrawn_by_id')})",
    ),
    Guard("candidacy_is_never_deleted", CANDIDACY, "DELETE"),
    Guard("candidate_objection_in_time", OBJECTION, "INSERT", OUT_OF_TIME),
    Guard(
        "candidate_objection_origin_never_changes",
        OBJECTION,
        "UPDATE",
        changed('"number"', '"case"', "candidacy_id", "received_on", "filed_at"),
    ),
    Guard(
        "candidate_objection_taken_by_its_authority",
        OBJECTION,
        "INSERT",
        stranger("clerk_id", OF_OBJECTION),
    ),
    Guard(
        "candidate_objection_decided_by_its_authority",
        OBJECTION,
        "UPDATE",
        stranger("decided_by_id", OF_OBJECTION),
    ),
    Guard(
        "candidate_objection_stays_decided",
        OBJECTION,
        "UPDATE",
        f"OLD.outcome <> '' AND ({changed('outcome', 'decided_by_id', 'decided_at')})",
    ),
    Guard(
        "candidate_objection_stays_erased",
        OBJECTION,
        "UPDATE",
        f"OLD.erased_at IS NOT NULL AND ({changed('erased_at', 'sealed')})",
    ),
    Guard("candidate_objection_is_never_deleted", OBJECTION, "DELETE"),
]

ACTS = [
    ("open", "立案"),
    ("notice", "记录告知"),
    ("defence", "记录陈述申辩"),
    ("answer", "答复陈述申辩"),
    ("drop", "不予列入"),
    ("announce", "公示候选"),
    ("call_off", "撤回候选公示"),
    ("object", "收到对候选的异议"),
    ("overrule", "异议不成立"),
    ("uphold", "异议成立"),
    ("propose", "提请审核"),
    ("refuse", "退回"),
    ("withdraw", "撤回"),
    ("lapse", "提请逾期失效"),
    ("release", "公示"),
    ("hold", "暂停公示"),
    ("unhold", "恢复公示"),
    ("amend", "更正"),
    ("review", "复核"),
    ("end", "终止公示"),
    ("confirm_end", "复核紧急终止"),
    ("letter", "制作文书"),
    ("serve", "记录决定书送达"),
]
MORE_ACTS = [
    migrations.RemoveConstraint("step", "step_act_is_known"),
    *(
        migrations.AlterField(
            model,
            name,
            models.CharField(label, max_length=12, choices=ACTS, **more),
        )
        for model, name, label, more in (
            ("proposal", "act", "事项", {}),
            ("step", "act", "事项", {}),
            ("step", "about", "提请事项", {"blank": True}),
        )
    ),
    migrations.AddConstraint(
        "step",
        models.CheckConstraint(
            condition=Q(act__in=[code for code, _label in ACTS]), name="step_act_is_known"
        ),
    ),
]


def staff(**more):
    on_delete = django.db.models.deletion.PROTECT
    return models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=on_delete, related_name="+", **more
    )


def link(to, name):
    on_delete = django.db.models.deletion.PROTECT
    return models.ForeignKey(to=to, on_delete=on_delete, related_name=name)


MAYBE = {"null": True, "blank": True}


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


TABLES = [
    migrations.CreateModel(
        "Candidacy",
        fields=[
            ("id", key()),
            ("shown_from", models.DateField("候选公示开始")),
            ("shown_until", models.DateField("候选公示截止", help_text="当日起不再公示")),
            ("announced_at", models.DateTimeField()),
            ("withdrawn_at", models.DateTimeField("撤回时间", **MAYBE)),
            ("announced_by", staff()),
            ("listing", link("registry.listing", "candidacies")),
            ("withdrawn_by", staff(**MAYBE)),
        ],
        options={
            "verbose_name": "候选公示",
            "verbose_name_plural": "候选公示",
            "ordering": ("-shown_from", "-pk"),
            "indexes": [models.Index(fields=("shown_until",), name="candidacy_on_display")],
            "constraints": (
                models.CheckConstraint(
                    condition=Q(shown_until__gt=F("shown_from")),
                    name="candidacy_runs_forward",
                ),
                models.CheckConstraint(
                    condition=Q(withdrawn_at=None, withdrawn_by=None)
                    | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                    name="candidacy_withdrawn_says_who_and_when",
                ),
                models.UniqueConstraint(
                    fields=("listing",),
                    condition=Q(withdrawn_at=None),
                    name="candidacy_one_stands_for_a_case",
                    violation_error_message="这个案件的候选正在公示，或者已经公示过。",
                ),
            ),
        },
    ),
    migrations.CreateModel(
        "CandidateObjection",
        fields=[
            ("id", key()),
            (
                "number",
                models.CharField("异议编号", max_length=16, blank=True, editable=False),
            ),
            ("secret_hash", models.CharField(max_length=64, blank=True, editable=False)),
            (
                "case",
                models.CharField(
                    max_length=32,
                    unique=True,
                    default=registry.models.listing.new_case,
                    editable=False,
                ),
            ),
            ("sealed", models.BinaryField(null=True)),
            ("received_on", models.DateField("收到日期")),
            ("filed_at", models.DateTimeField("登记时间")),
            (
                "outcome",
                models.CharField(
                    "结果",
                    max_length=9,
                    blank=True,
                    choices=[("upheld", "异议成立"), ("overruled", "异议不成立")],
                ),
            ),
            ("sealed_answer", models.BinaryField(null=True)),
            ("decided_at", models.DateTimeField("答复时间", **MAYBE)),
            ("erased_at", models.DateTimeField("清除时间", **MAYBE)),
            ("key", models.CharField(max_length=64, unique=True, **MAYBE)),
            ("candidacy", link("registry.candidacy", "objections")),
            ("clerk", staff(**MAYBE)),
            ("decided_by", staff(**MAYBE)),
        ],
        options={
            "verbose_name": "对候选的异议",
            "verbose_name_plural": "对候选的异议",
            "ordering": ("filed_at", "pk"),
            "indexes": [
                models.Index(
                    fields=("decided_at",),
                    name="candidate_objection_to_erase",
                    condition=Q(decided_at__isnull=False, erased_at=None),
                )
            ],
            "constraints": (
                models.CheckConstraint(
                    condition=Q(number="", secret_hash="", clerk__isnull=False)
                    | Q(Exact(Length("number"), 16))
                    & Q(Exact(Length("secret_hash"), 64))
                    & Q(clerk=None),
                    name="candidate_objection_has_a_receipt_or_a_clerk",
                ),
                models.UniqueConstraint(
                    fields=("number",),
                    condition=~Q(number=""),
                    name="candidate_objection_number_once",
                ),
                models.CheckConstraint(
                    condition=Q(outcome="", decided_by=None, decided_at=None)
                    | Q(
                        outcome__in=("upheld", "overruled"),
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    ),
                    name="candidate_objection_outcome_says_who_and_when",
                ),
                models.CheckConstraint(
                    condition=Q(erased_at=None, sealed__isnull=False)
                    | Q(erased_at__isnull=False, sealed=None, sealed_answer=None)
                    & ~Q(outcome=""),
                    name="candidate_objection_is_sealed_or_erased",
                ),
            ),
        },
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_letters")]
    operations = [*TABLES, GuardsAside(MORE_ACTS), *map(AddGuard, GUARDS)]
