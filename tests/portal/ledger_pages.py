"""Pages of the ledger as a reader gets them."""

import html

from django.test import Client

from registry.models import LedgerEntry
from tests.portal.words import without_time


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(without_time(answer.content.decode()))


def leaf_page(client: Client, leaf: int | None, prefix: str = "") -> str:
    return page(client, f"{prefix}/ledger/leaf/{leaf}/")


def newest(kind: str) -> int:
    found = LedgerEntry.objects.filter(kind=kind).order_by("-leaf").first()
    assert found
    return found.pk
