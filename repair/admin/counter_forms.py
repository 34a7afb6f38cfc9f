"""What a clerk enters of an application or an objection that came on paper."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from repair.actions import FilingDraft, ObjectionDraft
from repair.forms import FIELD_OF, OnceForm, PaperField
from repair.journey_forms import DutyForm, ListingsForm, WhoForm
from repair.models import Filing
from repair.objection_forms import ObjectionForm
from repair.papers import Paper
from repair.statements import Statement

Channel = Filing.Channel
FIELD_ON_PAPER = FIELD_OF | {
    "no_name": "name",
    "no_objection": "statement",
    "received_in_future": "received_on",
    "received_too_early": "received_on",
    "too_many_papers": "scans",
    "paper_too_large": "scans",
    "paper_of_other_kind": "scans",
}
FIELD_AT_THE_COUNTER = FIELD_ON_PAPER | {
    "no_statement": "statement",
    "duty_open": "done",
    "no_commitment": "committed",
    "no_correction_day": "corrected_on",
    "correction_in_future": "corrected_on",
    "too_early": "received_on",
}


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class ScansField(PaperField):
    """Several files at once, each of which is looked into."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = data if isinstance(data, list | tuple) else [data]
        papers = [super(ScansField, self).clean(one, initial) for one in sent]
        return tuple(paper for paper in papers if paper)


class ReceivedForm(OnceForm):
    """By which way something came on paper, and on which day; whatever it asks for."""

    channel = forms.ChoiceField(
        label=gettext_lazy("提交方式"),
        choices=[(one.value, one.label) for one in (Channel.COUNTER, Channel.POST)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择窗口还是邮寄。")},
    )
    received_on = forms.DateField(
        label=gettext_lazy("收到日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("期限从这一天起算。邮寄的填签收的日期。"),
        error_messages={
            "required": gettext_lazy("请填写收到的日期：期限从这一天起算。"),
            "invalid": gettext_lazy("日期的写法不对。请照 2026-03-16 的样子填写。"),
        },
    )
    scans = ScansField(
        label=gettext_lazy("材料的扫描件"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "可以一次选几个 PDF、JPEG 或者 PNG 文件，每个不超过 10 MB，最多 10 个。"
        ),
        widget=SeveralFiles(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def field_of(self, code: str) -> str | None:
        return FIELD_ON_PAPER.get(code)


class CounterForm(ReceivedForm, ListingsForm, WhoForm, DutyForm):
    """The paper form of an application; what may be, the rules say of the day it came."""

    committed = forms.BooleanField(
        label=gettext_lazy("信用承诺书已由申请人签字"),
        required=False,
        help_text=gettext_lazy("承诺书的内容见本页下方，签字的原件一并扫描。"),
    )
    on_ruling = forms.BooleanField(
        label=gettext_lazy("依据法院批准重整计划或者认可和解协议的裁定"),
        required=False,
        help_text=gettext_lazy(
            "不要求义务已经履行，也不要求满最短公示期。裁定书一并扫描。"
        ),
    )
    field_order = (
        *("channel", "received_on", "listings", "role", "name", "phone", "email"),
        *("done", "on_ruling", "corrected_on", "statement", "committed", "scans"),
    )

    def prepare(self) -> None:
        # All of them: the rules judge by the day it came, and a form that is sent twice
        # finds its own application in the way.
        together = self.journey.together
        self.offer("listings", ((one.case, str(one.list_type)) for one in together))
        chosen = self.journey.listings
        self.fields["listings"].initial = [one.case for one in chosen]
        self.fields["listings"].label = gettext_lazy("申请修复的名单")
        self.fields["role"].label = gettext_lazy("申请人身份")
        WhoForm.prepare(self)
        DutyForm.prepare(self)
        self.fields["done"].label = gettext_lazy("申请人称义务已经履行，或者行为已经改正")
        # Not asked of whoever rests on a ruling; of all others the rules ask it.
        self.fields["done"].required = False
        self.fields["name"].help_text = gettext_lazy("申请表上签名的人，不是单位名称。")
        if "corrected_on" in self.fields:
            # Perhaps of one listing of several; the rules say of which.
            self.fields["corrected_on"].required = False

    def clean(self) -> dict[str, Any]:
        """The day of correction is judged by the day it came, and by the action."""
        return self.cleaned_data

    def field_of(self, code: str) -> str | None:
        return FIELD_AT_THE_COUNTER.get(code)

    def draft(self) -> FilingDraft:
        data = self.cleaned_data
        corrected_on: date | None = data.get("corrected_on")
        papers: tuple[Paper, ...] = data["scans"]
        chosen = [one for one in self.journey.together if one.case in data["listings"]]
        return FilingDraft(
            listings=tuple(chosen),
            role=data["role"],
            statement=Statement(
                name=data["name"],
                text=data["statement"],
                phone=data["phone"],
                email=data["email"],
            ),
            done=data["done"],
            committed=data["committed"],
            corrected_on=corrected_on,
            on_ruling=data["on_ruling"],
            papers=papers,
            language=get_language() or "",
            channel=data["channel"],
            received_on=data["received_on"],
        )


class CounterObjectionForm(ReceivedForm, ObjectionForm):
    """The paper form of an objection; what may be, the rules say as of one on the web."""

    field_order = (
        *("channel", "received_on", "role", "name", "phone", "email"),
        *("kind", "statement", "said", "scans"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All papers are scanned, several at once.
        del self.fields["paper"]
        name, role = self.fields["name"], self.fields["role"]
        name.label = _("提出异议的人")
        name.help_text = _("异议书上签名的人，不是单位名称。")
        name.error_messages["required"] = _("请填写提出异议的人的姓名。")
        role.label, role.initial = _("身份"), None
        role.error_messages["required"] = _("请选择提出异议的人的身份。")
        if "said" in self.fields:
            self.fields["said"].label = _("当事人声明")

    @property
    def papers(self) -> tuple[Paper, ...]:
        scans: tuple[Paper, ...] = self.cleaned_data["scans"]
        return scans

    def draft(self) -> ObjectionDraft:
        data = self.cleaned_data
        way = {"channel": data["channel"], "received_on": data["received_on"]}
        return replace(super().draft(), **way)
