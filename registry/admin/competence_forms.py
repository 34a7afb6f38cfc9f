"""Which list an authority may use, from when and until when, as a form."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.actions.rule_proposals import code_of
from registry.admin.case_fields import LONG, Days
from registry.admin.rule_forms import RowForm
from registry.admin.seen import Line, shown
from registry.models import Authority, ListType


class CompetenceForm(RowForm):
    authority = forms.ModelChoiceField(Authority.objects, label=gettext_lazy("认定单位"))
    list_type = forms.ModelChoiceField(
        ListType.objects,
        label=gettext_lazy("名单类型"),
        empty_label=gettext_lazy("全部名单"),
        required=False,
    )
    in_force = Days(
        label=gettext_lazy("施行日期"),
        help_text=gettext_lazy("要终止已有权限的，照它的施行日期填写。"),
        required=False,
    )
    until = Days(
        label=gettext_lazy("失效日期"),
        help_text=gettext_lazy("当日起不再有效。没有的留空。"),
        required=False,
    )
    grounds = forms.CharField(
        label=gettext_lazy("提请的理由"),
        help_text=gettext_lazy("依据哪个文件、改了什么、为什么。审核人据此核对。"),
        max_length=500,
        required=False,
        widget=LONG,
    )

    def cells(self) -> dict[str, str]:
        data = self.cleaned_data
        listed = data["list_type"]
        return {
            "code": code_of(data["authority"], listed),
            "authority": data["authority"].uscc,
            "list_type": listed.pk if listed else "",
            "in_force": f"{data.get('in_force') or ''}",
            "until": f"{data.get('until') or ''}",
        }


def lines_of(cells: Mapping[str, str]) -> list[Line]:
    """What the row says, in words."""
    authority = Authority.objects.filter(uscc=cells["authority"]).first()
    listed = ListType.objects.filter(pk=cells["list_type"]).first()
    return shown(
        [
            Line(_("认定单位"), str(authority or cells["authority"])),
            Line(_("名单类型"), str(listed) if listed else _("全部名单")),
            Line(_("施行日期"), cells["in_force"]),
            Line(_("失效日期"), cells["until"]),
        ]
    )
