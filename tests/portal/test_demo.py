import csv
import gzip
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from stdnum.cn import uscc

from portal.demo import fictitious, launch, vocabulary
from portal.demo.environment import prepare
from portal.demo.fictitious import DIVISIONS, EXAMPLES, offices, parties
from portal.demo.party import reg15_of, with_wrong_check_digit
from portal.demo.seed import SOURCE, seed, write_divisions, write_offices
from portal.management.commands.demo import read_start
from registry import codes, names
from registry.models import (
    Authority,
    Entity,
    EntityName,
    Identifier,
    Instance,
    Region,
    SearchEntry,
)

ROOT = Path(__file__).resolve().parent.parent.parent
REAL_FILES = sorted(ROOT.parent.glob("shared/data/enterprises-*.csv.gz"))
Kind, Status = Entity.Kind, Entity.Status


# --- The generator ----------------------------------------------------------------------


def test_it_draws_the_same_organisations_every_time(today: date) -> None:
    assert parties(today) == parties(today)


def test_it_draws_at_least_two_thousand_of_every_kind(today: date) -> None:
    kinds = Counter(party.kind for party in parties(today))

    assert kinds.total() >= 2_000
    assert kinds.keys() == set(Kind) - {Kind.OTHER}


def test_it_shows_every_status_with_a_day_that_has_come(today: date) -> None:
    drawn = parties(today)

    assert {party.status for party in drawn} == set(Status)
    assert all(party.registered_on < today for party in drawn)
    for party in drawn:
        if party.status != Status.UNKNOWN and party.status_on:
            assert party.registered_on <= party.status_on <= today


