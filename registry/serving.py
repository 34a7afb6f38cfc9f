"""送达: how a letter may be delivered, and the day from which each way counts.

As data, because it is the law's and not ours. None of it was read in an official text:
`source` says what it was seen in, and "unverified" that it is from memory.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import CasePaper, Manner
from registry.models.letter import MEGABYTE, MOST_BYTES

Kind = CasePaper.Kind
# By how a file begins; what its name or the browser says is not asked.
BEGINNINGS = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
)
MOST_MEGABYTES = MOST_BYTES // MEGABYTE


@dataclass(frozen=True, slots=True)
class Way:
    """`day` is what to record, `wait` how many days later that counts as delivered."""

    day: Any
    basis: Any
    source: str
    wait: int = 0


# Civil Procedure Law as amended in 2023, to which article 61 of the Law on Administrative
# Penalties refers. Articles 87 to 91: one agency's rules that repeat them were read in a
# private copy, and that copy of article 61 and of article 95.
WAYS = {
    Manner.IN_PERSON: Way(
        gettext_lazy("受送达人在送达回证上签收的日期"),
        gettext_lazy("民事诉讼法第87条、第88条"),
        "articles unverified; repeated in rules of an agency, private copy",
    ),
    Manner.POST: Way(
        gettext_lazy("邮件回执上注明的收件日期"),
        gettext_lazy("民事诉讼法第91条"),
        "article unverified; repeated in rules of an agency, private copy",
    ),
    Manner.LEFT: Way(
        gettext_lazy("把文书留在住所并有见证或者拍照录像的日期"),
        gettext_lazy("民事诉讼法第89条"),
        "article unverified; repeated in rules of an agency, private copy",
    ),
    Manner.ELECTRONIC: Way(
        gettext_lazy("到达受送达人特定系统的日期，须有本人签订的确认书"),
        gettext_lazy("行政处罚法第61条、民事诉讼法第90条"),
        "article 61 in a private copy; article 90 unverified",
    ),
    Manner.ANNOUNCED: Way(
        gettext_lazy("发出公告的日期，满三十日视为送达"),
        gettext_lazy("民事诉讼法第95条"),
        "article 95 as amended in 2021 in a private copy; abroad other terms, unverified",
        wait=30,
    ),
}


def effective_on(manner: str, on: date) -> date:
    """The day on which what happened on `on` counts as delivered."""
    way = WAYS.get(Manner(manner))
    return on + timedelta(days=way.wait) if way else on


def kind_of(content: bytes) -> Kind | None:
    """What the first bytes say it is; None for everything that is not taken."""
    return next((kind for begins, kind in BEGINNINGS if content.startswith(begins)), None)


def which_day() -> str:
    """Which day is to be recorded, for each way."""
    said = (f"{manner.label}：{way.day}（{way.basis}）" for manner, way in WAYS.items())
    return _("；").join(said)
