"""How the interface describes itself: OpenAPI 3.1, in the language of whoever reads it."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from portal.api import fields, problems
from portal.api.counting import LEFT, LIMIT, MINUTES, MOST, RESET
from portal.api.problems import Kind

VERSION = "1.0.0"

PROBLEM = fields.record(
    "Problem",
    {
        "type": fields.text(_("问题的种类：接口说明中讲它的那一节的地址")),
        "title": fields.text(_("问题的名称")),
        "status": fields.whole(_("HTTP 状态码")),
        "detail": fields.text(_("怎么办")),
        "errors": fields.record(
            "ParameterError",
            {
                "parameter": fields.text(_("参数名")),
                "detail": fields.text(_("哪里不对，怎样才对")),
            },
            many=True,
            required=False,
        ),
    },
)


# --- Headers ------------------------------------------------------------------------------


def told(name: str, words: Any, on: Iterable[int], kind: Any = int) -> OpenApiParameter:
    """A header of the answers with these status codes."""
    codes = list(on)
    return OpenApiParameter(name, kind, "header", description=words, response=codes)


def asked(name: str, words: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, "header", description=words)


COUNTED = (200, 304, 400, 404, 405, 429, 503)
EVERYWHERE = [
    asked("Accept-Language", _("说明和问题用哪种语言：zh 或 en")),
    told(LIMIT, _("每 5 分钟允许的次数"), COUNTED),
    told(LEFT, _("这 5 分钟内还剩的次数"), COUNTED),
    told(RESET, _("多少秒后重新计数"), COUNTED),
    told("Retry-After", _("多少秒后再试"), (429, 503)),
]
CACHED = [
    asked("If-None-Match", _("上次答复的 ETag；内容没有变化时答复 304")),
    told("ETag", _("内容的标记"), (200, 304), str),
    told("Cache-Control", _("可以保存多久"), (200, 304), str),
]


def what_is_asked_first(parameter: dict[str, Any]) -> bool:
    """Sorts the headers of a request behind its parameters."""
    return bool(parameter["in"] == "header")


class EndpointSchema(AutoSchema):
    """Adds what holds of every endpoint; each says the rest of itself."""

    def get_override_parameters(self) -> list[Any]:
        return EVERYWHERE


# --- Answers ------------------------------------------------------------------------------


def refusals(*kinds: Kind) -> dict[Any, OpenApiResponse]:
    """The ways an endpoint may refuse; counted and failing it may be everywhere."""
    return {
        (kind.status.value, problems.MEDIA_TYPE): OpenApiResponse(PROBLEM, kind.title)
        for kind in (problems.UNAVAILABLE, *kinds, problems.TOO_MANY, problems.SERVER_ERROR)
    }


# --- The document -------------------------------------------------------------------------


@lru_cache
def document(language: str) -> dict[str, Any]:
    """The whole of it, made once for each language."""
    with translation.override(language):
        made = SchemaGenerator().get_schema(request=None, public=True)
        words = gettext(
            "公开信用信息的数据接口。不需要密钥，不使用 cookie，允许跨站读取。"
            "每个地址每 %(minutes)d 分钟最多 %(most)d 次。不提供自然人的身份信息。"
        )
        made["info"] = {
            "title": gettext("数据接口"),
            "version": VERSION,
            "description": words % {"minutes": MINUTES, "most": MOST},
        }
    # Nobody has to say who they are.
    made["security"] = []
    whole: dict[str, Any] = json.loads(json.dumps(made), object_hook=without_marks)
    return whole


def without_marks(part: dict[str, Any]) -> dict[str, Any]:
    """The generator marks lists of values for a step of its own, which is not used here."""
    return {name: value for name, value in part.items() if name != "x-spec-enum-id"}
