"""What applicants type, as far as it is well-formed; what may be, the rules say."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.errors import BarredError, RegistryError
from registry.objections import Said
from repair import papers
from repair.models.evidence import MEGABYTE, MOST_BYTES
from repair.papers import Paper

# The most that fits a page of paper.
LONGEST_TEXT = 2000
# Beside which field a reason belongs; all others stand at the top.
FIELD_OF = {
    "no_objector": "name",
    "no_contact": "contact",
    "no_objection": "text",
    "no_reason": "reason",
    "private_said": "said",
    "said_too_long": "said",
    "empty": "statement",
    "too_many_papers": "paper",
    "paper_too_large": "paper",
    "paper_of_other_kind": "paper",
}


class PaperField(forms.FileField):
    """One file, read whole once its size is known, and looked into."""

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
        try:
            return papers.taken(sent.name or "", sent.read())
        except BarredError as refusal:
            raise forms.ValidationError([bar.text for bar in refusal.bars]) from refusal


class OwnErrorsForm(forms.Form):
    """Says by itself and all at once what is missing; no browser stops it before."""

    use_required_attribute = False

    def show(self, refusal: RegistryError) -> None:
        """Every reason beside the field it is about, as far as the form has it."""
        if not isinstance(refusal, BarredError):
            self.add_error(None, str(refusal))
            return
        for bar in refusal.bars:
            field = self.field_of(bar.code)
            self.add_error(field if field in self.fields else None, bar.text)

    def field_of(self, code: str) -> str | None:
        return FIELD_OF.get(code)

    def offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """What can be chosen, where it depends on the case."""
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = list(choices)


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
