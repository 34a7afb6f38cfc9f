"""What is typed at each step of an application; `said` is what is kept of it."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import Listing
from registry.models.rule_codes import Document
from repair.forms import LONGEST_TEXT, OwnErrorsForm, PaperField
from repair.journey import Journey
from repair.models import Filing
from repair.papers import Paper

Role = Filing.Role
# Beside what the rules ask for: a training certificate is taken, and asked of nobody.
MAY_BE_SENT = (Document.PERF, Document.ID, Document.AUTH, Document.TRAIN)


class StepForm(OwnErrorsForm):
    """One step; what was said before stands in it."""

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.journey = journey
        self.prepare()

    def prepare(self) -> None:
        """Choices and fields that depend on what the application is about."""

    def said(self) -> Any:
        return True


class ListingsForm(StepForm):
    """Several listings of one decision at once; those that cannot be asked for are shown
    beside the form, with the reason.
    """

    listings = forms.MultipleChoiceField(
        label=gettext_lazy("这份决定列入了几份名单，您要修复哪些"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("请至少选择一条记录。"),
            "invalid_choice": gettext_lazy("请从所列的记录中选择。"),
        },
    )

    def prepare(self) -> None:
        journey = self.journey
        open_ones = [one for one in journey.together if not journey.bars[one.case]]
        self.offer("listings", ((one.case, str(one.list_type)) for one in open_ones))
        self.fields["listings"].initial = [one.case for one in journey.listings]

    def said(self) -> Any:
        return list(self.cleaned_data["listings"])


class WhoForm(StepForm):
    role = forms.ChoiceField(
        label=gettext_lazy("您以什么身份申请"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择申请人身份。"),
            "invalid_choice": gettext_lazy("请从所列的身份中选择。"),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("申请人姓名"),
        max_length=60,
        help_text=gettext_lazy("办理这件事的人，不是单位名称。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请填写申请人姓名。")},
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

    def prepare(self) -> None:
        roles = roles_for(self.journey.listings[0])
        self.offer("role", ((role.value, role.label) for role in roles))

    def said(self) -> Any:
        return {name: self.cleaned_data[name] for name in self.fields}


def roles_for(listing: Listing) -> tuple[Filing.Role, ...]:
    if listing.person_id is not None:
        return (Role.PERSON, Role.AGENT)
    return (Role.REPRESENTATIVE, Role.AGENT)


class DutyForm(StepForm):
    done = forms.BooleanField(
        label=gettext_lazy("应当履行的义务已经履行完毕，或者行为已经改正"),
        error_messages={
            "required": gettext_lazy("还没有履行或者改正的，不能申请。请先履行，再勾选。")
        },
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
    statement = forms.CharField(
        label=gettext_lazy("申请理由"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明义务是怎样、在哪一天履行或者改正的。"),
        error_messages={"required": gettext_lazy("请写明义务是怎样履行或者改正的。")},
    )

    def prepare(self) -> None:
        if not self.journey.asks_for_day:
            del self.fields["corrected_on"]

    def clean(self) -> dict[str, Any]:
        """What the rules say of the day is said here, and not at the very end."""
        data: dict[str, Any] = super().clean() or {}
        day: date | None = data.get("corrected_on")
        for bar in self.journey.bars_to_day(day) if day else ():
            self.add_error("corrected_on", bar.text)
        return data

    def said(self) -> Any:
        day: date | None = self.cleaned_data.get("corrected_on")
        return {
            "done": True,
            "statement": self.cleaned_data["statement"],
            "corrected_on": day.isoformat() if day else "",
        }


class PapersForm(StepForm):
    """One paper at a time: what it is, and the file."""

    document = forms.ChoiceField(
        label=gettext_lazy("这份文件是"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("请从所列的材料中选择。")},
    )
    paper = PaperField(
        label=gettext_lazy("选择文件或者拍照"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("PDF、JPEG 或者 PNG，每份不超过 10 MB，最多 10 份。"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    gaps = forms.BooleanField(
        label=gettext_lazy("缺的材料已经合在别的文件里，或者现在交不出来"),
        required=False,
        help_text=gettext_lazy(
            "可以先提交；认定单位可能要求补正，期限从补正之后重新计算。"
        ),
    )

    def prepare(self) -> None:
        journey = self.journey
        codes = dict.fromkeys((*journey.papers_asked, *MAY_BE_SENT))
        asked = [(code.value, code.label) for code in codes]
        self.offer("document", [*asked, ("", _("其他材料"))])
        missing = journey.papers_missing or journey.papers_asked
        self.fields["document"].initial = missing[0].value if missing else ""
        self.fields["gaps"].initial = journey.said.get("papers", {}).get("gaps", False)

    @property
    def sent(self) -> Paper | None:
        """The file with what it is said to be."""
        paper: Paper | None = self.cleaned_data["paper"]
        return replace(paper, document=self.cleaned_data["document"]) if paper else None

    def said(self) -> Any:
        return {"gaps": bool(self.cleaned_data["gaps"])}


class CommitmentForm(StepForm):
    committed = forms.BooleanField(
        label=gettext_lazy("我已阅读信用承诺书，并作出承诺"),
        error_messages={"required": gettext_lazy("请阅读信用承诺书，并勾选确认。")},
    )

    def said(self) -> Any:
        return self.journey.letter.digest


class ReviewForm(StepForm):
    """Nothing to fill in: what was said is the question."""


FORMS: dict[str, type[StepForm]] = {
    "listings": ListingsForm,
    "who": WhoForm,
    "duty": DutyForm,
    "papers": PapersForm,
    "commitment": CommitmentForm,
    "review": ReviewForm,
}
