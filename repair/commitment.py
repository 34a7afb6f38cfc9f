"""The credit commitment that comes with an application, in the applicant's language."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from registry.models import Listing


def sentences() -> tuple[str, ...]:
    """What is committed to, one sentence each, as the page shows and the row keeps them."""
    return (
        _("所填内容和所交材料真实、合法、有效。"),
        _("认定的行为已经改正，应当履行的义务已经履行完毕。"),
        _("今后遵守法律法规，信守合同和承诺，不再发生同类行为。"),
        _("再次失信的，接受依法从严认定和惩戒。"),
        _("接受监督；承诺不实或者违反承诺的，同意撤销修复、恢复公示，并依法承担责任。"),
        _("同意依法公开本承诺书。"),
    )


def text() -> str:
    return "\n".join(sentences())


class Letter(NamedTuple):
    """The commitment as a letter: to whom, by whom, about which decision.

    The head is made of what the register knows and is not kept: what the row keeps are
    the sentences, which name nobody.
    """

    authority: str
    party: str
    decision_no: str
    lists: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def digest(self) -> str:
        """What was confirmed: a letter that reads otherwise has to be confirmed anew."""
        return hashlib.sha256("\n".join(map(str, self)).encode()).hexdigest()


def letter(listings: Sequence[Listing]) -> Letter:
    """About listings of one decision; a natural person is not named."""
    first = listings[0]
    return Letter(
        authority=str(first.authority),
        party=first.entity.name if first.entity else "",
        decision_no=first.decision_no,
        lists=tuple(str(one.list_type) for one in listings),
        sentences=sentences(),
    )
