"""Companies of a real registration file are found among a hundred thousand.

Only their registrations are searched; no real company is ever put on a list.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect
from stdnum.cn import uscc

from tests.browser.reading import (
    CHINESE,
    ENGLISH,
    WIDTHS,
    ask,
    follow_result,
    visit,
)
from tests.conftest import needed
from tests.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared" / "data" / "enterprises-100k.csv.gz"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.bulk,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not FILE.is_file(), reason="no real registration file beside the project"
    ),
]

N_COMPANIES = 20
N_CHARACTERS = 4
WAYS = ("name", "part", "code")
COMBINATIONS = list(product(WIDTHS, (CHINESE, ENGLISH)))


class Company(NamedTuple):
    """A row of the file and the ways to ask for it."""

    name: str
    code: str
    part: str


@pytest.fixture(scope="module")
def crowd() -> Iterator[Stack]:
    """A portal of its own, holding the real file and nothing else."""
    with needed(Stack) as stack:
        stack.manage("import_entities", str(FILE), within=300)
        yield stack


@pytest.fixture(scope="module")
def companies() -> list[Company]:
    """Twenty with a valid code, at fixed rows spread over the file."""
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = [(row[0].strip(), row[1].strip()) for row in csv.reader(file)][1:]
    step = len(rows) // N_COMPANIES
    chosen = [
        next(row for row in rows[start:] if uscc.is_valid(row[1]) and parts_of(row[0]))
        for start in range(0, step * N_COMPANIES, step)
    ]
    wanted = {part for name, _code in chosen for part in parts_of(name)}
    common = Counter(part for name, _code in rows for part in set(parts_of(name)) & wanted)
    return [
        Company(name, code, min(parts_of(name), key=common.__getitem__))
        for name, code in chosen
    ]


def parts_of(name: str) -> list[str]:
    """Every run of four Chinese characters in a name."""
    runs = (name[start : start + N_CHARACTERS] for start in range(len(name)))
    return [
        run
        for run in runs
        if len(run) == N_CHARACTERS and all("一" <= character <= "鿿" for character in run)
    ]


def asked_in(combination: int, companies: list[Company]) -> Iterator[tuple[Company, str]]:
    """A quarter of all questions, every way among them."""
    for (number, company), (turn, way) in product(enumerate(companies), enumerate(WAYS)):
        if (number + turn) % len(COMBINATIONS) == combination:
            yield company, way


def test_every_question_is_asked_once(companies: list[Company]) -> None:
    shares = [list(asked_in(number, companies)) for number in range(len(COMBINATIONS))]

    assert len(set(companies)) == N_COMPANIES
    assert sum(map(len, shares)) == len({*shares[0], *shares[1], *shares[2], *shares[3]})
    assert sum(map(len, shares)) == N_COMPANIES * len(WAYS)
    assert all({way for _company, way in share} == set(WAYS) for share in shares)


@pytest.mark.parametrize(
    "combination",
    range(len(COMBINATIONS)),
    ids=[f"{width}-{language.tag}" for width, language in COMBINATIONS],
)
def test_a_real_company_is_found(
    combination: int,
    open_at: Callable[..., Page],
    crowd: Stack,
    companies: list[Company],
) -> None:
    width, language = COMBINATIONS[combination]
    page = open_at(width)

    for company, way in asked_in(combination, companies):
        visit(page, crowd.web_url + language.home)
        find(page, company, getattr(company, way))


def find(page: Page, company: Company, typed: str) -> None:
    """From the box to the company's own page in one question."""
    ask(page, typed)
    row = page.locator(".result").filter(has=page.get_by_text(company.code, exact=True))
    expect(row).to_have_count(1)
    name = row.get_by_role("link").inner_text()
    follow_result(page, name)
    expect(page.locator("h1 + .details .code")).to_have_text(company.code)
    assert name == company.name
