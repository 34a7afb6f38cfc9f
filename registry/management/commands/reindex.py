from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from registry.models import Entity
from registry.search import index


class Command(BaseCommand):
    help = "Compare the search index with the names in the register and mend it."

    def handle(self, *args: Any, **options: Any) -> None:
        total = Entity.objects.count()
        with tqdm(total=total, unit=" entities", disable=None) as bar:
            n_names = index.rebuild(bar.update)
        self.stdout.write(_("检索索引已重建，共 %(names)d 个名称。") % {"names": n_names})
