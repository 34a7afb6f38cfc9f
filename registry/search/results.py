"""What a search answers, as data: pages, API and admin show it in their own way."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models import Entity


class Why(models.TextChoices):
    """Why an entity is among the results, best reason first."""

    IDENTIFIER = "identifier", _("编号相同")
    EXACT = "exact", _("名称相同")
    BRAND = "brand", _("字号相同")
    PREFIX = "prefix", _("名称开头相同")
    PART = "part", _("名称包含")
    PINYIN = "pinyin", _("读音相同")
    FORMER = "former", _("曾用名或其他名称相符")


class QueryError(ValueError):
    """The text cannot be searched; the message says what to type instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        # One of: empty, too_short, too_long, characters.
        self.code = code


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence about the text itself, such as a number with a wrong check digit."""

    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One entity found. `span` is the part of `entity.name` that matched, end excluded."""

    entity: Entity
    why: Why
    span: tuple[int, int] | None = None
    # The former, English or short name that matched instead of the current one.
    matched_name: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    query: str
    hits: list[Hit]
    total: int
    page: int
    n_pages: int
    advice: Advice | None = None
