"""The register in numbers, each figure with its data as a file."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

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
    context = {"figures": figures(at), "at": at}
    return render(request, "portal/statistics.html", context)


@require_safe
@shows_listings
def figure_file(request: HttpRequest, name: str) -> HttpResponse:
    if name not in TITLES:
        raise Http404
    at = clock.now()
    found = figure(name, at)
    file = io.StringIO(BOM, newline="")
    file.seek(0, io.SEEK_END)
    writer = csv.writer(file)
    writer.writerow([found.by, "n"])
    writer.writerows([inert(row.label), row.n] for row in found.rows)
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    day = clock.day_of(at)
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response
