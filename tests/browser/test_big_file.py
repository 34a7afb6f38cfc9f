"""A file of penalties from its upload to what the public sees, and one that is stopped.

Some hundreds of records; a hundred thousand are the experiment E43 of the campaign.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.hundred_thousand.journey import Journey
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

N, SEED = 400, 20260316


def test_every_record_comes_out_as_the_law_says(
    register: Stack, sign_in: Callable[[str], Page], tmp_path: Path
) -> None:
    journey = Journey(register, sign_in, tmp_path, n=N, seed=SEED)

    assert [*journey.first_month(), *journey.next_month()] == []
