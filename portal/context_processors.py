"""What every template may use without asking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.models import Instance

ENGLISH = "/en/"


def site(request: HttpRequest) -> dict[str, Any]:
    instance = Instance.objects.current()
    return {
        "site_name": settings.SITE_NAME or _("信用公示"),
        "site_url": settings.SITE_URL,
        "is_demo": instance is not None and instance.purpose == Instance.Purpose.DEMO,
        **same_page(request),
    }


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
