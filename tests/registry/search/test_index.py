"""The index is what a rebuild would make of it, whatever happens to names and listings."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import Q

from registry import actions
from registry.models import (
    Entity,
    ListedEntry,
    Listing,
    ListRule,
    SearchCheck,
    SearchEntry,
    SearchTerm,
)
from registry.models.search_entry import FoldedName
from registry.search import Why, index, search, terms
from tests.factories import (
    AT,
    make_case,
    make_entity,
    make_list_type,
    make_listing,
    make_name,
    make_rule,
    make_staff,
    make_uscc,
    region,
)
from tests.samples.registrations import row, write_csv

SECTIONS = ("serious", "abnormal", "honour")
BRANDS = ("澄川", "岚谷", "霜桥", "砚渡")


def contents(model: type[SearchEntry] | type[ListedEntry]) -> Counter[Any]:
    """Without the keys of the rows, which mean nothing."""
    fields = [field.attname for field in model._meta.concrete_fields if field.name != "id"]
    return Counter(model._default_manager.values_list(*fields))


def pieces() -> set[tuple[str, str]]:
    """What the full-text tables of SQLite hold, which no row shows."""
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        found: set[tuple[str, str]] = set()
        for name in ("search_pieces", "listed_pieces"):
            look = f"USING fts5vocab(main, '{name}', 'instance')"
            cursor.execute(f"CREATE VIRTUAL TABLE temp.look {look}")
            cursor.execute("SELECT term, doc FROM temp.look")
            found |= {(f"{name} {term}", str(doc)) for term, doc in cursor.fetchall()}
            cursor.execute("DROP TABLE temp.look")
        return found


def pieces_wanted() -> set[tuple[str, str]]:
    if connection.vendor != "sqlite":
        return set()
    names = {"search_pieces": SearchEntry, "listed_pieces": ListedEntry}
    return {
        (f"{name} {piece}", str(entry.pk))
        for name, model in names.items()
        for entry in model._default_manager.all()
        for piece in pieces_of(entry)
    }


def pieces_of(entry: FoldedName) -> Iterator[str]:
    key, division = entry.name_key, entry.region
    yield from (key[n : n + 2] for n in range(max(len(key) - 1, 1)))
    yield f"k{entry.kind}"
    if division:
        yield from (f"r{division[:n]}" for n in (2, 4, 6))
    if isinstance(entry, ListedEntry):
        yield from (f"s{section}" for section in entry.sections.split())


class Life:
    """What happens to a register, at random, each in a transaction of its own."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice, self.folder = Random(seed), folder
        self.at, self.n = AT, 0
        with transaction.atomic():
            kinds = [make_list_type(f"TEST_{one}", section=one) for one in SECTIONS]
            self.rules = [make_rule(list_type=kind) for kind in kinds]
        self.load([self.new_row() for _ in range(8)])

    def live(self) -> None:
        self.at += timedelta(minutes=1)
        acts = (self.release, self.release, self.end, self.hold, self.rename, self.arrive)
        act = self.dice.choice((*acts, self.merge, self.move))
        act()

    def new_row(self) -> Any:
        self.n += 1
        brand = self.dice.choice(BRANDS)
        return row(f"成都{brand}{self.n}贸易有限公司", make_uscc(self.n))

    def load(self, rows: list[Any]) -> None:
        path = self.folder / f"{self.at:%H%M%S}-{self.n}.csv"
        write_csv(path, rows)
        call_command("import_entities", str(path), "--as-of", self.at.isoformat())

    def someone(self) -> Entity:
        return self.dice.choice(list(Entity.objects.filter(merged_into=None)))

    def release(self) -> None:
        with transaction.atomic():
            make_listing(self.dice.choice(self.rules), party=self.someone(), at=self.at)

    def end(self) -> None:
        if listings := list(Listing.objects.released().filter(ended_at=None)):
            listing = self.dice.choice(listings)
            _, checker = make_staff(listing.authority)
            actions.emergency_end(listing, "认错了人", by=checker, at=self.at)

    def hold(self) -> None:
        open_ones = Listing.objects.released().filter(ended_at=None, held_since=None)
        if listings := list(open_ones):
            listing = self.dice.choice(listings)
            actions.hold(listing, "法院裁定", by=listing.maker, at=self.at)

    def rename(self) -> None:
        entity = self.someone()
        if number := entity.identifiers.first():
            name = f"{entity.name[:2]}{self.dice.choice(BRANDS)}{self.n}科技有限公司"
            self.load([row(name, number.value)])

    def arrive(self) -> None:
        self.load([self.new_row()])

    def merge(self) -> None:
        """No action does it yet; whoever does it makes the index anew."""
        gone, stays = self.someone(), self.someone()
        if gone != stays:
            with transaction.atomic():
                gone_too = Q(pk=gone.pk) | Q(merged_into=gone)
                Entity.objects.filter(gone_too).update(merged_into=stays)
                index.refresh([gone.pk, stays.pk])

    def move(self) -> None:
        entity = self.someone()
        with transaction.atomic():
            code = self.dice.choice(("510100", "440106"))
            Entity.objects.filter(pk=entity.pk).update(region=region(code))
            index.refresh([entity.pk])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_it_equals_a_rebuild_after_every_act(seed: int, tmp_path: Path) -> None:
    life, most_listed = Life(seed, tmp_path), 0
    for _ in range(25):
        life.live()
        most_listed = max(most_listed, ListedEntry.objects.count())
        kept = [contents(SearchEntry), contents(ListedEntry)]
        assert pieces() == pieces_wanted()
        SearchEntry.objects.all().delete()
        index.rebuild()
        assert [contents(SearchEntry), contents(ListedEntry)] == kept
    assert most_listed


