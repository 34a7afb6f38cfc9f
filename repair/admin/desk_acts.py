"""What can be done to a matter, one row an act: who may, when, by which form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from registry.models import Role, User
from registry.models.user import OfAuthority
from repair import actions, published
from repair.admin import desk_forms as forms
from repair.models import Application, Matter

Status, Opinion = Application.Status, Application.Opinion


class By(NamedTuple):
    """Who does it, when, and under which idempotency key."""

    by: User
    at: datetime
    key: str


def always(matter: Matter, user: User) -> bool:
    return True


def to_grant(application: Application, user: User) -> bool:
    return application.opinion == Opinion.GRANT


def to_shield(application: Application, user: User) -> bool:
    return application.opinion == Opinion.SHIELD


def is_not_mine(application: Application, user: User) -> bool:
    return application.assignee_id != user.pk


def was_not_put_off(application: Application, user: User) -> bool:
    return application.extended_at is None


def has_published(application: Application, user: User) -> bool:
    return published.is_published(application)


def case_of(matter: Matter) -> OfAuthority:
    """What says whose it is: a review is of the superior of the listing's authority."""
    return matter.listing if isinstance(matter, Application) else matter


@dataclass(frozen=True, slots=True)
class DeskAct:
    """`after` is what the page says when it is done."""

    name: str
    label: Any
    lead: Any
    after: Any
    roles: tuple[Role, ...]
    states: tuple[str, ...]
    form: type[forms.DeskForm]
    # Each is given the matters of its own kind.
    run: Callable[[Any, dict[str, Any], By], Matter]
    # Closes the matter against who brought it.
    is_grave: bool = False
    # Ends what is on display: asks for a fresh code.
    takes_down: bool = False
    # Its form says what the case says, of a person as well: to be opened before.
    shows_case: bool = False
    # Whatever else of the matter makes it possible, as what was proposed.
    only_if: Callable[[Any, User], bool] = always

    def is_for(self, user: User, matter: Matter) -> bool:
        """The role at this authority; and who proposed does not decide."""
        own = self.roles == DECIDER and matter.clerk_id == user.pk
        may = any(user.may_act(role, case_of(matter)) for role in self.roles)
        return may and not own

    def is_next(self, user: User, matter: Matter) -> bool:
        return matter.status in self.states and self.only_if(matter, user)


