"""The form of each act on a case that is there."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import clock, persons, serving
from registry.actions import CaseDraft, Decision, Proof, release
from registry.actions.display import CHOSEN_REASONS, ORDERED_GROUNDS
from registry.actions.papers import INCOMING
from registry.admin.case_days import days_of_case
from registry.admin.case_fields import (
    DETAIL,
    LONG,
    ContentFields,
    Days,
    DecisionFields,
    StayFields,
    offered,
    show_refusal,
)
from registry.admin.seen import Line, identity_of
from registry.errors import BarredError, UnknownError
from registry.models import Listing
from registry.models.letter import MOST_BYTES
from registry.objections import Said
from registry.parties import Party, PersonDraft
from registry.workdays import DAY


class ActForm(forms.Form):
    """One act on one case. `key` makes a form that is sent twice act once."""

    # Whether it says what would follow before it is sent, by `look_ahead`.
    tells_days = False

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        self.prepare()

    def prepare(self) -> None:
        """Fields and first values that depend on the case."""

    def look_ahead(self, at: datetime) -> list[Line]:
        """The days that would follow, for an act that tells any."""
        return []


class ConfirmForm(ActForm):
    """Nothing to fill in: the act itself is the question."""


class ReasonForm(ActForm):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=300, widget=LONG)


class HoldForm(ReasonForm):
    """The ground is public, the reason is not: its words could name somebody."""

    ground = forms.CharField(label=gettext_lazy("暂停依据"))

    field_order = ("ground", "reason")

    def prepare(self) -> None:
        grounds = [(one.value, one.label) for one in ORDERED_GROUNDS]
        self.fields["ground"].widget = offered(grounds)


# --- Letters and what proves their delivery ----------------------------------------------


class FileFields(forms.Form):
    """A scan; its name and what the browser calls it are not asked."""

    file = forms.FileField(
        label=gettext_lazy("扫描件"),
        help_text=gettext_lazy("PDF、JPEG 或者 PNG，不超过 5 MB。加密存入案卷，不公开。"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def proof(self) -> Proof:
        """One byte more than is taken tells the action that it is too much."""
        file = self.cleaned_data["file"]
        content = file.read(MOST_BYTES + 1) if file else b""
        return Proof(self.cleaned_data.get("manner", ""), content)


class DeliveryForm(ActForm, FileFields):
    """How a letter reached the party, on which day, and what proves it."""

    manner = forms.CharField(label=gettext_lazy("送达方式"))
    on = Days(label=gettext_lazy("送达日期"))

    field_order = ("manner", "on", "file")

    def prepare(self) -> None:
        ways = [(manner.value, manner.label) for manner in serving.WAYS]
        self.fields["manner"].widget = offered(ways)
        self.fields["on"].help_text = serving.which_day()
        self.fields["file"].label = _("送达回证、邮件回执或者公告的扫描件")
        self.fields["file"].required = True


class NoticeLetterForm(ActForm):
    number = forms.CharField(label=gettext_lazy("文号"), max_length=100)
    dated_on = Days(label=gettext_lazy("落款日期"))

    def prepare(self) -> None:
        self.initial["dated_on"] = clock.today()


class DefenceForm(ActForm, FileFields):
    text = forms.CharField(label=gettext_lazy("陈述申辩的内容"), widget=LONG)
    on = Days(label=gettext_lazy("收到日期"))
    manner = forms.CharField(label=gettext_lazy("提交方式"))

    field_order = ("text", "on", "manner", "file")

    def prepare(self) -> None:
        ways = [(manner.value, manner.label) for manner in INCOMING]
        self.fields["manner"].widget = offered(ways)


class AnswerForm(ActForm, FileFields):
    text = forms.CharField(
        label=gettext_lazy("核实结果和答复"),
        help_text=gettext_lazy("原文写入决定书。"),
        widget=LONG,
    )

    field_order = ("text", "file")


class ObjectionForm(ActForm):
    """What somebody brought to the counter against a candidate."""

    name = forms.CharField(label=gettext_lazy("异议人姓名或者名称"), max_length=100)
    contact = forms.CharField(label=gettext_lazy("联系方式"), max_length=200)
    text = forms.CharField(label=gettext_lazy("异议的理由"), widget=LONG)
    on = Days(label=gettext_lazy("收到日期"))

    def prepare(self) -> None:
        for name in ("name", "contact"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(data["name"], data["contact"], data["text"])


class EndForm(ActForm, StayFields):
    reason = forms.CharField(label=gettext_lazy("终止原因"))
    document = forms.CharField(label=gettext_lazy("终止依据文号"), max_length=100)

    def prepare(self) -> None:
        reasons = [(one.value, one.label) for one in CHOSEN_REASONS]
        self.fields["reason"].widget = offered(reasons)


# --- The decision ------------------------------------------------------------------------


class ReleaseForm(ActForm, DecisionFields, StayFields):
    tells_days = True

    noticed_on = Days(
        label=gettext_lazy("告知送达日期"),
        help_text=gettext_lazy("在别处告知的，照文书填写。"),
        required=False,
    )

    def prepare(self) -> None:
        rule = self.listing.rule
        self.fit_decision(rule, extends=self.listing.follows_id is not None)
        self.fields["decision_no"].required = self.fields["decided_on"].required = True
        if self.listing.noticed_on or rule.notice_kind == rule.NoticeKind.OURS:
            del self.fields["noticed_on"]
        self.order_fields(("decision_no", "decided_on", "noticed_on", "term", "last_day"))

    def payload(self) -> dict[str, str]:
        decision = self.decision(self.listing.rule) or Decision("", None)
        noticed_on: date | None = self.cleaned_data.get("noticed_on")
        noticed = {"noticed_on": noticed_on.isoformat()} if noticed_on else {}
        return decision.payload() | noticed | self.stay()

    def look_ahead(self, at: datetime) -> list[Line]:
        """The days that follow from what is typed so far; every bar beside its field."""
        self.is_valid()
        decision = self.decision(self.listing.rule) or Decision("", None)
        noticed_on = self.cleaned_data.get("noticed_on")
        bars = release.bars(
            self.listing, replace(decision, noticed_on=noticed_on).payload(), at=at
        )
        if bars:
            show_refusal(self, BarredError(bars))
        return days_of_case(self.listing, decision, at)


# --- Other content, another case ---------------------------------------------------------


class AmendForm(ActForm, ContentFields):
    """Everything as it is now; what is changed is proposed, the rest stays out of it."""

    last_day = Days(
        label=gettext_lazy("公示至"),
        help_text=gettext_lazy("含当日。只能提前，留空为不变。"),
        required=False,
    )
    # What the maker has before his eyes; somebody else may have changed it meanwhile.
    version = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fit_content(self.listing.rule)
        self.show_content(self.listing)
        self.initial["version"] = self.listing.version

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version != self.listing.version:
            raise ValidationError(_("这条记录刚刚有了变化。请核对后重新填写。"))
        return version

    def payload(self) -> dict[str, Any]:
        data, changed = self.cleaned_data, set(self.changed_data)
        plain = ("ground", "facts", "performance", "measures")
        found = {name: data[name] for name in plain if name in changed}
        if "amount" in changed:
            found["amount"] = None if data["amount"] is None else str(data["amount"])
        if any(name.startswith(DETAIL) for name in changed):
            found["details"] = self.details()
        if data["last_day"]:
            found["displayed_until"] = (data["last_day"] + DAY).isoformat()
        return found | self.stay() if found else {}


class RenewForm(ActForm, ContentFields):
    """The next case of the same party on the same redlist, from what this one says."""

    def prepare(self) -> None:
        self.fit_content(self.listing.rule)
        self.show_content(self.listing)
        self.fields["ground"].required = True

    def draft(self) -> CaseDraft:
        if self.listing.entity is None:
            raise UnknownError(_("当事人的资料已经清除，不能再办理。"))
        return CaseDraft(
            list_code=self.listing.list_type_id,
            party=self.listing.entity,
            must_stay=self.cleaned_data["must_stay"],
            **self.content(),
        )


class ExtendForm(ActForm, ContentFields):
    """The follow-up case: the same party on the same list, on grounds of its own."""

    born_on = Days(
        label=gettext_lazy("出生日期"),
        help_text=gettext_lazy("证件号码不含出生日期的，须再次填写。"),
        required=False,
    )

    def prepare(self) -> None:
        self.fit_content(self.listing.rule)
        self.show_content(self.listing)
        self.initial["ground"] = self.initial["facts"] = ""
        self.fields["ground"].required = self.fields["facts"].required = True
        if self.listing.person_id is None or self.tells_birth():
            del self.fields["born_on"]

    def tells_birth(self) -> bool:
        person = identity_of(self.listing)
        return person is not None and persons.tells_birth(person.document, person.number)

    def draft(self) -> CaseDraft:
        return CaseDraft(
            list_code=self.listing.list_type_id,
            party=self.party(),
            conduct_on=self.listing.conduct_on,
            follows=self.listing,
            arises_from=self.listing.arises_from,
            must_stay=self.cleaned_data["must_stay"],
            **self.content(),
        )

    def party(self) -> Party:
        if self.listing.entity is not None:
            return self.listing.entity
        person = identity_of(self.listing)
        if person is None:
            raise UnknownError(_("当事人的资料已经清除，不能再办理。"))
        born_on = self.cleaned_data.get("born_on")
        return PersonDraft(person.name, person.document, person.number, born_on)
