"""The register in numbers, each figure with its data as a file."""

from collections.abc import Iterable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import csv_files, service, service_cases
from portal.figures import TITLES, figure, figures
from portal.freshness import shows_listings
from registry import clock


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
    content = csv_files.BOM + csv_files.lines_of(rows)
    response = HttpResponse(content, content_type=csv_files.TYPE)
    csv_files.name_file(response, name, clock.day_of(at))
    return response
