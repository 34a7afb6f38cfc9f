"""The register in numbers, each figure with its data as a file."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import service, service_cases
from portal.figures import TITLES, figure, figures
from portal.freshness import shows_listings
from registry import clock
from registry.intake.formulas import inert

# By which a spreadsheet knows UTF-8.
BOM = "\ufeff"


@require_safe
@shows_listings
def statistics(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    context = {
        "figures": figures(at),
        "at": at,
        "service": service.tables(at),
        "service_heads": service.HEADS,
        "service_file": service.NAME,
        "n_quarters": service_cases.QUARTERS,
    }
    return render(request, "portal/statistics.html", context)


@require_safe
@shows_listings
def figure_file(request: HttpRequest, name: str) -> HttpResponse:
    at = clock.now()
    if name == service.NAME:
        return file_of(name, service.file_rows(at), at)
    if name not in TITLES:
        raise Http404
    found = figure(name, at)
    rows = [[found.by, "n"], *([row.label, str(row.n)] for row in found.rows)]
    return file_of(name, rows, at)


def file_of(name: str, rows: Iterable[list[str]], at: datetime) -> HttpResponse:
    file = io.StringIO(BOM, newline="")
    file.seek(0, io.SEEK_END)
    csv.writer(file).writerows(map(inert, row) for row in rows)
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    day = clock.day_of(at)
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response
