"""Release, sweep and signature killed at any moment: a tick later everything agrees."""

import pytest

from tests.kill_world.life import KILLED, live

pytestmark = pytest.mark.django_db(transaction=True)
N_KILLS, SEED = 42, 20260316


@pytest.mark.timeout(600)
def test_what_a_killed_writer_left_is_put_right_by_the_next_tick() -> None:
    kills, disagreements = live(N_KILLS, SEED)

    assert disagreements == []
    assert set(kills) == set(KILLED)