# --- The check in the tick ----------------------------------------------------------------


@pytest.fixture
def entity() -> Entity:
    entity = make_entity("四川澄川贸易有限公司", region=region())
    make_name(entity, "重庆霜桥贸易有限公司")
    index.rebuild()
    return entity


@pytest.mark.django_db
def test_the_check_finds_nothing_where_nothing_is_wrong(entity: Entity) -> None:
    make_listing(make_rule(), party=entity)
    connection.check_constraints()

    assert [index.check(AT), index.check(AT), index.check(AT)] == [0, 0, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda: SearchEntry.objects.all().delete(), id="gone"),
        pytest.param(lambda: SearchEntry.objects.update(name_key="别的名称"), id="another"),
        pytest.param(lambda: SearchEntry.objects.update(region="440100"), id="elsewhere"),
        pytest.param(lambda: ListedEntry.objects.all().delete(), id="not listed"),
        pytest.param(lambda: ListedEntry.objects.update(sections="honour"), id="section"),
        pytest.param(
            lambda: SearchEntry.objects.bulk_create(
                [
                    SearchEntry(**{f.attname: getattr(e, f.attname) for f in fields()})
                    for e in SearchEntry.objects.all()
                ]
            ),
            id="twice",
        ),
    ],
)
def test_the_check_mends_what_is_wrong(
    entity: Entity, damage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    make_listing(make_rule(), party=entity)
    connection.check_constraints()
    kept = [contents(SearchEntry), contents(ListedEntry)]
    damage()

    assert index.check(AT) == 1
    connection.check_constraints()

    assert [contents(SearchEntry), contents(ListedEntry)] == kept
    assert "the entries of 1 entities were wrong" in caplog.text


def fields() -> list[Any]:
    return [field for field in SearchEntry._meta.concrete_fields if field.name != "id"]


@pytest.mark.django_db
def test_the_check_goes_round(entity: Entity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "PER_TICK", 1)
    other = make_entity("广州岚谷有限公司")

    assert [index.check(AT) for _ in range(4)] == [0, 1, 0, 0]
    assert SearchCheck.objects.get().entity == entity.pk
    assert SearchEntry.objects.filter(entity=other).exists()


@pytest.mark.django_db
def test_pieces_are_counted_once_a_day(
    entity: Entity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "COUNTED", 2)
    for when in (AT, AT + timedelta(hours=23)):
        index.check(when)
        assert SearchTerm.objects.get(term="贸易").n_names == 2
        make_name(entity, f"成都岚谷{when:%H}贸易有限公司")
        index.refresh([entity.pk])

    index.check(AT + timedelta(hours=25))

    assert SearchTerm.objects.get(term="贸易").n_names == 4


@pytest.mark.django_db
def test_rare_characters_of_any_age_are_found() -> None:
    """Beyond the Unicode that the database knows, and outside the basic plane."""
    names = ["北京鿏科技有限公司", "北京𬭸𬭶科技有限公司", "北京𰻞面有限公司"]
    for name in names:
        make_entity(name)
    index.rebuild()

    for name, text in zip(names, ("鿏科", "𬭸𬭶", "𰻞面"), strict=True):
        (hit,) = search(text).hits
        assert (hit.entity.name, hit.why) == (name, Why.BRAND)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_who_refers_to_an_entity_does_not_wait_for_who_mends_it() -> None:
    """Each would hold what the other waits for: the row, and the turn at the commit."""
    entity, rule = make_entity("成都澄川贸易有限公司"), make_rule()

    with transaction.atomic():
        # Nothing is indexed yet, so this has something to mend.
        assert index.mend([entity.pk], after=0) == 1
        with ThreadPoolExecutor(1) as other:
            other.submit(open_case, rule, entity).result()

    assert SearchEntry.objects.get().entity_id == entity.pk


def open_case(rule: ListRule, entity: Entity) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            make_case(rule, party=entity)
    finally:
        connections.close_all()
