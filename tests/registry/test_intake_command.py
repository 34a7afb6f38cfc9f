"""`manage.py intake`: from a file to its release, by two people, at the command line."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.intake.tables import open_table
from registry.models import Authority, Delivery, Listing
from tests.deliveries import HEADER, as_csv, make_penalty_rules, penalty
from tests.factories import make_authority, make_staff, make_user

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(autouse=True)
def authority() -> Authority:
    make_penalty_rules()
    found = make_authority()
    make_staff(found)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "penalties.csv"
    path.write_bytes(as_csv([penalty(1), penalty(2, CF_JDRQ="")]))
    return path


def intake(*arguments: object, **options: Any) -> str:
    said = StringIO()
    call_command("intake", *map(str, arguments), stdout=said, **options)
    return said.getvalue()


def names() -> tuple[str, str]:
    maker, checker = make_staff(Authority.objects.get())
    return maker.username, checker.username


def deliver(file: Path, *more: str) -> str:
    uscc = Authority.objects.get().uscc
    return intake(
        file, "--list", "REG_PENALTY", "--authority", uscc, "--by", names()[0], *more
    )


def test_from_the_file_to_the_release_and_back(file: Path) -> None:
    maker, checker = names()

    said = deliver(file)
    pk = Delivery.objects.get().pk
    assert said.splitlines() == [
        f"Batch {pk}, 2 records: 1 accepted, 0 changed, 0 unchanged, 1 doubtful,"
        " 0 rejected.",
        "Row 3 doubtful: a required value is missing (CF_JDRQ)",
        f"Batch {pk} waits for a second person: manage.py intake --release {pk} --by OTHER",
    ]

    said = intake("--release", pk, "--by", checker)
    assert said.splitlines()[-1] == f"Batch {pk} is released."
    assert Listing.objects.released().count() == 1

    intake("--rollback", pk, "--by", maker, "--document", "示例撤〔2026〕1号")
    said = intake("--rollback", pk, "--by", checker)
    assert said == f"Batch {pk} is rolled back: 1 listings ended.\n"


def test_a_dry_run_proposes_nothing_and_goes_on_when_asked(file: Path) -> None:
    deliver(file, "--dry-run")
    assert Delivery.objects.get().state == State.CHECKED

    deliver(file)
    assert Delivery.objects.get().state == State.WAITING


def test_the_report_has_every_row_that_is_not_taken(file: Path, tmp_path: Path) -> None:
    report = tmp_path / "errors.xlsx"

    deliver(file, "--dry-run", "--report", str(report))

    table = open_table(report)
    ((_row, cells),) = table.records()
    assert table.header[1:] == HEADER
    assert cells[0] == "Row 3: a required value is missing (CF_JDRQ)"
    assert cells[1] == "云澜市测试2号商贸有限公司"


def test_refused_and_withdrawn(file: Path) -> None:
    maker, checker = names()
    deliver(file)
    pk = Delivery.objects.get().pk

    with pytest.raises(CommandError, match="reason"):
        intake("--refuse", pk, "--by", checker)
    intake("--refuse", pk, "--by", checker, "--reason", "文号有误")
    assert Delivery.objects.get().state == State.REFUSED
    deliver(file, "--dry-run")
    intake("--withdraw", Delivery.objects.latest("pk").pk, "--by", maker)
    assert Delivery.objects.latest("pk").state == State.WITHDRAWN


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param([], "Name a file with --list", id="nothing"),
        pytest.param(
            ["--release", "1", "--refuse", "1"], "Name a file with", id="two acts"
        ),
        pytest.param(["--release", "1"], "Nobody active is called ''", id="nobody"),
        pytest.param(
            ["--release", "1", "--by", "no-such"], "called 'no-such'", id="a stranger"
        ),
        pytest.param(
            ["--release", "999", "--by", "MAKER"], "has no batch 999", id="no batch"
        ),
        pytest.param(["FILE", "--by", "MAKER"], "Say --list", id="no list"),
        pytest.param(
            ["FILE", "--by", "MAKER", "--list", "X"], "Say --authority", id="no authority"
        ),
        pytest.param(
            ["FILE", "--by", "MAKER", "--list", "X", "--authority", "Y"],
            "does not work for Y",
            id="another authority",
        ),
        pytest.param(
            ["FILE", "--by", "MAKER", "--list", "X", "--authority", "USCC"],
            "X",
            id="no such list",
        ),
        pytest.param(
            ["gone.csv", "--by", "MAKER", "--list", "REG_PENALTY", "--authority", "USCC"],
            "There is no file gone.csv",
            id="no file",
        ),
    ],
)
def test_wrong_input_is_one_sentence(
    file: Path, arguments: list[str], sentence: str
) -> None:
    stands_for = {
        "FILE": str(file),
        "MAKER": names()[0],
        "USCC": Authority.objects.get().uscc,
    }

    with pytest.raises(CommandError) as refusal:
        intake(*[stands_for.get(one, one) for one in arguments])

    assert sentence in str(refusal.value)
    assert not Delivery.objects.exists()


def test_a_column_nobody_can_be_asked_about_is_named(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_bytes(as_csv([penalty(1)], ("CF_XDR_MC", "CF_XDR_SHXYM", "CF_CFLB")))

    with pytest.raises(CommandError, match="CF_WSH"):
        deliver(path)
    assert Delivery.objects.get().state == State.WITHDRAWN


def test_a_foreign_batch_is_as_absent_as_none(file: Path) -> None:
    deliver(file)
    pk = Delivery.objects.get().pk
    other = make_staff(make_authority("另一测试市市场监督管理局"))[1]

    with pytest.raises(CommandError, match=f"has no batch {pk}"):
        intake("--release", pk, "--by", other.username)
    with pytest.raises(CommandError, match="has no batch"):
        intake("--release", pk, "--by", make_user("nowhere", None).username)