def accept(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.accept_application(application, **how._asdict())


def give_back(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.return_for_completion(application, data["reason"], **how._asdict())


def decline(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.decline_application(application, data["reason"], **how._asdict())


def propose_grant(application: Application, data: dict[str, Any], how: By) -> Application:
    day = data.get("corrected_on")
    return actions.propose_grant(
        application, data["reason"], corrected_on=day, **how._asdict()
    )


def propose_refusal(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.propose_refusal(application, data["reason"], **how._asdict())


def propose_shield(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.propose_shield(
        application,
        data["reason"],
        court_document=data["court_document"],
        ruled_on=data["ruled_on"],
        **how._asdict(),
    )


def shield(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.shield(application, **how._asdict())


def prolong(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.prolong_shield(application, data["reason"], **how._asdict())


def grant(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.grant_repair(application, data["document"], **how._asdict())


def refuse(application: Application, data: dict[str, Any], how: By) -> Application:
    reason, document = data["reason"], data["document"]
    return actions.refuse_repair(application, reason, document=document, **how._asdict())


def send_back(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.send_back(application, data["reason"], **how._asdict())


def take(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.assign_application(application, how.by, **how._asdict())


def assign(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.assign_application(application, data["to"], **how._asdict())


def extend(application: Application, data: dict[str, Any], how: By) -> Application:
    n_wd, reason = data["n_wd"], data["reason"]
    return actions.extend_decision(application, n_wd, reason, **how._asdict())


def note(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.note_application(application, data["words"], **how._asdict())


def performance(application: Application, data: dict[str, Any], how: By) -> Application:
    return actions.record_performance(
        application,
        data["state"],
        found_on=data["found_on"],
        document=data["document"],
        **how._asdict(),
    )


CLERK, DECIDER = (Role.REPAIR_CLERK,), (Role.REPAIR_DECIDER,)
ACTS = (
    DeskAct(
        "accept",
        _("受理"),
        _("材料齐全，属于本单位办理。受理之后开始计算决定期限。"),
        _("已受理。请核实之后提出意见。"),
        CLERK,
        (Status.RECEIVED,),
        forms.ConfirmForm,
        accept,
    ),
    DeskAct(
        "return",
        _("要求补正"),
        _("一次写明缺少什么。补正之前不计期限，收到补正后重新计算。"),
        _("已通知申请人补正。"),
        CLERK,
        (Status.RECEIVED, Status.ACCEPTED),
        forms.ReasonForm,
        give_back,
    ),
    DeskAct(
        "decline",
        _("不予受理"),
        _("不属于信用修复，或者不属于本单位的。申请就此办结。"),
        _("已决定不予受理，并通知申请人。"),
        CLERK,
        (Status.RECEIVED, Status.RETURNED),
        forms.ReasonForm,
        decline,
        is_grave=True,
    ),
    DeskAct(
        "propose_grant",
        _("建议准予修复"),
        _("核实义务已经履行，或者重整计划、和解协议已经执行完毕，再交决定人决定。"),
        _("已提出意见。请另一名决定人决定。"),
        CLERK,
        (Status.ACCEPTED, Status.SHIELDED),
        forms.ProposeGrantForm,
        propose_grant,
    ),
    DeskAct(
        "propose_refusal",
        _("建议不予修复"),
        _("写明哪一项条件没有满足，交决定人决定。按裁定暂停公示的，不予修复即恢复公示。"),
        _("已提出意见。请另一名决定人决定。"),
        CLERK,
        (Status.ACCEPTED, Status.SHIELDED),
        forms.OpinionForm,
        propose_refusal,
    ),
    DeskAct(
        "propose_shield",
        _("建议按法院裁定暂停公示"),
        _("法院已裁定批准重整计划或者认可和解协议的：暂停公示，执行完毕之后再最终修复。"),
        _("已提出意见。请另一名决定人决定。"),
        CLERK,
        (Status.ACCEPTED,),
        forms.ProposeShieldForm,
        propose_shield,
    ),
    DeskAct(
        "shield",
        _("按法院裁定暂停公示"),
        _("记录立即暂停公示。十二个月内须复核重整计划或者和解协议是否还在执行。"),
        _("已按法院裁定暂停公示，并通知申请人。"),
        DECIDER,
        (Status.PROPOSED,),
        forms.ConfirmForm,
        shield,
        takes_down=True,
        only_if=to_shield,
    ),
    DeskAct(
        "prolong",
        _("复核后继续暂停公示"),
        _("写明重整计划或者和解协议执行到哪一步。下一次复核在十二个月内。"),
        _("已复核，并通知申请人。"),
        DECIDER,
        (Status.SHIELDED,),
        forms.ReasonForm,
        prolong,
    ),
    DeskAct(
        "grant",
        _("准予修复"),
        _("记录立即停止公示，不能恢复。"),
        _("已准予修复，记录已经停止公示。"),
        DECIDER,
        (Status.PROPOSED,),
        forms.GrantForm,
        grant,
        takes_down=True,
        only_if=to_grant,
    ),
    DeskAct(
        "refuse",
        _("不予修复"),
        _("写明理由、需要改正什么。记录继续公示。"),
        _("已决定不予修复，并通知申请人。"),
        DECIDER,
        (Status.PROPOSED,),
        forms.RefuseForm,
        refuse,
        is_grave=True,
    ),
    DeskAct(
        "send_back",
        _("退回承办人"),
        _("不同意承办意见的，写明理由，由承办人重新办理。"),
        _("已退回承办人。"),
        DECIDER,
        (Status.PROPOSED,),
        forms.OpinionForm,
        send_back,
    ),
    DeskAct(
        "extend",
        _("延长决定期限"),
        _("情况复杂或者需要核查的，可以延长一次。写明理由，申请人会收到通知。"),
        _("已延长决定期限，并通知申请人。"),
        DECIDER,
        (Status.ACCEPTED, Status.PROPOSED),
        forms.ExtendForm,
        extend,
        only_if=was_not_put_off,
    ),
    DeskAct(
        "take",
        _("由我承办"),
        _("这份申请将列入您承办的申请。"),
        _("已由您承办。"),
        CLERK,
        Application.OPEN,
        forms.ConfirmForm,
        take,
        only_if=is_not_mine,
    ),
    DeskAct(
        "assign",
        _("交给同事"),
        _("交给本单位的另一名修复受理人承办。"),
        _("已交办。"),
        (*CLERK, *DECIDER),
        Application.OPEN,
        forms.AssignForm,
        assign,
    ),
    DeskAct(
        "note",
        _("内部备注"),
        _("写给同事的话，和申请人看到的内容分开保存。"),
        _("已写入备注。"),
        (*CLERK, *DECIDER),
        tuple(Status),
        forms.NoteForm,
        note,
    ),
    DeskAct(
        "performance",
        _("登记承诺履行状态"),
        _("申请人修复时作出的信用承诺，是否履行。登记之后在单位的页面公示。"),
        _("已登记，单位的页面现在这样显示。"),
        CLERK,
        (Status.GRANTED,),
        forms.PerformanceForm,
        performance,
        only_if=has_published,
    ),
)
BY_NAME = {act.name: act for act in ACTS}


def offered(user: User, matter: Matter, acts: tuple[DeskAct, ...] = ACTS) -> list[DeskAct]:
    """What this user can do with the matter now."""
    return [act for act in acts if act.is_for(user, matter) and act.is_next(user, matter)]
