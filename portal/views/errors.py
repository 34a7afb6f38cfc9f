"""What a visitor sees where there is nothing to see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.api import problems


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_of_the_interface(request):
        return problems.problem(problems.BAD_REQUEST)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token, mostly because it lay open too long."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor context, because either may be what failed."""
    if problems.is_of_the_interface(request):
        return problems.problem(problems.SERVER_ERROR)
    return HttpResponse(render_to_string("500.html"), status=500)
