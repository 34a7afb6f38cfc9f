"""A version of a rule as a form: a field for each column of `list_types.csv`."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.actions.rule_proposals import CELL, COLUMNS
from registry.actions.texts import PRIVATE
from registry.admin.case_fields import LONG, Codes, Days, offered
from registry.errors import BarredError
from registry.models import (
    DirectoryItem,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
    PenaltyClass,
    RuleProposal,
    Severity,
)
from registry.models import rule_codes as codes
from registry.rulebook.cells import OF_LIST

Choices = Iterable[tuple[str, Any]]
# One code out of a table.
ONE: dict[str, Choices] = {
    "kind": ListType.Kind.choices,
    "section": ListType._meta.get_field("section").choices or (),
    "severity": Severity.choices,
    "term_start": codes.TermStart.choices,
    "on_expiry": codes.OnExpiry.choices,
    "early_exit": codes.EarlyExit.choices,
    "early_from": codes.TermStart.choices,
    "notice_kind": codes.NoticeKind.choices,
    "notice_unit": codes.WindowUnit.choices,
    "notice_from": codes.NoticeFrom.choices,
    "publication": codes.Publication.choices,
    "person_lookup": codes.PersonLookup.choices,
    "confidence": Measure.Confidence.choices,
    "bars_confidence": Measure.Confidence.choices,
}
# Any number of codes.
MANY: dict[str, Choices] = {
    "subjects": codes.Subject.choices,
    "repair_docs": codes.Document.choices,
    "person_fields": codes.PersonField.choices,
    "details": codes.Detail.choices,
}
# Any number of codes, and one, of what the register knows at that moment.
TICKED = ("measures", "excluded_kinds")
LISTS = ("excluded_for", "barred_by")
DURATION = gettext_lazy("写成 P3Y、P6M 或者 P90D；没有的留空。")
HELP = {
    "term": gettext_lazy(
        "写成 P3Y、P6M、P90D；没有固定期限写 none，照记录所载写 as printed，只留存写 P0D。"
    ),
    **dict.fromkeys(("term_min", "term_max", "extension_max", "review", "early"), DURATION),
    "relapse": DURATION,
    "excluded_for": gettext_lazy("只对可以使用这个名单的单位有效；对所有单位有效的留空。"),
    "retention": gettext_lazy("写成 P90D。"),
    "code": gettext_lazy("大写字母、数字和下划线。地方名单以 LOCAL_ 开头。"),
}
LABELS = {
    "code": gettext_lazy("名单代码"),
    "name_zh": gettext_lazy("名称"),
    "name_en": gettext_lazy("英文名称"),
    "kind": gettext_lazy("名单类别"),
    "section": gettext_lazy("所在栏目"),
    "authority_zh": gettext_lazy("认定单位"),
    "authority_en": gettext_lazy("认定单位（英文）"),
    "legal_bases": gettext_lazy("依据"),
    "measures": gettext_lazy("措施"),
    "term": gettext_lazy("公示期"),
    "extension_en": gettext_lazy("延长的情形（英文）"),
    "review": gettext_lazy("复核间隔"),
    "early_condition_en": gettext_lazy("修复条件（英文）"),
    "relapse": gettext_lazy("多久之内再次列入不得修复"),
    "notice_unit": gettext_lazy("单位（告知）"),
    "notice_en": gettext_lazy("告知方式（英文）"),
    "publication_n": gettext_lazy("公布天数"),
    "override": gettext_lazy("不受失信程度公示期限制"),
    "retention": gettext_lazy("终止后保存"),
}
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("名单"), ("code", *OF_LIST)),
    (
        gettext_lazy("效力"),
        (
            *("in_force", "legal_basis", "further_bases", "directory_item"),
            *("severity", "override", "subjects", "measures"),
        ),
    ),
    (
        gettext_lazy("期限"),
        (
            *("term", "term_min", "term_max", "term_start", "on_expiry", "review"),
            *("extension_max", "extension_zh", "extension_en"),
        ),
    ),
    (
        gettext_lazy("提前停止公示"),
        (
            *("early_exit", "early", "early_from", "early_condition_zh"),
            *("early_condition_en", "repair_docs", "accept_wd", "decide_wd", "remove_wd"),
            *("relapse", "excluded_kinds", "excluded_for", "barred_by", "bars_confidence"),
        ),
    ),
    (
        gettext_lazy("告知和公布"),
        (
            *("notice_kind", "notice_n", "notice_unit", "notice_from", "notice_zh"),
            *("notice_en", "publication", "publication_n", "objection_wd"),
        ),
    ),
    (
        gettext_lazy("记录和自然人"),
        ("details", "person_lookup", "person_fields", "retention"),
    ),
    (gettext_lazy("来源"), ("source", "confidence", "grounds")),
)
# Where the reason of a bar belongs, if not to the field of its own name.
FIELD_OF = {"legal_bases": "legal_basis", "no_grounds": "grounds"}


def label_of(column: str) -> Any:
    if column in LABELS:
        return LABELS[column]
    return getattr(ListRule._meta.get_field(column), "verbose_name", column)


def field_for(column: str) -> forms.Field:
    named: dict[str, Any] = {
        "label": label_of(column),
        "help_text": HELP.get(column, ""),
        "required": False,
    }
    if column in MANY:
        boxes = forms.CheckboxSelectMultiple
        return Codes(choices=MANY[column], widget=boxes, **named)
    if column in ONE:
        return forms.CharField(widget=offered(ONE[column]), **named)
    if column == "in_force":
        return Days(**named)
    return forms.CharField(max_length=300, **named)


class RowForm(forms.Form):
    """What is typed is judged by the action, cell by cell, as a row of the table is."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def cells(self) -> dict[str, str]:
        """As a row of the table."""
        raise NotImplementedError

    def show_refusal(self, error: BarredError) -> None:
        """Say every reason beside the cell it is about."""
        for bar in error.bars:
            name = bar.code.removeprefix(CELL).removeprefix(PRIVATE)
            name = FIELD_OF.get(name, name)
            self.add_error(name if name in self.fields else None, bar.text)


