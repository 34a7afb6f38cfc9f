"""What every template may use without asking."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.register_state import register_state
from registry import clock
from registry.models import Instance

ENGLISH = "/en/"


def site(request: HttpRequest) -> dict[str, Any]:
    instance, at = Instance.objects.current(), clock.now()
    return {
        "site_name": site_name(),
        "site_url": settings.SITE_URL,
        "is_demo": instance is not None and instance.purpose == Instance.Purpose.DEMO,
        # Asked by the pages that say it only: those of the workplace do not.
        "register_state": SimpleLazyObject(partial(register_state, at)),
        "made_on": clock.day_of(at),
        **same_page(request),
    }


def site_name() -> str:
    return settings.SITE_NAME or _("信用公示")


def same_page(request: HttpRequest) -> dict[str, Any]:
    """The page in both languages, and the way to the one not being read."""
    inner = request.path_info.removeprefix(ENGLISH).lstrip("/")
    chinese, english = f"/{inner}", f"{ENGLISH}{inner}"
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    other = (
        {"lang": "zh-Hans", "name": "简体中文", "path": chinese + query}
        if get_language() == "en"
        else {"lang": "en", "name": "English", "path": english + query}
    )
    return {
        "canonical_path": request.path_info,
        "is_home": chinese == "/",
        "same_page": [("zh-Hans", chinese), ("en", english), ("x-default", chinese)],
        "other_language": other,
    }
