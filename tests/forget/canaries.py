"""Whom the register has to forget: names, numbers and words that occur nowhere else.

Standard library only. The division of every number, 990000, does not exist.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

# Rare, so that no page and no rule uses them, and no name is part of a word.
NAMES = "仉亓郗乜佘咎宓殳麴逄忒忑忐怼悖"
WORDS = "惴愀慊憷懑扃掾搴摭撄攴攵攽斝斠"
FIRST_BIRTHDAY, N_BIRTHDAYS = date(1950, 1, 1), 10_000
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Canary:
    """`word` stands in everything that is said about the person."""

    index: int
    name: str
    number: str
    word: str


def canary(seed: int, index: int) -> Canary:
    """Another index, another person; another seed, other words for all of them."""
    chance = random.Random(f"{seed}/{index}")
    word = "".join(chance.choices(WORDS, k=8))
    return Canary(index, name_of(seed, index), number_of(index), word)


def name_of(seed: int, index: int) -> str:
    """Four characters that count, begun elsewhere by each seed."""
    count, letters = seed + index, ""
    for _ in range(4):
        count, place = divmod(count, len(NAMES))
        letters += NAMES[place]
    return letters


def number_of(index: int) -> str:
    """GB 11643: division, birthday, three digits, and a check digit of MOD 11-2."""
    round_, place = divmod(index, N_BIRTHDAYS)
    born = FIRST_BIRTHDAY + timedelta(days=place)
    body = f"990000{born:%Y%m%d}{round_ + 100:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
