from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from registry.search import index


class Command(BaseCommand):
    help = "Make the search index anew from the names in the register."

    def handle(self, *args: Any, **options: Any) -> None:
        n_names = index.rebuild()
        self.stdout.write(_("检索索引已重建，共 %(names)d 个名称。") % {"names": n_names})
