from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry import actions, clock, invitations
from registry.errors import RegistryError
from registry.models import Role, User


class Command(BaseCommand):
    help = (
        "Make the first operator of an installation, or let one back in who lost the"
        " second factor and has no colleague: prints a link that works once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            user = invited(options["name"])
        elif not user.is_active or Role.OPERATOR not in user.roles:
            raise CommandError(
                f"'{user}' is no operator in use. Choose another name, or let an operator"
                " change the account in the workplace."
            )
        else:
            user = actions.begin_anew(user, by=None, at=at)
        path = invitations.path(invitations.issue(user, at))
        self.stdout.write(f"{settings.SITE_URL}{path}")
        self.stdout.write(
            "It works once, within 72 hours. Whoever has it is this operator."
        )


def invited(name: str) -> User:
    try:
        return actions.invite(
            name, authority=None, roles=[Role.OPERATOR], by=None, at=clock.now()
        )
    except RegistryError as refusal:
        raise CommandError(str(refusal)) from refusal
