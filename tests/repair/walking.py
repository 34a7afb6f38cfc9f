"""The steps of an application, taken by whoever holds a client."""

from typing import Any

from django.test import Client

from registry.models import Listing
from tests.repair.uploads import pdf, sent

WHO = {"role": "rep", "name": "申请人乙某", "phone": "", "email": "b@example.cn"}
DUTY = {"done": "on", "statement": "已补报年度报告。"}


def where(listing: Listing, prefix: str = "") -> str:
    return f"{prefix}/repair/apply/{listing.case}/"


def begin(client: Client, listing: Listing, prefix: str = "", **fields: Any) -> str:
    """The address of the draft, without its step."""
    answer = client.post(where(listing, prefix), {"key": "k" * 32} | fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].rpartition("/")[0].rpartition("/")[0] + "/"


def say(client: Client, at: str, step: str, **fields: Any) -> str:
    """Send one step; where it leads, as the name of the next one."""
    answer = client.post(f"{at}{step}/", fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].rstrip("/").rpartition("/")[2]


def up_to_review(client: Client, at: str, **who: Any) -> None:
    assert say(client, at, "who", **WHO | who) == "duty"
    assert say(client, at, "duty", **DUTY) == "papers"
    paper = sent("证明.pdf", pdf())
    add = {"do": "next", "document": "PERF", "paper": paper, "gaps": "on"}
    assert say(client, at, "papers", **add) == "commitment"
    assert say(client, at, "commitment", committed="on") == "review"
