"""What a search is asked and what it answers, as data: pages, API and admin show it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models import Entity

# Start and end (excluded) of a part of a name.
Span = tuple[int, int]


class Why(models.TextChoices):
    """Why an entity is among the results, best reason first."""

    IDENTIFIER = "identifier", _("编号相同")
    DOCUMENT = "document", _("文书号相同")
    EXACT = "exact", _("名称相同")
    BRAND = "brand", _("字号相同")
    PREFIX = "prefix", _("名称开头相同")
    PART = "part", _("名称包含")
    WORDS = "words", _("名称包含各个词")
    PINYIN = "pinyin", _("读音相同")
    NEAR = "near", _("名称相近")


class QueryError(ValueError):
    """The text cannot be searched; the message says what to type instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        # One of: empty, too_short, too_long, characters, after, busy.
        self.code = code


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entities are wanted; empty values want all.

    `kind` is an `Entity.Kind`, `region` the code of a division (what lies below it
    counts), `listed_at` the moment at which a listing must be on display, and `section`
    the section of its list (`ListType.section`), which needs `listed_at`.
    """

    kind: str = ""
    region: str = ""
    listed_at: datetime | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence about the text itself, such as a number with a wrong check digit.

    `reading` is what was probably meant, to be offered as a search of its own.
    """

    text: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entity found, and the name of it that matched.

    `matched_name` is a former, English or short name where that matched instead of the
    current one; `spans` are the parts of the matching name that did, in order.
    """

    entity: Entity
    why: Why
    spans: tuple[Span, ...] = ()
    matched_name: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow by, and how many entities it leaves."""

    value: str
    n_entities: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How the entities found divide; empty where not asked, and where they are too many.

    `regions` are provinces, or what lies directly below the region already chosen.
    """

    kinds: list[Choice] = field(default_factory=list)
    regions: list[Choice] = field(default_factory=list)
    sections: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Results:
    """One page. Where `is_exact` is false there are more than `total`.

    `after` continues: the same search with it gives the next page; empty on the last.
    `others` follow `hits` on the page: names that only have the two characters somewhere
    that begin the brands of the hits.
    """

    query: str
    hits: list[Hit]
    total: int
    is_exact: bool = True
    after: str = ""
    advice: Advice | None = None
    others: list[Hit] = field(default_factory=list)
    facets: Facets = Facets()

    @property
    def shown(self) -> list[Hit]:
        """The whole page."""
        return self.hits + self.others

    @property
    def is_near(self) -> bool:
        """Whether nothing matches as it was typed, and what is shown is one slip away."""
        return bool(self.hits) and not self.total