class RuleForm(RowForm):
    legal_basis = forms.CharField(label=gettext_lazy("依据"), required=False)
    further_bases = Codes(
        label=gettext_lazy("其他依据"), required=False, widget=forms.SelectMultiple
    )
    directory_item = forms.CharField(label=gettext_lazy("目录事项"), required=False)
    measures = Codes(
        label=gettext_lazy("措施"), required=False, widget=forms.CheckboxSelectMultiple
    )
    excluded_kinds = Codes(
        label=ListRule._meta.get_field("excluded_kinds").verbose_name,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    override = forms.BooleanField(label=LABELS["override"], required=False)
    grounds = forms.CharField(
        label=gettext_lazy("提请的理由"),
        help_text=gettext_lazy("依据哪个文件、改了什么、为什么。审核人据此核对。"),
        max_length=500,
        required=False,
        widget=LONG,
    )

    def __init__(self, *args: Any, list_type: ListType | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.list_type = list_type
        for column in COLUMNS:
            if column not in self.fields and column != "legal_bases":
                self.fields[column] = field_for(column)
        if list_type is not None:
            # What the list is does not change with its rule.
            for column in ("code", *OF_LIST):
                self.fields[column].widget = forms.HiddenInput()
        self.offer()

    def offer(self) -> None:
        """What the register knows now."""
        bases = bases_now()
        items = DirectoryItem.objects.exclude(verdict=DirectoryItem.Verdict.NEVER)
        self.fields["legal_basis"].widget = offered(bases)
        self.fields["directory_item"].widget = offered(
            (item.pk, str(item)) for item in items
        )
        further: Any = self.fields["further_bases"]
        further.choices, further.widget.attrs["size"] = bases, 6
        measures: Any = self.fields["measures"]
        measures.choices = [(one.pk, str(one)) for one in Measure.objects.all()]
        kinds: Any = self.fields["excluded_kinds"]
        kinds.choices = [(one.pk, str(one)) for one in PenaltyClass.objects.all()]
        lists = [(one.pk, str(one)) for one in ListType.objects.all()]
        for column in LISTS:
            self.fields[column].widget = offered(lists)

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The visible fields under headings."""
        found = [
            (heading, [self[name] for name in names if not self[name].is_hidden])
            for heading, names in GROUPS
        ]
        return [(heading, fields) for heading, fields in found if fields]

    def cells(self) -> dict[str, str]:
        """As a row of the table."""
        data = self.cleaned_data
        return {
            **{column: data.get(column) or "" for column in COLUMNS if column in data},
            **{column: " ".join(self.chosen(column)) for column in (*MANY, *TICKED)},
            "subjects": "".join(self.chosen("subjects")),
            "legal_bases": " ".join([data["legal_basis"], *data["further_bases"]]).strip(),
            "in_force": f"{data['in_force'] or ''}",
            "override": str(int(data["override"])),
        }

    def chosen(self, column: str) -> list[str]:
        """The codes ticked; those of the version before in its order, which is said."""
        ticked: list[str] = self.cleaned_data[column]
        past = self.initial.get(column, [])
        kept = [code for code in past if code in ticked]
        return kept + [code for code in ticked if code not in past]


def bases_now() -> list[tuple[str, str]]:
    """Every text of law with its level."""
    found = LegalBasis.objects.order_by("title_zh", "article")
    return [(one.pk, f"{one}（{one.get_level_display()}）") for one in found]


def initial_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """The form as it shows a row; its first day is left to be chosen."""
    main, *further = cells["legal_bases"].split()
    return {
        **cells,
        **{column: cells[column].split() for column in (*MANY, *TICKED)},
        "subjects": list(cells["subjects"]),
        "legal_basis": main,
        "further_bases": further,
        "override": cells["override"] == "1",
        "in_force": None,
    }


# --- In words -----------------------------------------------------------------------------


class CellChange(NamedTuple):
    label: Any
    before: str
    after: str


def changes_of(
    before: Mapping[str, str] | None, after: Mapping[str, str]
) -> list[CellChange]:
    """What the row says otherwise than the version before it, in words."""
    names = names_of_rows()
    past = before or {}
    return [
        CellChange(
            label_of(column),
            in_words(column, past.get(column, ""), names),
            in_words(column, after.get(column, ""), names),
        )
        for column in COLUMNS
        if past.get(column, "") != after.get(column, "")
    ]


def names_of_rows() -> dict[str, dict[str, str]]:
    """The names of what a cell can cite."""
    lists = {one.pk: str(one) for one in ListType.objects.all()}
    return {
        "legal_bases": {one.pk: str(one) for one in LegalBasis.objects.all()},
        "measures": {one.pk: str(one) for one in Measure.objects.all()},
        "directory_item": {one.pk: str(one) for one in DirectoryItem.objects.all()},
        "excluded_kinds": {one.pk: str(one) for one in PenaltyClass.objects.all()},
        **dict.fromkeys(LISTS, lists),
    }


def in_words(column: str, text: str, names: Mapping[str, Mapping[str, str]]) -> str:
    if column in ONE or column in MANY:
        known = {
            code: str(label)
            for code, label in (*ONE.get(column, ()), *MANY.get(column, ()))
        }
    else:
        known = dict(names.get(column, {}))
    if column == "override":
        return _("是") if text == "1" else _("否")
    if not known:
        return text
    found = list(text) if column == "subjects" else text.split()
    return _("、").join(known.get(code, code) for code in found)


# --- The answers --------------------------------------------------------------------------


class AnswerForm(forms.Form):
    """One answer to a proposal; `own` says whether its maker may give it."""

    name: str
    label: Any
    own: bool
    # Changes what a list means: asks for a fresh code.
    is_grave = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{self.name}_%s")


class AcceptForm(AnswerForm):
    name, label, own = "accept", gettext_lazy("同意并发布"), False
    is_grave = True


class RefuseForm(AnswerForm):
    name, label, own = "refuse", gettext_lazy("退回"), False

    reason = forms.CharField(
        label=gettext_lazy("退回的理由"), max_length=500, required=False, widget=LONG
    )


class WithdrawForm(AnswerForm):
    name, label, own = "withdraw", gettext_lazy("撤回"), True


ANSWERS: dict[str, type[AnswerForm]] = {
    form.name: form for form in (AcceptForm, RefuseForm, WithdrawForm)
}


def answers_to(proposal: RuleProposal, user_id: int) -> list[AnswerForm]:
    """Its maker can take it back, another operator decide on it."""
    is_own = proposal.maker_id == user_id
    return [form() for form in ANSWERS.values() if form.own == is_own]
