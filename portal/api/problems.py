"""How the interface refuses: problem details (RFC 9457), in words that say what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, MethodNotAllowed, NotFound, Throttled

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; `name` is the end of its type and its place on the docs page."""

    name: str
    status: HTTPStatus
    title: Promise
    remedy: Promise

    @property
    def type(self) -> str:
        return f"{settings.SITE_URL}/api/v1/docs#{self.name}"


BAD_PARAMETERS = Kind(
    "bad-parameters",
    HTTPStatus.BAD_REQUEST,
    _("参数不正确"),
    _("请按 errors 中的说明改正参数后再试。"),
)
BAD_REQUEST = Kind(
    "bad-request",
    HTTPStatus.BAD_REQUEST,
    _("请求不正确"),
    _("请对照接口说明检查地址和请求头。"),
)
NOT_FOUND = Kind(
    "not-found",
    HTTPStatus.NOT_FOUND,
    _("没有这个地址"),
    _("请对照接口说明检查地址；地址末尾没有斜杠。"),
)
NOT_ALLOWED = Kind(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    _("这个地址不支持这种方法"),
    _("请改用 Allow 头中列出的方法。"),
)
TOO_MANY = Kind(
    "too-many-requests",
    HTTPStatus.TOO_MANY_REQUESTS,
    _("请求过于频繁"),
    _("请在 Retry-After 头所示的秒数之后再试。"),
)
SERVER_ERROR = Kind(
    "server-error",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    _("系统出错"),
    _("不是您的请求有误。请稍后再试；仍然出错的，请告知网站。"),
)
RESTORING = Kind(
    "restoring",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("登记正在恢复"),
    _("数据恢复完成之前不提供变更，以免重现已经移出的记录。请稍后从同一位置再试。"),
)
UNAVAILABLE = Kind(
    "unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("暂停服务"),
    _("网站正在维护，或者数据库没有响应。请在 Retry-After 头所示的秒数之后再试。"),
)
KINDS = (
    BAD_PARAMETERS,
    BAD_REQUEST,
    NOT_FOUND,
    NOT_ALLOWED,
    TOO_MANY,
    SERVER_ERROR,
    RESTORING,
    UNAVAILABLE,
)
# Seconds until somebody may look again whether the register is whole.
RESTORING_TAKES = 60


class ProblemError(APIException):
    """Raised where an endpoint cannot answer; becomes the response by itself."""

    def __init__(
        self,
        kind: Kind,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        wait: int | None = None,
    ) -> None:
        super().__init__(str(kind.title))
        self.status_code = kind.status
        self.kind, self.errors, self.wait = kind, errors, wait


# What the framework raises by itself; anything else it raises keeps its own words.
RAISED: tuple[tuple[type[Exception], Kind], ...] = (
    (Http404, NOT_FOUND),
    (NotFound, NOT_FOUND),
    (MethodNotAllowed, NOT_ALLOWED),
    (Throttled, TOO_MANY),
    # Hundreds of parameters, for one.
    (SuspiciousOperation, BAD_REQUEST),
)


def answer(fault: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """The framework's hook: None leaves what nobody foresaw to Django's handlers."""
    if isinstance(fault, ProblemError):
        response = problem(fault.kind, errors=fault.errors)
    elif kind := next((kind for one, kind in RAISED if isinstance(fault, one)), None):
        response = problem(kind)
    elif isinstance(fault, APIException):
        response = unnamed(fault)
    else:
        return None
    if wait := getattr(fault, "wait", None):
        response.headers["Retry-After"] = f"{wait:.0f}"
    return response


def problem(kind: Kind, *, errors: Sequence[Mapping[str, str]] = ()) -> JsonResponse:
    body: dict[str, Any] = {
        "type": kind.type,
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(kind.remedy),
    }
    if errors:
        body["errors"] = errors
    return sent(body, kind.status)


def unnamed(fault: APIException) -> JsonResponse:
    title = HTTPStatus(fault.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": fault.status_code}
    return sent(body | {"detail": f"{fault.detail}"}, fault.status_code)


def sent(body: Mapping[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(
        body,
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, no_store=True)
    patch_vary_headers(response, ("Accept-Language",))
    response.headers["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    return response


def bad_parameter(name: str, sentence: str) -> dict[str, str]:
    # What was typed is said back, but not endlessly.
    return {"parameter": name[:40], "detail": sentence}


def unknown_parameter(name: str, known: Sequence[str]) -> dict[str, str]:
    text = gettext("没有这个参数。可用的参数：%(known)s。")
    return bad_parameter(name, text % {"known": ", ".join(known)})


def repeated_parameter(name: str) -> dict[str, str]:
    return bad_parameter(name, gettext("这个参数出现了不止一次。请只给出一个值。"))


def is_of_the_interface(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
