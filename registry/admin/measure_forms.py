"""A new measure as a form: a field for each column of `measures.csv`."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.actions.rule_proposals import MEASURE_COLUMNS
from registry.admin.case_fields import LONG, Codes, Days, offered
from registry.admin.rule_forms import RowForm, bases_now
from registry.admin.seen import Line, shown
from registry.models import LegalBasis, Measure

HITS = (
    ("unit", gettext_lazy("单位")),
    ("responsible", gettext_lazy("责任人员")),
    ("person", gettext_lazy("自然人")),
)


class MeasureForm(RowForm):
    code = forms.CharField(
        label=gettext_lazy("代码"),
        help_text=gettext_lazy("大写字母、数字和下划线。地方措施以 LOCAL_ 开头。"),
        max_length=40,
        required=False,
    )
    kind = forms.CharField(
        label=gettext_lazy("措施类别"), required=False, widget=offered(Measure.Kind.choices)
    )
    name_zh = forms.CharField(label=gettext_lazy("名称"), max_length=120, required=False)
    name_en = forms.CharField(
        label=gettext_lazy("英文名称"), max_length=200, required=False
    )
    applied_by_zh = forms.CharField(
        label=gettext_lazy("实施主体"), max_length=120, required=False
    )
    applied_by_en = forms.CharField(
        label=gettext_lazy("实施主体（英文）"), max_length=200, required=False
    )
    hits = Codes(
        label=gettext_lazy("对谁实施"),
        choices=HITS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    legal_basis = forms.CharField(label=gettext_lazy("依据"), required=False)
    in_force = Days(label=gettext_lazy("施行日期"), required=False)
    confidence = forms.CharField(
        label=gettext_lazy("可信度"),
        required=False,
        widget=offered(Measure.Confidence.choices),
    )
    grounds = forms.CharField(
        label=gettext_lazy("提请的理由"),
        help_text=gettext_lazy("依据哪个文件、改了什么、为什么。审核人据此核对。"),
        max_length=500,
        required=False,
        widget=LONG,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_basis"].widget = offered(bases_now())

    def cells(self) -> dict[str, str]:
        """As a row of the table."""
        data = self.cleaned_data
        return {
            **{column: data.get(column) or "" for column in MEASURE_COLUMNS},
            "hits": " ".join(data["hits"]),
            "in_force": f"{data.get('in_force') or ''}",
        }


def lines_of(cells: Mapping[str, str]) -> list[Line]:
    """What the row says, in words."""
    form, hits = MeasureForm(), dict(HITS)
    words = {
        **cells,
        "kind": label_of(Measure.Kind, cells["kind"]),
        "confidence": label_of(Measure.Confidence, cells["confidence"]),
        "hits": _("、").join(str(hits.get(code, code)) for code in cells["hits"].split()),
        "legal_basis": basis_of(cells["legal_basis"]),
    }
    return shown([Line(form.fields[name].label, words[name]) for name in MEASURE_COLUMNS])


def label_of(choices: type[Measure.Kind | Measure.Confidence], code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def basis_of(code: str) -> str:
    basis = LegalBasis.objects.filter(pk=code).first()
    return f"{basis}（{basis.get_level_display()}）" if basis else code
