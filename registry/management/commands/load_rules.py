from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from registry import clock
from registry.rulebook.errors import RulebookError
from registry.rulebook.load import DATA, Change, load_rules


class Command(BaseCommand):
    help = "Load lists, rules, legal bases, measures and holidays from registry/data/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, change nothing"
        )
        parser.add_argument(
            "--folder", type=Path, default=DATA, help="where the tables are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changes = load_rules(
                folder=options["folder"], today=clock.today(), dry_run=options["dry_run"]
            )
        except RulebookError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["verbosity"]:
            for change in changes:
                for line in lines_of(change):
                    self.stdout.write(line)
            self.stdout.write(summary(len(changes), dry_run=options["dry_run"]))


def lines_of(change: Change) -> Iterator[str]:
    head = f"{change.table} {change.name}"
    if change.removed:
        yield _("删除 %(row)s") % {"row": head}
    elif not change.differences:
        yield _("新增 %(row)s") % {"row": head}
    for field, before, after in change.differences:
        yield f"{head} {field}: {before} -> {after}"


def summary(n_changes: int, *, dry_run: bool) -> str:
    if not n_changes:
        return _("规则没有变化。")
    sentence = (
        _("试运行，未保存：%(rows)d 行将变化。") if dry_run else _("%(rows)d 行已变化。")
    )
    return sentence % {"rows": n_changes}
