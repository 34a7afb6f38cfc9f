"""Tables as files for a spreadsheet: in UTF-8 that it recognises, without a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.http.response import HttpResponseBase

from registry.intake.formulas import inert

TYPE = "text/csv; charset=utf-8"
# By which a spreadsheet knows UTF-8; once, at the beginning.
BOM = "\ufeff"


def lines_of(rows: Iterable[Sequence[str]]) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(map(inert, row) for row in rows)
    return lines.getvalue()


def name_file(response: HttpResponseBase, name: str, day: date) -> None:
    """So that it is saved under a name that tells of which day it is."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
