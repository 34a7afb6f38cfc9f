"""The workplace of regulators: the Django admin on a site of its own."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    site_header = _("工作台")
    site_title = _("工作台")
    index_title = _("待办")
