"""The contrast of every pair of colours that pages put together, measured from the file.

Whoever uses a colour in a style sheet finds here what stands on what: a use in a role that
no pair of the table has fails.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent.parent / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
PRINT = (CSS / "print.css").read_text(encoding="utf-8")
TEXT = 4.5
# WCAG 1.4.11: what marks a control, its state or its focus, and what a drawing says.
GRAPHIC = 3.0

GROUNDS = ("paper", "card")
INKS = ("ink", "ink-2", "accent", "accent-hover")
MEANINGS = ("serious", "abnormal", "honour", "penalty", "commitment")
# Under a row that is chosen or pointed at, in what was copied, and behind a message.
TINTS = ("sunken", "commitment-paper", "abnormal-paper", "serious-paper", "honour-paper")
PAIRS = [
    *((ink, ground, TEXT) for ink in INKS for ground in (*GROUNDS, *TINTS)),
    *(("ink-3", ground, TEXT) for ground in GROUNDS),
    *((meaning, f"{meaning}-paper", TEXT) for meaning in MEANINGS),
    *((meaning, ground, TEXT) for meaning in MEANINGS for ground in GROUNDS),
    # What a search found, in a result and in a suggestion that is chosen; what was added.
    *((ink, "found", TEXT) for ink in ("ink", "accent", "accent-hover")),
    ("on-banner", "banner", TEXT),
    # Buttons, those of Django's admin included.
    *(("on-action", ground, TEXT) for ground in ("action", "action-hover", "penalty")),
    ("on-action", "ink", TEXT),
    *(("card", ground, TEXT) for ground in ("accent", "accent-hover")),
    # Edges of fields and of what is pressed.
    *(("line-strong", ground, GRAPHIC) for ground in (*GROUNDS, "sunken")),
    *(("action", ground, GRAPHIC) for ground in (*GROUNDS, "sunken")),
    *(("accent", ground, GRAPHIC) for ground in (*GROUNDS, "sunken")),
    *((edge, ground, GRAPHIC) for edge in ("serious", "abnormal") for ground in GROUNDS),
    # The bars of a figure on paper.
    ("ink", "paper", GRAPHIC),
    # A ring stands off what it surrounds, or lies within what is chosen.
    *(("focus", ground, GRAPHIC) for ground in (*GROUNDS, *TINTS, "banner")),
]
# Between rows and around cards, which are told apart by the room between them as well.
HAIRLINES = {"line"}

USE = re.compile(r"([\w-]+):\s*([^;{}]*var\(--[^;{}]*);")
NAME = re.compile(r"var\(--([\w-]+)\)")
# A colour written down, by its number or by any function that makes one.
LOOSE = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|(?:ok)?l(?:ab|ch)|color(?:-mix)?)\("
)
# What a property colours, by its first part; what Django's names go on to colour is open.
TEXTS, EDGES, FILLED = {"color"}, {"border", "outline", "stroke", "accent"}, {"background"}


def colours(css: str) -> dict[str, str]:
    found = re.findall(r"--([\w-]+): #([0-9a-f]{6}|[0-9a-f]{3});", css)
    return {name: value * (6 // len(value)) for name, value in found}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    "css",
    [
        pytest.param(LIGHT, id="light"),
        pytest.param(DARK, id="dark"),
        pytest.param(LIGHT + PRINT, id="print"),
    ],
)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast(css: str, ink: str, ground: str, least: float) -> None:
    scheme = colours(css)

    assert contrast(scheme[ink], scheme[ground]) >= least


def test_both_schemes_have_every_colour() -> None:
    assert list(colours(LIGHT)) == list(colours(DARK))


# --- Who uses which colour for what -------------------------------------------------------


def uses() -> Iterator[tuple[str, str, str]]:
    """File, property and colour of every use in a style sheet."""
    known = colours(LIGHT)
    for file in CSS.rglob("*.css"):
        for name, value in USE.findall(file.read_text(encoding="utf-8")):
            yield from (
                (file.name, name, colour)
                for colour in NAME.findall(value)
                if colour in known
            )


def measured(name: str) -> set[str]:
    """The colours that some pair measures in the role that a property gives them."""
    first = name.partition("-")[0]
    if first in TEXTS:
        return {ink for ink, _ground, least in PAIRS if least == TEXT}
    if first in EDGES:
        return HAIRLINES | {ink for ink, _ground, least in PAIRS if least == GRAPHIC}
    if first in FILLED:
        return {ground for _ink, ground, _least in PAIRS}
    return HAIRLINES | {colour for ink, ground, _least in PAIRS for colour in (ink, ground)}


def test_every_use_of_a_colour_is_measured() -> None:
    assert [use for use in uses() if use[2] not in measured(use[1])] == []


def test_every_colour_is_used() -> None:
    assert {colour for _file, _name, colour in uses()} == set(colours(LIGHT))


def test_colours_stand_in_the_tokens_only() -> None:
    loose = {
        file.name: found
        for file in CSS.rglob("*.css")
        if file.name not in {"tokens.css", "print.css"}
        and (found := LOOSE.findall(file.read_text(encoding="utf-8")))
    }

    assert loose == {}
