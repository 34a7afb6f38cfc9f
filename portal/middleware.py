"""What every response has in common."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from portal import languages, maintenance
from portal.api.problems import is_of_the_interface
from portal.views.errors import out_of_service
from registry import clock
from registry.request_size import MEGABYTE, most_bytes_of

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]


class PathLanguageMiddleware:
    """The path alone decides the language: `/en/…` is English, all else Chinese.

    Django's LocaleMiddleware would do, but it marks every page as varying with
    Accept-Language, which the answer never does, and so halves any cache. Only the
    interface for machines, whose addresses know no language, goes by that header.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    if is_of_the_interface(request):
        return languages.asked_for(request.headers.get("Accept-Language", ""))
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE


class PermissionsPolicyMiddleware:
    """The site needs no device of the reader, and says so."""

    POLICY = ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "geolocation",
            "gyroscope",
            "microphone",
            "payment",
            "usb",
        )
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = self.POLICY
        return response


class RequestSizeMiddleware:
    """What is larger than a page takes is refused by what the request says of itself.

    It stands before the check of forgery, which would read a form of any size, and write
    to disk what does not fit into memory. What is on its way is thrown away as it comes,
    because a browser that is cut off shows no sentence.
    """

    # Whoever sends more than that is no browser with a large file.
    THROWN_AWAY = 512 * MEGABYTE
    PIECE = 65_536

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        most = most_bytes_of(view)
        if most is None or size_of(request) <= most:
            return None
        left = self.THROWN_AWAY
        while left > 0 and (piece := request.read(self.PIECE)):
            left -= len(piece)
        context = {"most": most // MEGABYTE}
        return render(request, "413.html", context, status=413)


def size_of(request: HttpRequest) -> int:
    """As it was announced; without that nothing of a body is read either."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


class MaintenanceMiddleware:
    """While the operator's switch is on, everybody is told so, and nothing is touched."""

    # They say themselves whether this process lives, and whether it serves.
    ANSWERED = ("/healthz/live", "/healthz/ready")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        work = maintenance.announced()
        if work is None or request.path_info in self.ANSWERED:
            return self.get_response(request)
        seconds = work.seconds_left(clock.of_the_machine())
        return out_of_service(request, seconds, work=work)
