from django.apps import AppConfig
from django.core.checks import Tags, register

from portal import checks


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "公示站点"

    def ready(self) -> None:
        register(checks.check_debug, Tags.security)
        register(checks.check_data_dir, Tags.files)
        # By hand and not with Tags.database: the SQLite in use is known without asking it.
        register(checks.check_sqlite, Tags.compatibility)
        register(checks.check_postgresql, Tags.database)