def test_its_codes_are_valid_and_belong_to_no_real_division(today: date) -> None:
    numbers = [party.number for party in parties(today) if party.number]
    valid = [number for number in numbers if uscc.is_valid(number)]

    assert all(number[2:4] == "99" for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert all(codes.uscc_flaw(number) == "" for number in valid)
    # A few are wrong on purpose, as in every real file.
    assert 3 <= len(numbers) - len(valid) <= len(numbers) / 100


def test_its_divisions_bear_no_real_name_or_code() -> None:
    with (ROOT / "registry/data/regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    real = {row[key] for row in rows for key in ("code", "name", "short_name")}

    for division in DIVISIONS.values():
        assert not real & {division.code, division.name, division.short_name}


def test_it_has_namesakes_former_names_successors_and_a_duplicate(today: date) -> None:
    drawn = parties(today)
    known = {party.name for party in drawn}

    assert len({p.division.code for p in drawn if "霁禾食品" in p.name}) > 1
    assert any(party.former for party in drawn)
    assert any(party.english for party in drawn)
    assert any(party.older_number for party in drawn)
    assert any(not party.number for party in drawn)
    for party in drawn:
        assert {party.successor, party.merged_into} - {""} <= known
    assert sum(bool(party.merged_into) for party in drawn) == 1


def test_the_examples_lead_to_the_first_organisation(today: date) -> None:
    name, pinyin, number = EXAMPLES
    first = parties(today)[0]

    assert first.name.startswith(name)
    assert "".join(names.pinyin(first.name)).startswith(pinyin)
    assert first.number == number


def test_its_authorities_have_a_superior_they_can_name() -> None:
    found = offices()
    known: set[str] = set()

    assert {office.level for office in found} == set(Authority.Level)
    for office in found:
        assert uscc.is_valid(office.number)
        assert not office.superior or office.superior in known
        known.add(office.name)


def test_an_older_number_and_a_wrong_digit_are_read_as_such() -> None:
    older = codes.read(reg15_of(vocabulary.PROVINCE, 7))
    wrong = codes.read(with_wrong_check_digit(EXAMPLES[2]))

    assert older
    assert (older.kind, older.valid) == ("reg15", True)
    assert wrong
    assert (wrong.kind, wrong.flaw) == ("uscc", "check_digit")


@pytest.mark.bulk
@pytest.mark.skipif(not REAL_FILES, reason="no real registration files beside the project")
def test_no_real_organisation_bears_its_names_or_codes(today: date) -> None:
    drawn = parties(today)
    ours = {party.name for party in drawn} | {party.former for party in drawn} - {""}
    numbers = {party.number for party in drawn} - {""}

    for path in REAL_FILES:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert ours.isdisjoint(row[:1]), path.name
                assert numbers.isdisjoint(row[1:2]), path.name


# --- Seeding ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_writes_the_register_once(now: datetime, today: date) -> None:
    written = seed(at=now)
    again = seed(at=now)

    assert (written, again) == (len(parties(today)), 0)
    assert Entity.objects.filter(source=SOURCE).count() == written
    assert Authority.objects.count() == len(offices())
    assert Region.objects.filter(code__startswith="99").count() == len(DIVISIONS)


@pytest.mark.django_db
def test_it_keeps_wrong_codes_and_flags_them(now: datetime) -> None:
    seed(at=now)

    flawed = Identifier.objects.filter(valid=False)
    assert flawed.exists()
    assert set(flawed.values_list("flaw", flat=True)) == {Identifier.Flaw.CHECK_DIGIT}


@pytest.mark.django_db
def test_it_writes_names_and_signposts(now: datetime) -> None:
    seed(at=now)

    first = Entity.objects.get(identifiers__value=EXAMPLES[2])
    assert {name.kind for name in first.other_names.all()} == set(EntityName.Kind)
    assert first.changes.get().before == "云澜市澄川机电厂"
    assert first.merged_from.get().name == "澄川机电设备公司"
    assert first.region
    assert first.region.full_name == "示例省云澜市砚湖区"


@pytest.mark.django_db
def test_what_it_writes_can_be_searched(now: datetime) -> None:
    seed(at=now)

    searched = set(
        SearchEntry.objects.filter(current=True).values_list("entity", flat=True)
    )
    kept = Entity.objects.filter(merged_into=None).values_list("pk", flat=True)
    assert searched == set(kept)


@pytest.mark.django_db
def test_it_adds_the_offices_that_an_older_demo_lacks() -> None:
    write_divisions()
    write_offices(offices()[:41])

    write_offices(offices())

    assert Authority.objects.count() == len(offices())
    court = Authority.objects.get(name="砚湖区人民法院")
    assert court.superior
    assert court.superior.name == "云澜市中级人民法院"


# --- The command ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "８０００", "80 00"])
def test_it_says_what_a_port_is(text: str) -> None:
    with pytest.raises(launch.LaunchError, match="1 to 65535"):
        launch.read_port(text)


def test_it_reads_a_port() -> None:
    assert launch.read_port("8001") == 8001


@pytest.mark.parametrize("text", ["tomorrow", "2028-13-01", "1999-12-31", "2200-01-01"])
def test_it_says_what_a_day_is(text: str) -> None:
    with pytest.raises(CommandError, match=text):
        read_start(text)


def test_a_day_starts_at_midnight_in_shanghai() -> None:
    assert read_start("2028-03-01").isoformat() == "2028-03-01T00:00:00+08:00"


def test_the_environment_has_a_folder_and_a_secret_that_stays(tmp_path: Path) -> None:
    first, second = {"DATA_DIR": str(tmp_path / "a")}, {"DATA_DIR": str(tmp_path / "a")}

    prepare(first)
    prepare(second)

    assert first == second
    assert len(first["SECRET_KEY"]) >= 50
    assert first["EMAIL_URL"] == f"file:///{tmp_path}/a/mail"
    assert (tmp_path / "a" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_environment_keeps_what_the_caller_set(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "mine"}

    prepare(given)

    assert given["SECRET_KEY"] == "mine"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_it_refuses_a_database_in_use_that_is_no_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(Instance.objects), "current", Mock(return_value=None))

    with pytest.raises(CommandError, match="not marked as a demo"):
        call_command("demo", "--no-serve")

    assert not Entity.objects.exists()


def test_its_divisions_are_named_from_the_province_down() -> None:
    assert fictitious.full_name(DIVISIONS["星渚县"]) == "示例省清渡市星渚县"
