import sys
from argparse import ArgumentParser
from itertools import starmap
from typing import Any

from django.core.management.base import BaseCommand

from registry import actions, clock
from registry.viewings import Found


class Command(BaseCommand):
    help = (
        "Check the chain of who opened which person and exported which table: a line for"
        " each row that was changed, removed, inserted or moved, and for each head that a"
        " manifest of the ledger names and no row has. Exit 0: it holds; 1: it is broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            nargs="+",
            action="extend",
            default=[],
            metavar="HASH",
            help="a head known from elsewhere, beside those that the ledger names",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = actions.inspect_viewings(heads=options["head"], at=clock.now())
        for line in [*map(str, found.breaks), *starmap(unknown, found.unknown.items())]:
            self.stdout.write(line)
        self.stdout.write(summary(found))
        sys.exit(0 if found.is_whole else 1)


def unknown(head: str, day: str) -> str:
    named = f", which the manifest of {day} names" if day else ""
    return f"unknown: no row has the hash {head}{named}"


def summary(found: Found) -> str:
    begin = f"begins after row {found.begin.number}" if found.begin.number else ""
    said = ", ".join(filter(None, [begin, f"ends with {found.head.hash}"]))
    if not found.is_whole:
        n = len(found.breaks) + len(found.unknown)
        return f"{n} break(s) in the trail of viewings; by its head it {said}"
    return f"whole: {found.head.number - found.begin.number} rows; it {said}"
