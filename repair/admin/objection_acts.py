"""What can be done to an objection, one row an act."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.models import User
from repair import actions
from repair.admin import objection_forms as forms
from repair.admin.desk_acts import CLERK, DECIDER, By, DeskAct
from repair.models import Objection

Status, Opinion, Said = Objection.Status, Objection.Opinion, Objection.Said


def accept(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.accept_objection(objection, **how._asdict())


def give_back(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.return_objection(objection, data["reason"], **how._asdict())


def clear(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.clear_statement(objection, **how._asdict())


def withhold(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.withhold_statement(objection, data["reason"], **how._asdict())


def propose_correction(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    reason, changes = data["reason"], data["changes"]
    return actions.propose_correction(objection, reason, changes, **how._asdict())


def propose_end(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    reason, why = data["reason"], data["end_reason"]
    return actions.propose_end(objection, reason, why, **how._asdict())


def propose_rejection(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.propose_rejection(objection, data["reason"], **how._asdict())


def uphold(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.uphold(objection, data["document"], **how._asdict())


def reject(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    reason, document = data["reason"], data["document"]
    return actions.reject(objection, reason, document=document, **how._asdict())


def send_back(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.send_objection_back(objection, data["reason"], **how._asdict())


def extend(objection: Objection, data: dict[str, Any], how: By) -> Objection:
    return actions.extend_objection(objection, data["reason"], **how._asdict())


def has_said(objection: Objection, user: User) -> bool:
    return objection.said == Said.WAITING


def upholds(objection: Objection, user: User) -> bool:
    return objection.opinion in (Opinion.CORRECT, Opinion.END)


def may_be_extended(objection: Objection, user: User) -> bool:
    return objection.extended_at is None and not objection.is_review


ACTS = (
    DeskAct(
        "accept",
        _("受理并标注"),
        _("受理之后，记录旁立即标明“有异议，正在核查”，直到办结。"),
        _("已受理，记录旁已经标注。请核实之后提出意见。"),
        CLERK,
        (Status.RECEIVED,),
        forms.ConfirmForm,
        accept,
    ),
    DeskAct(
        "return",
        _("要求补正"),
        _("一次写明缺少什么。补正之前不计期限，收到补正后重新计算。"),
        _("已通知提出异议的人补正。"),
        CLERK,
        (Status.RECEIVED,),
        forms.ReasonForm,
        give_back,
    ),
    DeskAct(
        "clear",
        _("准予显示声明"),
        _("声明没有他人隐私、没有侮辱诽谤的，显示在记录旁，直到异议办结。"),
        _("声明已经显示在记录旁。"),
        CLERK,
        Objection.MARKED,
        forms.ConfirmForm,
        clear,
        only_if=has_said,
    ),
    DeskAct(
        "withhold",
        _("不予显示声明"),
        _("写明哪一处不能显示。异议照常办理。"),
        _("声明不显示，已记录理由。"),
        CLERK,
        Objection.MARKED,
        forms.ReasonForm,
        withhold,
        only_if=has_said,
    ),
    DeskAct(
        "propose_correction",
        _("建议更正"),
        _("把记录改成应有的样子，交决定人决定。"),
        _("已提出意见。请另一名决定人决定。"),
        CLERK,
        (Status.ACCEPTED,),
        forms.CorrectForm,
        propose_correction,
        shows_case=True,
    ),
    DeskAct(
        "propose_end",
        _("建议停止公示"),
        _("不应列入，或者早应停止公示的，交决定人决定。"),
        _("已提出意见。请另一名决定人决定。"),
        CLERK,
        (Status.ACCEPTED,),
        forms.EndForm,
        propose_end,
    ),
    DeskAct(
        "propose_rejection",
        _("建议不予支持"),
        _("记录没有错的，写明核实了什么，交决定人决定。"),
        _("已提出意见。请另一名决定人决定。"),
        CLERK,
        (Status.ACCEPTED,),
        forms.OpinionForm,
        propose_rejection,
    ),
    DeskAct(
        "uphold",
        _("异议成立，照办"),
        _("照承办意见更正或者停止公示，立即生效；停止公示的不能恢复。"),
        _("异议成立，记录已经更正或者停止公示。"),
        DECIDER,
        (Status.PROPOSED,),
        forms.UpholdForm,
        uphold,
        takes_down=True,
        only_if=upholds,
    ),
    DeskAct(
        "reject",
        _("异议不成立"),
        _("写明核实的结果和理由。记录继续公示，标注取消。"),
        _("已决定异议不成立，并通知提出异议的人。"),
        DECIDER,
        (Status.PROPOSED,),
        forms.RejectForm,
        reject,
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
        _("延长期限"),
        _("情况复杂的可以延长一次。写明理由，提出异议的人会看到。"),
        _("已延长期限，并通知提出异议的人。"),
        DECIDER,
        Objection.MARKED,
        forms.ReasonForm,
        extend,
        only_if=may_be_extended,
    ),
)
BY_NAME = {act.name: act for act in ACTS}
