"""What every response has in common."""

from collections.abc import Callable
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portal import languages
from portal.api.problems import is_of_the_interface

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
