"""What can be done to a case, a row an act: who may, when, by which form, what is next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry import actions, clock
from registry.actions.letters import has_decision, has_notice
from registry.actions.sweep import WARNED_DAYS
from registry.admin import act_forms as forms
from registry.admin.seen import may_read
from registry.days import day_of
from registry.models import Act, Listing, Proposal, Role, User
from registry.workdays import DAY

MAKER = (Role.MAKER,)
EITHER = (Role.MAKER, Role.CHECKER)


class Done(NamedTuple):
    """What came of it: the case to go on with, and what happens next, in one sentence."""

    listing: Listing
    sentence: str


class By(NamedTuple):
    """Who does it, when, and under which idempotency key."""

    by: User
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class CaseAct:
    name: str
    label: Any
    lead: Any
    roles: tuple[Role, ...]
    may: Callable[[Listing], bool]
    form: type[forms.ActForm]
    run: Callable[[Listing, Any, By], Done]
    # The act that a second person has to accept; not offered while one waits.
    proposes: Act | None = None
    # Takes down what stands, or closes it for good.
    is_grave: bool = False
    # Begins with what the case says now, and about whom.
    opens: bool = False
    # Ends what is on display: asks for a fresh code.
    takes_down: bool = False

    def is_for(self, user: User, listing: Listing) -> bool:
        return any(user.may_act(role, listing) for role in self.roles) and may_read(
            user, listing
        )


# --- When --------------------------------------------------------------------------------


def is_prepared(listing: Listing) -> bool:
    return listing.state in (Listing.State.PREPARED, Listing.State.NOTIFIED)


def is_to_be_told(listing: Listing) -> bool:
    """Of a candidate everybody is told, and nobody by himself."""
    return is_prepared(listing) and not listing.rule.announces_candidates


def is_notified(listing: Listing) -> bool:
    return listing.state == Listing.State.NOTIFIED


def is_defended(listing: Listing) -> bool:
    return is_notified(listing) and listing.defended_on is not None


def is_running(listing: Listing) -> bool:
    return listing.released_at is not None and listing.ended_at is None


def is_showing(listing: Listing) -> bool:
    return is_running(listing) and listing.held_since is None


def is_held(listing: Listing) -> bool:
    return is_running(listing) and listing.held_since is not None


def is_reviewed(listing: Listing) -> bool:
    return is_running(listing) and listing.review_by is not None


def is_extendable(listing: Listing) -> bool:
    extends = listing.rule.extension_max and listing.displayed_until
    followed = listing.followed_by.filter(dropped_at=None)
    return is_running(listing) and bool(extends) and not followed.exists()


def is_candidate(listing: Listing) -> bool:
    """Announced, and not withdrawn; its days may be over."""
    if not (is_prepared(listing) and listing.list_type.is_redlist):
        return False
    return listing.candidacies.standing().exists()


def is_announceable(listing: Listing) -> bool:
    asks = listing.rule.announces_candidates
    return is_prepared(listing) and asks and not is_candidate(listing)


def is_lapsing(listing: Listing) -> bool:
    """On a redlist, and within the days in which its owner is told that it ends."""
    until, today = listing.displayed_until, clock.today()
    soon = until is not None and today < until <= today + max(WARNED_DAYS) * DAY
    return soon and is_showing(listing) and listing.list_type.is_redlist


# --- What is done ------------------------------------------------------------------------


def notice_letter(listing: Listing, form: forms.NoticeLetterForm, how: By) -> Done:
    data = form.cleaned_data
    listing = actions.make_notice(
        listing, data["number"], dated_on=data["dated_on"], **how._asdict()
    )
    text = _("告知书已经制作。请下载、盖章、送达，再记录送达。")
    return Done(listing, text)


def decision_letter(listing: Listing, form: forms.ConfirmForm, how: By) -> Done:
    listing = actions.make_decision(listing, **how._asdict())
    text = _("决定书已经制作。请下载、盖章，连同公示回执一并送达，再记录送达。")
    return Done(listing, text)


def serve(listing: Listing, form: forms.DeliveryForm, how: By) -> Done:
    on = form.cleaned_data["on"]
    listing = actions.serve_decision(listing, form.proof(), on=on, **how._asdict())
    return Done(listing, _("已记录决定书的送达。"))


def notice(listing: Listing, form: forms.DeliveryForm, how: By) -> Done:
    on, proof = form.cleaned_data["on"], form.proof()
    listing = actions.record_notice(listing, on=on, proof=proof, **how._asdict())
    return Done(listing, after_notice(listing))


def after_notice(listing: Listing) -> str:
    last = listing.notice_closes_on
    if last is None:
        return _("已记录告知。可以提请公示。")
    text = _("已记录告知。陈述申辩期到 %(last)s 为止，%(first)s 起可以作出决定。")
    return text % {"last": last, "first": last + DAY}


def defence(listing: Listing, form: forms.DefenceForm, how: By) -> Done:
    text, on = form.cleaned_data["text"], form.cleaned_data["on"]
    proof = form.proof()
    listing = actions.record_defence(listing, text, on=on, proof=proof, **how._asdict())
    return Done(listing, _("已记录陈述申辩。请核实后答复，答复之前不能提请公示。"))


def answer(listing: Listing, form: forms.AnswerForm, how: By) -> Done:
    text = form.cleaned_data["text"]
    listing = actions.answer_defence(listing, text, proof=form.proof(), **how._asdict())
    return Done(listing, _("已记录答复。申辩成立的，请不予列入；不成立的，可以提请公示。"))


def drop(listing: Listing, form: forms.ReasonForm, how: By) -> Done:
    reason = form.cleaned_data["reason"]
    listing = actions.drop_case(listing, reason, **how._asdict())
    return Done(listing, _("案件已经结束，当事人没有列入名单。"))


def announce(listing: Listing, form: forms.ConfirmForm, how: By) -> Done:
    listing = actions.announce(listing, **how._asdict())
    last = listing.candidacies.standing().get().last_day
    text = _(
        "已公示候选，到 %(last)s 为止。"
        "没有异议，或者异议都已答复的，%(first)s 起可以作出决定。"
    )
    return Done(listing, text % {"last": last, "first": last + DAY})


def call_off(listing: Listing, form: forms.ReasonForm, how: By) -> Done:
    reason = form.cleaned_data["reason"]
    listing = actions.call_off(listing, reason, **how._asdict())
    return Done(listing, _("已撤回候选公示，公众现在看不到。案件仍在办理。"))


def take_objection(listing: Listing, form: forms.ObjectionForm, how: By) -> Done:
    on = form.cleaned_data["on"]
    actions.record_objection(listing, form.said(), on=on, **how._asdict())
    return Done(listing, _("已登记异议。请核实后答复，答复之前不能列入。"))


def renew(listing: Listing, form: forms.RenewForm, how: By) -> Done:
    case = actions.open_case(form.draft(), **how._asdict())
    return Done(case, after_opening(case))


def after_opening(case: Listing) -> str:
    if case.rule.announces_candidates:
        return _("已立案。请公示候选，期满没有异议，再凭新的决定提请公示。")
    return _("已立案。请凭新的决定提请公示。")


def release(listing: Listing, form: forms.ReleaseForm, how: By) -> Done:
    return proposed(listing, Act.RELEASE, form.payload(), how)


def amend(listing: Listing, form: forms.AmendForm, how: By) -> Done:
    return proposed(listing, Act.AMEND, form.payload(), how)


def unhold(listing: Listing, form: forms.ConfirmForm, how: By) -> Done:
    return proposed(listing, Act.UNHOLD, {}, how)


def review(listing: Listing, form: forms.ConfirmForm, how: By) -> Done:
    return proposed(listing, Act.REVIEW, {}, how)


def end(listing: Listing, form: forms.EndForm, how: By) -> Done:
    names = ("reason", "document")
    payload = {name: form.cleaned_data[name] for name in names}
    return proposed(listing, Act.END, payload | form.stay(), how)


def proposed(listing: Listing, act: Act, payload: dict[str, Any], how: By) -> Done:
    proposal = actions.propose(listing, act, payload, **how._asdict())
    return Done(listing, after_proposal(proposal))


def after_proposal(proposal: Proposal) -> str:
    text = _("已提请“%(act)s”。请本单位另一名审核人在 %(last)s 之前审核，逾期失效。")
    words = {"act": proposal.get_act_display(), "last": day_of(proposal.expires_at)}
    return text % words


def hold(listing: Listing, form: forms.HoldForm, how: By) -> Done:
    reason, ground = form.cleaned_data["reason"], form.cleaned_data["ground"]
    listing = actions.hold(listing, reason, ground=ground, **how._asdict())
    return Done(listing, _("已暂停公示，公众现在看不到。恢复公示须由另一人审核。"))


def extend(listing: Listing, form: forms.ExtendForm, how: By) -> Done:
    case = actions.open_case(form.draft(), **how._asdict())
    text = _("已为延长立案。请先告知当事人，再凭新的决定提请公示。")
    return Done(case, text)


def emergency(listing: Listing, form: forms.ReasonForm, how: By) -> Done:
    listing = actions.emergency_end(listing, form.cleaned_data["reason"], **how._asdict())
    return Done(listing, _("已终止公示。请另一名审核人在下一个工作日复核。"))


ACTS = (
    CaseAct(
        "notice-letter",
        pgettext_lazy("button", "制作告知书"),
        gettext_lazy("由案件的内容生成，中文和英文各一份，附送达回证。制作之后不能改。"),
        MAKER,
        has_notice,
        forms.NoticeLetterForm,
        notice_letter,
        opens=True,
    ),
    CaseAct(
        "notice",
        pgettext_lazy("button", "记录告知"),
        gettext_lazy("把告知书送达当事人的方式和日期记下来。陈述申辩期由系统计算。"),
        MAKER,
        is_to_be_told,
        forms.DeliveryForm,
        notice,
    ),
    CaseAct(
        "defence",
        pgettext_lazy("button", "记录陈述申辩"),
        gettext_lazy("当事人说了什么，照原意记下来。"),
        MAKER,
        is_notified,
        forms.DefenceForm,
        defence,
    ),
    CaseAct(
        "answer",
        pgettext_lazy("button", "答复陈述申辩"),
        gettext_lazy("逐条写明核实的结果。"),
        MAKER,
        is_defended,
        forms.AnswerForm,
        answer,
    ),
    CaseAct(
        "announce",
        pgettext_lazy("button", "公示候选"),
        gettext_lazy(
            "从今天起向公众公示“拟列入”，天数由规则计算。期内任何人可以提出异议，"
            "期满之后才能作出决定。"
        ),
        MAKER,
        is_announceable,
        forms.ConfirmForm,
        announce,
    ),
    CaseAct(
        "object",
        pgettext_lazy("button", "登记异议"),
        gettext_lazy("当面或者书面收到的异议，照原意记下来。姓名和联系方式加密保存。"),
        EITHER,
        is_candidate,
        forms.ObjectionForm,
        take_objection,
    ),
    CaseAct(
        "call_off",
        pgettext_lazy("button", "撤回候选公示"),
        gettext_lazy("立即从公示中隐去，一个人即可办理。案件仍在，可以重新公示候选。"),
        EITHER,
        is_candidate,
        forms.ReasonForm,
        call_off,
        is_grave=True,
    ),
    CaseAct(
        "release",
        pgettext_lazy("button", "提请公示"),
        gettext_lazy("照决定文书填写。另一名审核人同意之后才会公示。"),
        MAKER,
        is_prepared,
        forms.ReleaseForm,
        release,
        proposes=Act.RELEASE,
    ),
    CaseAct(
        "decision-letter",
        pgettext_lazy("button", "制作决定书"),
        gettext_lazy("由公示的决定生成，写明怎样退出、怎样救济，附送达回证。"),
        MAKER,
        has_decision,
        forms.ConfirmForm,
        decision_letter,
        opens=True,
    ),
    CaseAct(
        "serve",
        pgettext_lazy("button", "记录决定书送达"),
        gettext_lazy("把决定书送达当事人的方式和日期记下来。"),
        MAKER,
        has_decision,
        forms.DeliveryForm,
        serve,
    ),
    CaseAct(
        "drop",
        pgettext_lazy("button", "不予列入"),
        gettext_lazy("结束这个案件，当事人不列入名单。"),
        MAKER,
        is_prepared,
        forms.ReasonForm,
        drop,
        is_grave=True,
    ),
    CaseAct(
        "amend",
        pgettext_lazy("button", "提请更正"),
        gettext_lazy("只改有误的地方。单位、名单和决定不能改，公示只能提前结束。"),
        MAKER,
        is_running,
        forms.AmendForm,
        amend,
        proposes=Act.AMEND,
        opens=True,
    ),
    CaseAct(
        "review",
        pgettext_lazy("button", "提请复核"),
        gettext_lazy("已经核实列入的事由仍然存在，请另一人确认。下次复核期限由规则计算。"),
        MAKER,
        is_reviewed,
        forms.ConfirmForm,
        review,
        proposes=Act.REVIEW,
    ),
    CaseAct(
        "extend",
        pgettext_lazy("button", "立案延长"),
        gettext_lazy("延长是一个新的决定：另立案件，重新告知，再提请公示。"),
        MAKER,
        is_extendable,
        forms.ExtendForm,
        extend,
        opens=True,
    ),
    CaseAct(
        "renew",
        pgettext_lazy("button", "立案续评"),
        gettext_lazy(
            "期满不会自动延长。继续列入是一个新的决定：另立案件，重新公示候选，再提请公示。"
        ),
        MAKER,
        is_lapsing,
        forms.RenewForm,
        renew,
        opens=True,
    ),
    CaseAct(
        "hold",
        pgettext_lazy("button", "暂停公示"),
        gettext_lazy("立即从公示中隐去，例如依据法院裁定。一个人即可办理。"),
        EITHER,
        is_showing,
        forms.HoldForm,
        hold,
    ),
    CaseAct(
        "unhold",
        pgettext_lazy("button", "提请恢复公示"),
        gettext_lazy("恢复之后公示截止日期不变。"),
        MAKER,
        is_held,
        forms.ConfirmForm,
        unhold,
        proposes=Act.UNHOLD,
    ),
    CaseAct(
        "end",
        pgettext_lazy("button", "提请终止公示"),
        gettext_lazy("终止之后不能恢复。写明原因和依据的文书。"),
        MAKER,
        is_running,
        forms.EndForm,
        end,
        proposes=Act.END,
        is_grave=True,
        takes_down=True,
    ),
    CaseAct(
        "emergency",
        pgettext_lazy("button", "紧急终止"),
        gettext_lazy("只用于列错了人：立即终止，不能恢复，另一人在下一个工作日复核。"),
        EITHER,
        is_running,
        forms.ReasonForm,
        emergency,
        is_grave=True,
        takes_down=True,
    ),
)
BY_NAME = {act.name: act for act in ACTS}


def offered(user: User, listing: Listing) -> list[CaseAct]:
    """What this user can do with the case now."""
    waiting = set(listing.proposals.open().values_list("act", flat=True))
    return [
        act
        for act in ACTS
        if act.is_for(user, listing) and act.may(listing) and act.proposes not in waiting
    ]
