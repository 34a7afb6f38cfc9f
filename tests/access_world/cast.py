"""Everybody who may ask the site for something, all of them at the first authority."""

from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from registry.models import Role, User
from registry.step_up import CODE_AT
from tests.access_world.world import World
from tests.factories import make_user, sign_in
from tests.repair.making import PDF

MAKER, CHECKER = Role.MAKER, Role.CHECKER
CLERK, DECIDER = Role.REPAIR_CLERK, Role.REPAIR_DECIDER
# Each with the roles held. `outsider` is no member of staff any more; `several` does all
# work on cases; `stale` holds every role, and the last code is too old for what is grave.
ROLES: dict[str, tuple[Role, ...]] = {
    "one_factor": (MAKER,),
    "disabled": (MAKER,),
    "outsider": (MAKER,),
    "maker": (MAKER,),
    "checker": (CHECKER,),
    "clerk": (CLERK,),
    "decider": (DECIDER,),
    "editor": (Role.EDITOR,),
    "auditor": (Role.AUDITOR,),
    "operator": (Role.OPERATOR,),
    "superuser": (),
    "several": (MAKER, CHECKER, CLERK, DECIDER),
    "stale": tuple(Role),
    "auditor_of_all": (Role.AUDITOR,),
    "operator_of_all": (Role.OPERATOR,),
}
ANONYMOUS = "anonymous"
CALLERS = (ANONYMOUS, *ROLES)
TOKEN = "t" * 32
FORM = "application/x-www-form-urlencoded"
# Stands in a form where a file is chosen.
SCAN = "scan.pdf"


class Caller:
    """Somebody with a browser, who asks each time as if for the first time."""

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self.user: User | None = None
        self.client = Client(enforce_csrf_checks=True)
        if name != ANONYMOUS:
            self.user = account(name, world)
            sign(self.client, self.user, name)
        session = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        self.session = session.value if session else ""

    def ask(
        self, method: str, path: str, sent: Any = None, *, is_bare: bool = False
    ) -> Any:
        """The answer; with the token of a form unless `is_bare`."""
        self.client.cookies.clear()
        self.client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        if self.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        headers = {} if is_bare else {"X-CSRFToken": TOKEN}
        body, kind = encoded(sent or "")
        return self.client.generic(method, path, body, content_type=kind, headers=headers)


def encoded(sent: str) -> tuple[str | bytes, str]:
    """The body and its type: as a browser does, in parts only where a file is chosen."""
    if f"file={SCAN}" not in sent:
        return sent, FORM
    fields: dict[str, Any] = parse_qs(sent, keep_blank_values=True)
    fields["file"] = SimpleUploadedFile(SCAN, PDF.content)
    return encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT


def account(name: str, world: World) -> User:
    of_all = name.endswith("_of_all")
    return make_user(
        f"the-{name}",
        None if of_all else world.home.authority,
        *ROLES[name],
        is_superuser=name == "superuser",
        is_staff=name != "outsider",
    )


def sign(client: Client, user: User, name: str) -> None:
    if name == "one_factor":
        client.force_login(user)
        return
    sign_in(client, user)
    if name == "stale":
        session = client.session
        del session[CODE_AT]
        session.save()
    if name == "disabled":
        user.is_active = False
        user.save()
