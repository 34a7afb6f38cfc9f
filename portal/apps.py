from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register

from portal import checks


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "公示站点"

    def ready(self) -> None:
        register(checks.check_debug, Tags.security)
        register(checks.check_folders_apart, Tags.security)
        register(checks.check_key_files, Tags.security)
        register(checks.check_sqlite, Tags.compatibility)
        # They answer to `migrate` and `check --database` only: a command that stores
        # nothing, such as one that looks over a fresh clone, needs no server or folder.
        register(checks.check_postgresql, Tags.database)
        register(checks.check_data_dir, Tags.database)


class StaffAdminConfig(AdminConfig):
    """Django's admin on a site of our own; named by string, so nothing imports it early."""

    default_site = "portal.staff.StaffSite"
