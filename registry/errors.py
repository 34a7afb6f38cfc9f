"""Why the register refuses; every message is fit to show to whoever asked."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _


class Bar(NamedTuple):
    """One reason why something may not happen: a name for programs, words for people.

    `until` is the first day on which it no longer stands, where that day is known.
    """

    code: str
    text: str
    until: date | None = None

    def __str__(self) -> str:
        return self.text


class RegistryError(Exception):
    """The register refuses, and nothing was changed."""


class BarredError(RegistryError):
    """Rules stand in the way: all of them at once, not one after the other."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        self.bars = tuple(bars)
        super().__init__(" ".join(bar.text for bar in bars))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(bar.code for bar in self.bars)


class BarredRowsError(RegistryError):
    """Rules stand in the way of some of many cases, so that nothing was done to any.

    `rows` has the first of them, each case with every bar, and `n_more` counts the rest.
    """

    def __init__(self, rows: Sequence[tuple[str, Sequence[Bar]]], n_more: int) -> None:
        self.rows = tuple((case, tuple(bars)) for case, bars in rows)
        self.n_more = n_more
        text = _("有 %(n)d 个案件不能公示，整批没有办理。%(first)s")
        super().__init__(
            text % {"n": len(rows) + n_more, "first": "".join(map(self.line, self.rows))}
        )

    @staticmethod
    def line(row: tuple[str, Sequence[Bar]]) -> str:
        case, bars = row
        return f"\n{case}：{' '.join(bar.text for bar in bars)}"


class OutOfTurnError(RegistryError):
    """The case is not, or no longer, where this step can be taken."""

    def __init__(self, state: object) -> None:
        super().__init__(
            _("这件事现在是“%(state)s”，不能这样办理。请刷新页面后再看。")
            % {"state": state}
        )


class StaleError(RegistryError):
    """What was checked is not what was proposed any more."""

    def __init__(self) -> None:
        super().__init__(
            _("提请之后内容已经变化，没有办理。请退回，由经办人核对后重新提请。")
        )


class UnknownError(RegistryError):
    """A code, a number or an account that does not exist."""
