"""Pages that only read."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from registry.models import Entity


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse("search")


@require_safe
def entity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(Entity.objects.for_page(), public_id=public_id)
    if found.merged_into:
        return redirect(found.merged_into, permanent=True)
    return HttpResponse(found.name)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    raise Http404


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("400", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("404", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse("500", status=500)
