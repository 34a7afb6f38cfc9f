"""Two people of one authority at their screens, for tests of the workplace."""

from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from registry.models import Listing, Proposal, User
from tests.factories import make_uscc, sign_in

LISTINGS = "/admin/registry/listing/"
PROPOSALS = "/admin/registry/proposal/"


# Acts that ask how something went or came.
DELIVERED = ("notice", "defence", "serve")
PDF = b"%PDF-1.4 a scan of nothing"


def scan(content: bytes = PDF, name: str = "scan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def open_person(client: Client, listing: Listing) -> None:
    """Say what for: from now on the pages of the case show the person."""
    client.post(f"{LISTINGS}{listing.pk}/open/", {"purpose": "case"})


class Desk:
    """Fills in forms; every method returns the page that follows."""

    def __init__(self, maker: User, checker: User) -> None:
        self.maker, self.checker = maker, checker
        self.clients = {user.pk: Client() for user in (maker, checker)}
        for user in (maker, checker):
            sign_in(self.clients[user.pk], user)

    @classmethod
    def of(cls, listing: Listing) -> "Desk":
        """Where the listing was made and checked."""
        assert listing.checker
        return cls(listing.maker, listing.checker)

    def get(self, url: str, *, by: User) -> str:
        return self.clients[by.pk].get(url).content.decode()

    def post(self, url: str, data: dict[str, Any], *, by: User) -> str:
        sent = {"key": str(uuid4())} | data
        # What follows a commit does so here, although the test's own never comes.
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = self.clients[by.pk].post(url, sent, follow=True)
        return answer.content.decode()

    def file(self, **fields: Any) -> str:
        """A case with notice and decision, unless told otherwise."""
        return self.post(f"{LISTINGS}add/", filled(**fields), by=self.maker)

    def act(self, name: str, *, by: User | None = None, **fields: Any) -> str:
        """An act on the newest case; what went or came did so in person, with a scan."""
        pk = Listing.objects.latest("pk").pk
        usual = {"manner": "in_person", "file": scan()} if name in DELIVERED else {}
        sent = usual | fields
        return self.post(f"{LISTINGS}{pk}/acts/{name}/", sent, by=by or self.maker)

    def amend(self, **fields: Any) -> str:
        """Everything as the form shows it, but for what is given."""
        listing = Listing.objects.latest("pk")
        shown: dict[str, Any] = {
            "version": listing.version,
            "ground": listing.ground,
            "facts": listing.facts,
        }
        return self.act("amend", **shown | fields)

    def answer(self, name: str, *, by: User | None = None, **fields: Any) -> str:
        """An answer to the newest proposal."""
        pk = Proposal.objects.latest("pk").pk
        return self.post(f"{PROPOSALS}{pk}/answers/{name}/", fields, by=by or self.checker)

    def accept(self) -> str:
        return self.answer("accept")

    def read_proposal(self) -> str:
        """The newest proposal, as its checker reads it."""
        pk = Proposal.objects.latest("pk").pk
        return self.get(f"{PROPOSALS}{pk}/change/", by=self.checker)


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
