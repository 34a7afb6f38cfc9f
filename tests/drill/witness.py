"""A process of its own that sees what the public sees.

Reads questions, one JSON line each, and answers each by requests of its own: whether the
site is ready, what shows, which pages of listings open, who is found by number.
"""

import json
import sys
from typing import Any

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from registry import clock
from registry.models import Listing

# Nothing is collected here, so that there is no manifest of file names.
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Part of what every listing of a drill says.
WORD = "演练"


def answer(question: dict[str, Any]) -> dict[str, Any]:
    client = Client(SERVER_NAME="127.0.0.1")
    ready, trust = client.get("/healthz/ready"), client.get("/healthz/trust")
    shown = Listing.objects.on_display(clock.now())
    return {
        "status": ready.status_code,
        "reasons": ready.json()["reasons"],
        "on_display": trust.json()["on_display"],
        "shown": sorted(shown.values_list("leaf", flat=True)),
        "pages": [case for case in question["cases"] if opens(client, case)],
        "found": [
            one["case"]
            for n, one in enumerate(question["people"])
            if is_found(client, one, n)
        ],
    }


def opens(client: Client, case: str) -> bool:
    page = client.get(f"/listings/{case}/")
    return page.status_code == 200 and WORD in page.content.decode()


def is_found(client: Client, person: dict[str, str], n: int) -> bool:
    """By name and number; each is asked for from another address."""
    form = {"name": person["name"], "document": "resident", "number": person["number"]}
    page = client.post("/persons/check/", form, REMOTE_ADDR=f"10.{n // 200}.{n % 200}.1")
    assert page.status_code == 200, page.status_code
    return WORD in page.content.decode()


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": PLAIN}):
        main()
