"""What every address of the interface has in common: open to all, counted, no cookies."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.counting import LEFT, LIMIT, RESET, CountedView, PerAddress
from registry import clock

OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    # Beside the few that browsers always show to a script of another site.
    "Access-Control-Expose-Headers": f"ETag, {LIMIT}, {LEFT}, {RESET}, Retry-After",
}
# What a preflight is told does not depend on the address; seconds.
PREFLIGHT_LASTS = 86_400


class OneFormat(BaseContentNegotiation):
    """There is one format; asking for another is no reason to refuse it."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


class Endpoint(CountedView):
    """A view of the interface."""

    # Here and not in the settings, which the framework reads while it is being imported.
    throttle_classes = (PerAddress,)
    content_negotiation_class = OneFormat

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.at, self.allowance = clock.now(), {}
        super().initial(request, *args, **kwargs)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """What may be done here, also for a script of another site that asks first."""
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": ", ".join(self.allowed_methods),
                "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
                "Access-Control-Max-Age": f"{PREFLIGHT_LASTS}",
            },
        )

    def kept(
        self, request: Request, data: Any, *, same_as_long_as: Any, for_seconds: int
    ) -> HttpResponseBase:
        """The data, or word that the reader has it already.

        Its tag is weak: it stands for `same_as_long_as`, the part whose change matters.
        """
        digest = sha256(JSONRenderer().render(same_as_long_as)).hexdigest()[:32]
        known = parse_etags(request.headers.get("If-None-Match", ""))
        has_it = {"*", f'"{digest}"', f'W/"{digest}"'} & {*known}
        response = HttpResponseNotModified() if has_it else Response(data)
        response.headers["ETag"] = f'W/"{digest}"'
        # Data speak the language of the register, whatever the reader asks for.
        response.headers["Content-Language"] = settings.LANGUAGE_CODE
        patch_cache_control(response, public=True, max_age=for_seconds)
        return response

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        for name, text in (OPEN_TO_ALL | getattr(self, "allowance", {})).items():
            response.headers[name] = text
        return super().finalize_response(request, response, *args, **kwargs)
