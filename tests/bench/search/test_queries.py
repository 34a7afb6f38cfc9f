"""The questions of the bench: the same for the same rows, and each with its own flaw."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bench.search import names, queries
from tests.bench.search.parties import PLACE, SYLLABLES, TRADES, party_names
from tests.bench.search.queries import SETS, Query, make_queries
from tests.bench.search.registrations import Registration, part, read, write
from tests.factories import make_uscc

PLACES = (("四川", "成都"), ("广东", "广州"), ("江苏", "苏州"))


def registration(serial: int) -> Registration:
    """Of nobody: a place that is no division in the name, a number of 990000."""
    one, other = SYLLABLES[serial % 41], SYLLABLES[serial // 41 % 41]
    province, city = PLACES[serial % len(PLACES)]
    name = f"{PLACE}{one}{other}{TRADES[serial % len(TRADES)]}有限公司"
    return Registration(name, make_uscc(serial), "2020-01-01", "", province, city)


@pytest.fixture(scope="module")
def rows() -> list[Registration]:
    return [registration(serial) for serial in range(1, 801)]


@pytest.fixture(scope="module")
def made(rows: list[Registration]) -> list[Query]:
    return make_queries(rows, 12)


def of(group: str, made: Sequence[Query]) -> list[Query]:
    return [query for query in made if query.group == group]


def test_the_same_rows_give_the_same_questions(
    rows: list[Registration], made: list[Query]
) -> None:
    assert make_queries(list(rows), 12) == made


def test_every_set_is_as_large_as_asked(made: list[Query]) -> None:
    counted = Counter(query.group for query in made)

    assert set(counted) == set(SETS)
    assert all(n == 12 for group, n in counted.items() if group != "mid")


@pytest.mark.parametrize(
    ("group", "longer_by"),
    [("wrong", 0), ("homophone", 0), ("missing", -1), ("added", 1), ("swapped", 0)],
)
def test_one_character_is_astray(group: str, longer_by: int, made: list[Query]) -> None:
    for query in of(group, made):
        assert query.text != query.name
        assert len(query.text) == len(query.name) + longer_by
        assert query.target.startswith("91990000")


def test_a_homophone_sounds_the_same(made: list[Query]) -> None:
    for query in of("homophone", made):
        assert [queries.reading(c) for c in query.text] == [
            queries.reading(c) for c in query.name
        ]


def test_swapped_characters_stood_side_by_side(made: list[Query]) -> None:
    for query in of("swapped", made):
        places = [
            place
            for place, (ours, theirs) in enumerate(zip(query.text, query.name, strict=True))
            if ours != theirs
        ]
        assert places == [places[0], places[0] + 1]
        assert Counter(query.text) == Counter(query.name)


def test_what_is_like_nothing_shares_no_pair_with_a_name(
    rows: list[Registration], made: list[Query]
) -> None:
    known = {pair for row in rows for pair in pairwise(row.name)}

    for query in of("no_hit", made):
        assert known.isdisjoint(pairwise(query.text))


def test_traditional_names_are_not_written_as_registered(made: list[Query]) -> None:
    for query in of("traditional_made", made):
        assert query.text != query.name
        assert names.fold(query.text) == names.fold(query.name)


def test_suggestions_are_asked_as_one_types(made: list[Query]) -> None:
    typed = of("typeahead", made)

    assert {query.limit for query in typed} == {8}
    assert any(query.text.isascii() for query in typed)
    assert all(query.text in query.name for query in typed if not query.text.isascii())


def test_every_filter_is_asked(made: list[Query]) -> None:
    for group in ("filter_common", "filter_rare"):
        asked = of(group, made)
        for narrow in ("region", "kind", "listed", "section"):
            assert any(getattr(query, narrow) for query in asked)
        assert all(query.listed for query in asked if query.section)


def test_a_narrowed_brand_still_leaves_its_own(
    rows: list[Registration], made: list[Query]
) -> None:
    provinces = {"四川": "510000", "广东": "440000", "江苏": "320000"}
    region_of = {row.uscc: provinces[row.province] for row in rows}

    for query in of("filter_rare", made):
        assert query.listed or query.region == region_of[query.target]
        assert query.text in (query.name or "".join(party_names()))


def test_questions_survive_the_way_to_another_process(
    made: list[Query], tmp_path: Path
) -> None:
    queries.save(tmp_path / "queries.json", made)

    assert queries.load(tmp_path / "queries.json") == made


def test_given_queries_are_read_as_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "queries.tsv"
    file.write_text(
        f'class\tquery\tuscc\tname\nwidth_punct\t"澄禾\t{make_uscc()}\t蜀州澄禾\n',
        encoding="utf-8",
    )

    assert queries.read_queries(file) == [
        Query("width_punct", '"澄禾', make_uscc(), "蜀州澄禾")
    ]


# --- The part of the registrations --------------------------------------------------------


def test_a_smaller_part_lies_in_a_larger_one(rows: list[Registration]) -> None:
    targets = {make_uscc(700), make_uscc(3)}

    small, large = part(rows, 50, targets), part(rows, 300, targets)

    assert len(small) == 50
    assert set(small) < set(large)
    assert targets <= {row.uscc for row in small}
    assert small == [row for row in rows if row in set(small)]


def test_rows_are_read_by_their_header_and_broken_ones_left_out(tmp_path: Path) -> None:
    whole = registration(1)
    file = tmp_path / "part.csv.gz"
    write(file, [whole, Registration(*whole[:5], "成都")])
    shifted = tmp_path / "shifted.csv.gz"
    write(shifted, [whole, (*whole, "多出的一列")])  # type: ignore[list-item]

    assert [row.city for row in read([file])] == [whole.city, "成都"]
    assert list(read([shifted])) == [whole]


def test_no_listed_party_has_the_name_of_another() -> None:
    called = list(party_names())

    assert len(set(called)) == len(called) > 60_000
    assert all(name.startswith(PLACE) for name in called)
