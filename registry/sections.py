"""The sections of an entity's page, in order; each list names the one it belongs to."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Section(NamedTuple):
    """`key` is how the table of list types names it."""

    key: str
    title: Promise


SECTIONS = (
    Section("permits", _("行政许可")),
    Section("penalties", _("行政处罚")),
    Section("honour", _("守信激励名单")),
    Section("serious", _("严重失信主体名单")),
    Section("judicial", _("司法执行信息")),
    Section("abnormal", _("经营异常名录")),
    Section("watch", _("重点关注名单")),
    Section("commitments", _("信用承诺")),
    Section("evaluations", _("主管部门信用评价")),
    Section("register", _("登记备案信息")),
    Section("other", _("其他信息")),
)
