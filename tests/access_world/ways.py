"""How one goes about being the second person: by the action itself, or by the button."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.test import Client

from registry.errors import RegistryError
from registry.models import Role, User
from tests.access_world.waiting import Subject
from tests.factories import AT, make_user, sign_in


def by_action(subject: Subject, by: User, at: datetime = AT, key: str = "") -> None:
    """Past every page, with whatever the caller remembers of the user."""
    with suppress(RegistryError, DatabaseError), transaction.atomic():
        subject.do(subject.row, by=by, at=at, key=key or f"{uuid4()}")


def at_the_desk(subject: Subject, by: User, at: datetime = AT, key: str = "") -> None:
    """By the button, with both factors and a fresh code; a person is opened first."""
    with time_machine.travel(at, tick=False):
        press(subject, browser(by), key)


def browser(by: User) -> Client:
    client = Client()
    sign_in(client, by)
    return client


def press(subject: Subject, client: Client, key: str = "") -> None:
    client.post(f"/admin/registry/proposal/{subject.row.pk}/open/", {"purpose": "case"})
    client.post(subject.path, {"key": key or f"{uuid4()}"} | subject.sends)


WAYS = {"by action": by_action, "at the desk": at_the_desk}
Way = Callable[..., None]


def give(user: User, *roles: Role) -> User:
    """Other roles from now on, as the database knows it; past the account desk."""
    user.groups.set(Group.objects.filter(name__in=roles))
    # Roles are read once for each request, and so for each object in memory.
    return User.objects.get(pk=user.pk)


def second(subject: Subject, name: str = "second") -> User:
    """An honest second person of the same place."""
    return make_user(name, subject.place, subject.role)
