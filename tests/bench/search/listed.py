"""Listings for the bench, on display, each about a party that does not exist."""

from registry.logbook import acts
from tests.bench.search.parties import party_names
from tests.factories import make_entity, make_list_type, region
from tests.many import make_many_listings, make_prior_rule

# One list of each section, and its share of the listings.
LISTS = (("BENCH_SERIOUS", "serious", 0.6), ("BENCH_ABNORMAL", "abnormal", 0.4))
DIVISIONS = ("510107", "440106", "320505", "110105", "370202", "330203")


def list_parties(n: int) -> None:
    """`n` listings, divided among the lists, and those among the divisions."""
    names = party_names()
    for code, section, share in LISTS:
        make_list_type(code, section=section)
        rule = make_prior_rule(code)
        acts.log_rule(rule)
        for division in DIVISIONS:
            party = make_entity(next(names), region=region(division))
            n_here = round(n * share / len(DIVISIONS))
            make_many_listings(rule, n_here, party=party, names=names)
