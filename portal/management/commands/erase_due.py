from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry import clock
from registry.actions import candidate_objections, papers
from registry.errors import RegistryError
from repair import actions


class Command(BaseCommand):
    help = "Erase now what has been over for as long as its rule keeps it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say how much is due; erase nothing"
        )
        parser.add_argument(
            "--rewrite",
            action="store_true",
            help="then also write the files of the databases anew, however long it takes:"
            " meanwhile the site waits, so in a quiet hour",
        )

    def handle(
        self, *args: object, dry_run: bool, rewrite: bool, **options: object
    ) -> None:
        at = clock.now()
        if dry_run:
            due = actions.count_due(at)
            n_objections = candidate_objections.due(at).count()
            self.stdout.write(
                f"Due: {due.listings:,} listings, {due.filings:,} filings,"
                f" {n_objections:,} objections to candidates."
            )
            return
        try:
            n_objections = candidate_objections.erase_objections(at)
            erased = actions.erase_due(at)
            n_papers = papers.forget(at)
        except RegistryError as refusal:
            raise CommandError(f"{refusal}") from refusal
        self.stdout.write(
            f"Erased: {erased.listings:,} listings, {erased.filings:,} filings;"
            f" swept: {erased.orphans:,} keys and papers of nothing;"
            f" and {n_papers:,} letters and papers of cases;"
            f" erased: {n_objections:,} objections to candidates."
        )
        is_clean = actions.remove_traces(at, at_any_cost=rewrite)
        self.stdout.write(FILES[is_clean])


FILES = {
    True: "The files of the databases hold nothing of it any more.",
    False: "The files of the databases may still hold bytes of it: with --rewrite they are"
    " written anew.",
}
