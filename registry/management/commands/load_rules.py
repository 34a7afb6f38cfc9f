from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from registry import clock
from registry.actions import bring_ends_forward, earlier_ends
from registry.models import ListRule
from registry.rulebook.errors import RulebookError
from registry.rulebook.load import DATA, Change, load_rules
from registry.workdays import DAY


class Command(BaseCommand):
    help = "Load lists, rules, legal bases, measures and holidays from registry/data/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, change nothing"
        )
        parser.add_argument(
            "--folder", type=Path, default=DATA, help="where the tables are"
        )
        parser.add_argument(
            "--bring-forward",
            action="store_true",
            help="end running listings earlier where a rule in force now asks for it",
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
        if options["dry_run"]:
            return
        for line in running_lines(clock.now(), apply=options["bring_forward"]):
            self.stdout.write(line)


def running_lines(at: datetime, *, apply: bool) -> Iterator[str]:
    """What the rules in force say of listings that run under older ones."""
    today = clock.day_of(at)
    for rule in ListRule.objects.filter(in_force__lte=today).select_related("list_type"):
        words = {"list": rule.list_type_id, "day": rule.in_force}
        if apply:
            if n := bring_ends_forward(rule, at=at):
                text = _("%(list)s：按 %(day)s 施行的规则，%(n)d 条公示已改为提前结束。")
                yield text % {**words, "n": n}
        elif ends := list(earlier_ends(rule)):
            text = _(
                "%(list)s：按 %(day)s 施行的规则，%(n)d 条公示应提前结束，最早 %(first)s。"
                "核对后运行 manage.py load_rules --bring-forward。"
            )
            first = min(end.until for end in ends) - DAY
            yield text % {**words, "n": len(ends), "first": first}


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
