"""The receipts that staff hand to a party: of the publication, and of the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from registry.admin.seen import may_read
from registry.logbook import receipts
from registry.models import Listing, User


@dataclass(frozen=True, slots=True)
class ReceiptKind:
    name: str
    label: Any
    make: Callable[[Listing], dict[str, Any] | None]
    # Holds what the case says and about whom.
    opens: bool

    def is_for(self, user: User, listing: Listing) -> bool:
        return not self.opens or may_read(user, listing)


KINDS = (
    ReceiptKind(
        "publication", gettext_lazy("公示回执"), receipts.of_publication, opens=True
    ),
    ReceiptKind("end", gettext_lazy("停止公示回执"), receipts.of_end, opens=False),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def offered(user: User, listing: Listing) -> list[ReceiptKind]:
    """What there is to hand out now, and what this user may."""
    return [
        kind
        for kind in KINDS
        if kind.is_for(user, listing) and kind.make(listing) is not None
    ]
