"""A sweep that is killed at any moment ends every listing exactly once."""

import random

import pytest
from django.db.models import Count

from registry.models import Act, Listing, Outbox, Step
from tests.kill_world.life import order, working
from tests.many import make_many_listings, make_prior_rule

pytestmark = pytest.mark.django_db(transaction=True)

# Three batches of a sweep.
N_DUE = 4_100
N_KILLS = 5
# Of which one at least hits between two batches; no more tries than this.
MOST_TRIES = 60
SEED = 20260316


@pytest.mark.timeout(600)
def test_each_is_ended_once_however_often_it_is_killed() -> None:
    chance = random.Random(SEED)
    rule = make_prior_rule(term_default=12, term_max=12)
    make_many_listings(rule, N_DUE)
    n_kills = n_in_the_middle = 0

    with working() as workers:
        assert order(workers, "tick") == 0
        for _ in range(MOST_TRIES):
            if n_kills >= N_KILLS and n_in_the_middle:
                break
            if not (before := Listing.objects.filter(ended_at=None).count()):
                # Whoever died while signing may have left the journal a page ahead.
                assert order(workers, "tick") == 0
                make_many_listings(rule, before := N_DUE)
            status = order(workers, "tick", chance.random())
            left = Listing.objects.filter(ended_at=None).count()
            n_kills += status == -9
            n_in_the_middle += status == -9 and 0 < left < before
        assert order(workers, "tick") == 0

    assert n_kills >= N_KILLS
    assert n_in_the_middle
    n_listings = Listing.objects.count()
    assert n_listings >= N_DUE
    assert Listing.objects.filter(end_reason="expired").count() == n_listings
    ends = Step.objects.filter(act=Act.END)
    assert ends.count() == n_listings
    assert not ends.values("listing").annotate(n=Count("pk")).filter(n__gt=1)
    owed = Outbox.objects.filter(kind="listing.ended")
    assert owed.count() == n_listings
    assert owed.values("row").distinct().count() == n_listings
    assert set(owed.values_list("row", flat=True)) == set(
        Listing.objects.values_list("case", flat=True)
    )
