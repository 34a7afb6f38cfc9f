"""The contrast of every pair of colours that pages put together, measured from the file."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent.parent / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
TEXT = 4.5
# WCAG 1.4.11: what marks a control or its focus.
GRAPHIC = 3.0

GROUNDS = ("paper", "card")
INKS = ("ink", "ink-2", "ink-3", "accent", "accent-hover")
MEANINGS = ("serious", "abnormal", "honour", "penalty", "commitment")
PAIRS = [
    *((ink, ground, TEXT) for ink in INKS for ground in GROUNDS),
    *((meaning, f"{meaning}-paper", TEXT) for meaning in MEANINGS),
    *((meaning, "card", TEXT) for meaning in MEANINGS),
    ("ink", "found", TEXT),
    ("on-banner", "banner", TEXT),
    ("on-action", "action", TEXT),
    ("on-action", "action-hover", TEXT),
    ("card", "accent", TEXT),
    ("accent", "commitment-paper", TEXT),
    *(("focus", ground, GRAPHIC) for ground in GROUNDS),
    *(("action", ground, GRAPHIC) for ground in GROUNDS),
]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", css))


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
    "css", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast(css: str, ink: str, ground: str, least: float) -> None:
    scheme = colours(css)

    assert contrast(scheme[ink], scheme[ground]) >= least


def test_colours_stand_in_the_tokens_only() -> None:
    loose = {
        file.name: found
        for file in CSS.rglob("*.css")
        if file.name not in {"tokens.css", "print.css"}
        and (found := re.findall(r"#[0-9a-f]{3,8}\b", file.read_text(encoding="utf-8")))
    }

    assert loose == {}
