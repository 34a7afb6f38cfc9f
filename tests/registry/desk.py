"""Two people of one authority at their screens, for tests of the workplace."""

from typing import Any
from uuid import uuid4

from django.test import Client

from registry.models import Listing, Proposal, User
from tests.factories import make_uscc, sign_in

LISTINGS = "/admin/registry/listing/"
PROPOSALS = "/admin/registry/proposal/"


class Desk:
    """Fills in forms; every method returns the page that follows."""

    def __init__(self, maker: User, checker: User) -> None:
        self.maker, self.checker = maker, checker
        self.clients = {user.pk: Client() for user in (maker, checker)}
        for user in (maker, checker):
            sign_in(self.clients[user.pk], user)

    def post(self, url: str, data: dict[str, Any], *, by: User) -> str:
        sent = {"key": str(uuid4())} | data
        answer = self.clients[by.pk].post(url, sent, follow=True)
        return answer.content.decode()

    def file(self, **fields: Any) -> str:
        """A case with notice and decision, unless told otherwise; the page that follows."""
        return self.post(f"{LISTINGS}add/", filled(**fields), by=self.maker)

    def act(self, name: str, *, by: User | None = None, **fields: Any) -> str:
        """An act on the newest case."""
        listing = Listing.objects.latest("pk")
        return self.post(
            f"{LISTINGS}{listing.pk}/acts/{name}/", fields, by=by or self.maker
        )

    def answer(self, name: str, *, by: User | None = None, **fields: Any) -> str:
        """An answer to the newest proposal."""
        proposal = Proposal.objects.latest("pk")
        return self.post(
            f"{PROPOSALS}{proposal.pk}/answers/{name}/", fields, by=by or self.checker
        )

    def accept(self) -> str:
        return self.answer("accept")


def filled(**fields: Any) -> dict[str, Any]:
    """A form as a careful maker fills it in; fields that are None are left out."""
    usual: dict[str, Any] = {
        "list_code": "TEST_LIST",
        "party": make_uscc(),
        "ground": "示例事由",
        "facts": "示例事实。",
        "noticed_on": "2026-03-02",
        "decision_no": "示例罚〔2026〕1号",
        "decided_on": "2026-03-16",
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}
