from typing import Any

from django.core.management.base import BaseCommand

from portal.catalogs import compile_all


class Command(BaseCommand):
    help = "Compile the translations in locale/ for use; needs no gettext."

    def handle(self, *args: Any, **options: Any) -> None:
        n_catalogues = len(compile_all())
        if options["verbosity"]:
            self.stdout.write(f"{n_catalogues} catalogue(s) ready.")
