"""What is asked about an official file: for which list it is, and what its columns are."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from registry.admin.case_fields import NOTHING
from registry.intake import columns, penalties
from registry.intake.columns import Column, Recognition
from registry.models import ListRule
from registry.models.rule_codes import Subject

FAMILY_NAME = _("行政处罚")
CLASSED = _("行政处罚（按处罚种类和金额分级）")
# What each set of columns is called.
SET_NAMES = {
    "penalty_2018": _("行政处罚（2018 年版字段）"),
    "penalty_2015": _("行政处罚（2015 年版字段）"),
    "permit_2018": _("行政许可（2018 年版字段）"),
    "permit_2015": _("行政许可（2015 年版字段）"),
    "commitment": _("信用承诺"),
    "list": _("其他名单"),
}
COLUMN = "column_"


def deliverable(rules: list[ListRule]) -> list[tuple[str, Any]]:
    """The lists of which a file can be delivered, the family of penalties first."""
    single = [
        (rule.list_type_id, str(rule.list_type))
        for rule in rules
        if rule.notice_kind != rule.NoticeKind.OURS
        and rule.subjects != Subject.PERSON
        and not rule.list_type_id.startswith(penalties.FAMILY)
    ]
    return [(penalties.FAMILY, CLASSED), *single]


class UploadForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    list_code = forms.ChoiceField(label=_("名单"))
    file = forms.FileField(
        label=_("文件"),
        error_messages={"empty": _("文件是空的。请确认导出是否完成，再重新提交。")},
        help_text=_(
            "CSV、XLSX，或者每行一个对象的 JSON；CSV 和 JSON 可用 gzip 压缩。"
            "一次最多 100,000 条记录。"
        ),
        max_length=255,
    )

    def __init__(self, *args: Any, rules: list[ListRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [NOTHING, *deliverable(rules)]
        self.fields["list_code"].choices = choices  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """For each title that no column has: which column it is, or none."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self, *args: Any, column_set: str, found: Recognition, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.titles = [unknown.title for unknown in found.unknown]
        taken = {column.code for column in found.columns.values()}
        free = [
            column
            for column in columns.column_set(column_set).columns
            if column.code not in taken and column.kept != "never"
        ]
        choices = [("", gettext("不采用")), *((one.code, called(one)) for one in free)]
        for place, unknown in enumerate(found.unknown):
            self.fields[f"{COLUMN}{place}"] = forms.ChoiceField(
                label=unknown.title,
                choices=choices,
                required=False,
                initial=unknown.meant.code if unknown.meant else "",
            )

    def mapping(self) -> dict[str, str]:
        return {
            title: self.cleaned_data[f"{COLUMN}{place}"]
            for place, title in enumerate(self.titles)
        }


def called(column: Column) -> str:
    return f"{column.name(get_language() or '')}（{column.code}）"
