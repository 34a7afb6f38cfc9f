"""What every template may use without asking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from registry.models import Instance


def site(request: HttpRequest) -> dict[str, Any]:
    instance = Instance.objects.current()
    return {
        "site_name": settings.SITE_NAME or _("信用公示"),
        "site_url": settings.SITE_URL,
        "is_demo": instance is not None and instance.purpose == Instance.Purpose.DEMO,
    }
