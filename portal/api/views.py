"""The endpoints, and the two pages about them."""

from typing import Any, NoReturn

from csp.decorators import csp_update
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from portal.api import changes, problems
from portal.api.change_fields import PAGE
from portal.api.counting import MINUTES, MOST
from portal.api.endpoint import Endpoint
from portal.api.examples import LISTED_AND_ENDED
from portal.api.parameters import LARGEST, Parameters, WholeNumber
from portal.api.problems import ProblemError
from portal.api.schema import CACHED, document, refusals
from portal.freshness import LONGEST, max_age
from registry import clock
from registry.logbook import standing

# Seconds a full page may be kept: nothing is ever put between the entries of the past.
FULL_PAGE = 3600
DEFAULT, MOST_CHANGES = 500, 1000


class ChangesAsked(Parameters):
    after = WholeNumber(
        0,
        LARGEST,
        required=False,
        help_text=_("读到的位置：只要这个序号之后的变更。不给出则从头开始，包括序号 0"),
    )
    limit = WholeNumber(1, MOST_CHANGES, default=DEFAULT, help_text=_("最多多少条变更"))


class Changes(Endpoint):
    """The numbered feed of everything that changes what is on display."""

    @extend_schema(
        operation_id="changes",
        tags=["changes"],
        summary=_("公示的每一条变更，按台账的顺序"),
        description=_(
            "每条变更都是台账中一条已签名的条目。读完一页，把 `next` 作为 `after` 再读："
            "不会遗漏，也不会重复。`next` 之后没有变更时，`changes` 为空，位置不变。\n\n"
            "从头读到末尾，就能自己得出任何一天公示中的全部记录，与台账的 `active` 相同："
            "\n\n"
            "- `list` 公示一条记录：自 `from` 起，到 `until` 的前一天、`review_by` 的当天"
            "为止；\n"
            "- `amend` 的 `until` 使公示提前结束，以较早的为准；\n"
            "- `hold` 暂停公示，直到 `why` 相同的 `unhold`；\n"
            "- `review` 重新规定 `review_by`，只对有 `review_by` 的记录；\n"
            "- `end` 终止公示，不再恢复；\n"
            "- `rule` 是名单规则的一个版本，本身不改变公示。\n\n"
            "日期均为北京时间的日期。期满之后，即使 `end` 还没有出现，也已不再公示。"
        ),
        parameters=[ChangesAsked, *CACHED],
        responses={
            200: OpenApiResponse(PAGE, _("一页变更")),
            304: OpenApiResponse(None, _("与上次相同")),
            **refusals(problems.BAD_PARAMETERS, problems.RESTORING),
        },
        examples=[LISTED_AND_ENDED],
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = ChangesAsked.read(request.query_params)
        if not standing.is_complete():
            raise ProblemError(problems.RESTORING, wait=problems.RESTORING_TAKES)
        page = changes.page_after(asked.get("after"), asked["limit"])
        # What follows a full page changes how much is signed, and nothing else of it.
        signed = None if page.more else page.signed
        return self.kept(
            request,
            page._asdict(),
            same_as_long_as=(page.changes, page.next, page.more, signed),
            for_seconds=FULL_PAGE if page.more else LONGEST,
        )


class Nowhere(Endpoint):
    """Every other address of the interface."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        super().initial(request, *args, **kwargs)
        raise NotFound


# --- About the interface ------------------------------------------------------------------


class Schema(Endpoint):
    """The OpenAPI document."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        made = document(get_language() or "")
        return in_words(JsonResponse(made, json_dumps_params={"ensure_ascii": False}))


class Docs(Endpoint):
    """The interface explained, readable without script, to be tried out with it."""

    schema = None

    # Swagger UI draws its arrows and locks from its style sheet.
    @method_decorator(csp_update({"img-src": ["data:"]}))
    def get(self, request: Request) -> HttpResponse:
        context = {
            "kinds": problems.KINDS,
            "changes_path": reverse("api:changes"),
            "schema_path": reverse("api:schema"),
            "most": MOST,
            "minutes": MINUTES,
            # There is one address for both languages: the header decides.
            "same_page": (),
            "other_language": None,
        }
        return in_words(render(request, "portal/api_docs.html", context))


def in_words(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("Accept-Language",))
    patch_cache_control(response, public=True, max_age=max_age(clock.now()))
    return response
