"""What applicants type, as far as it is well-formed; what may be, the rules say."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registry.errors import BarredError, RegistryError
from registry.models import Listing
from registry.objections import Said
from registry.terms import Start
from repair import papers
from repair.actions import FilingDraft
from repair.models import Filing
from repair.models.evidence import MEGABYTE, MOST_BYTES
from repair.papers import Paper
from repair.statements import Statement

Role = Filing.Role
# The most that fits a page of paper.
LONGEST_TEXT = 2000
# Beside which field a reason belongs; all others stand at the top.
FIELD_OF = {
    "no_name": "name",
    "no_objector": "name",
    "no_contact": "contact",
    "no_objection": "text",
    "no_reason": "reason",
    "private_said": "said",
    "said_too_long": "said",
    "no_statement": "statement",
    "empty": "statement",
    "duty_open": "done",
    "no_commitment": "committed",
    "no_correction_day": "corrected_on",
    "correction_in_future": "corrected_on",
    "too_many_papers": "paper",
    "paper_too_large": "paper",
    "paper_of_other_kind": "paper",
}


class PaperField(forms.FileField):
    """One file, read whole once its size is known; the action asks what it is."""

    default_error_messages = {
        "empty": gettext_lazy("这个文件是空的。请换一个文件。"),
        "invalid": gettext_lazy("没有收到文件。请重新选择。"),
        "missing": gettext_lazy("没有收到文件。请重新选择。"),
        "max_length": gettext_lazy("文件名太长。请改短后重新选择。"),
    }

    def clean(self, data: Any, initial: Any = None) -> Paper | None:
        sent: UploadedFile[Any] | None = super().clean(data, initial)
        if not sent:
            return None
        if (sent.size or 0) > MOST_BYTES:
            text = _("文件超过 %(most)d MB。请压缩或者分成几份。")
            raise forms.ValidationError(text % {"most": MOST_BYTES // MEGABYTE})
        paper = Paper(sent.name or "", sent.read())
        if bars := papers.bars_to_papers((paper,)):
            raise forms.ValidationError([bar.text for bar in bars])
        return paper


class OwnErrorsForm(forms.Form):
    """Says by itself and all at once what is missing; no browser stops it before."""

    use_required_attribute = False
    field_of = FIELD_OF

    def show(self, refusal: RegistryError) -> None:
        """Every reason beside the field it is about, as far as the form has it."""
        if not isinstance(refusal, BarredError):
            self.add_error(None, str(refusal))
            return
        for bar in refusal.bars:
            field = self.field_of.get(bar.code)
            self.add_error(field if field in self.fields else None, bar.text)


def new_key() -> str:
    return uuid4().hex


class OnceForm(OwnErrorsForm):
    """`key` makes a form that is sent twice act once."""

    key = forms.CharField(
        widget=forms.HiddenInput, max_length=64, required=False, initial=new_key
    )

    @property
    def once(self) -> str | None:
        return self.cleaned_data["key"] or None


class ApplyForm(OnceForm):
    """One application for one listing."""

    name = forms.CharField(
        label=gettext_lazy("申请人姓名"),
        max_length=60,
        help_text=gettext_lazy("办理这件事的人，不是单位名称。"),
        error_messages={"required": gettext_lazy("请填写申请人姓名。")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("申请人身份"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择申请人身份。"),
            "invalid_choice": gettext_lazy("请从所列的身份中选择。"),
        },
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("填写后，每一步的结果会发到这里。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy("邮箱的写法不对。请照 name@example.cn 的样子填写。")
        },
    )
    statement = forms.CharField(
        label=gettext_lazy("申请理由"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明义务是怎样、在哪一天履行或者改正的。"),
        error_messages={"required": gettext_lazy("请写明义务是怎样履行或者改正的。")},
    )
    corrected_on = forms.DateField(
        label=gettext_lazy("改正日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("最短公示期从这一天起算。"),
        error_messages={
            "required": gettext_lazy("请填写改正的日期：该名单的最短公示期从这一天起算。"),
            "invalid": gettext_lazy("日期的写法不对。请照 2026-03-16 的样子填写。"),
        },
    )
    paper = PaperField(
        label=gettext_lazy("证明材料"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "一个 PDF、JPEG 或者 PNG 文件，不超过 10 MB；多份材料请合并成一个 PDF。"
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    done = forms.BooleanField(
        label=gettext_lazy("应当履行的义务已经履行完毕，或者行为已经改正"),
        error_messages={
            "required": gettext_lazy("还没有履行或者改正的，不能申请。请先履行，再勾选。")
        },
    )
    committed = forms.BooleanField(
        label=gettext_lazy("我已阅读信用承诺书，并作出承诺"),
        error_messages={"required": gettext_lazy("请阅读信用承诺书，并勾选确认。")},
    )

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        roles = roles_for(listing)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in roles
        ]
        self.fields["role"].initial = roles[0].value
        if listing.rule.early_from != Start.CORRECTION:
            del self.fields["corrected_on"]

    def draft(self) -> FilingDraft:
        data = self.cleaned_data
        corrected_on: date | None = data.get("corrected_on")
        paper: Paper | None = data["paper"]
        return FilingDraft(
            listings=(self.listing,),
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
            papers=(paper,) if paper else (),
            language=get_language() or "",
        )


def roles_for(listing: Listing) -> tuple[Filing.Role, ...]:
    if listing.person_id is not None:
        return (Role.PERSON, Role.AGENT)
    return (Role.REPRESENTATIVE, Role.AGENT)


class ObjectForm(OnceForm):
    """Why somebody should not be listed, and who says so."""

    name = forms.CharField(
        label=gettext_lazy("您的姓名或者单位名称"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请填写您的姓名或者单位名称。")},
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        max_length=200,
        help_text=gettext_lazy("电话、邮箱或者地址，认定单位核实时可能联系您。"),
        error_messages={"required": gettext_lazy("请填写电话、邮箱或者地址。")},
    )
    text = forms.CharField(
        label=gettext_lazy("异议的理由"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明为什么不应列入，有哪些事实可以核实。"),
        error_messages={"required": gettext_lazy("请写明为什么不应列入。")},
    )

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(data["name"], data["contact"], data["text"])


class TrackForm(OwnErrorsForm):
    number = forms.CharField(
        label=gettext_lazy("申请编号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请填写回执上的申请编号。")},
    )
    secret = forms.CharField(
        label=gettext_lazy("查询密码"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请填写回执上的查询密码。")},
    )


class CompletionForm(OnceForm):
    """What was missing."""

    statement = forms.CharField(
        label=gettext_lazy("补充说明"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    paper = PaperField(
        label=gettext_lazy("补充材料"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "一个 PDF、JPEG 或者 PNG 文件，不超过 10 MB；多份材料请合并成一个 PDF。"
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    @property
    def words(self) -> str:
        return str(self.cleaned_data["statement"])

    @property
    def papers(self) -> tuple[Paper, ...]:
        paper: Paper | None = self.cleaned_data["paper"]
        return (paper,) if paper else ()


class WithdrawForm(OnceForm):
    """Withdrawing takes a tick: one click is too little for what cannot be undone."""

    sure = forms.BooleanField()


class ReviewForm(OnceForm):
    """Why a refusal is not accepted."""

    reason = forms.CharField(
        label=gettext_lazy("申请复议的理由"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("请写明为什么不接受这个决定。")},
    )


class WhichForm(forms.Form):
    """Which application or objection of the opened filing is meant."""

    application = forms.UUIDField()
