"""What may be kept at all: the directory, and that every list stands under one of it."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from registry.models import DirectoryItem, ListRule, Role
from registry.rulebook.errors import RulebookError
from registry.rulebook.load import COLUMNS, DATA, load_rules
from tests.factories import make_directory_item, make_rule, make_user, sign_in

# Rules §6.1: the thirteen classes of the national directory.
CLASSES = {
    *("registration", "judicial", "administrative", "titles", "abnormal", "serious_list"),
    *("contract", "commitment", "evaluation", "compliance", "honour", "intellectual"),
    "volunteered",
}
# Rules §6.2, a row each; of awards only those that the party refuses.
NEVER = {
    *("religion", "blood_genes", "illness", "petition", "privacy", "daily_conduct"),
    *("wealth", "minors", "biometric", "arrears_unconfirmed", "penalty_summary_person"),
    *("penalty_corrected", "public_security", "secrets", "other_persons"),
    "awards_refused",
}
GRAVE = {"arrears_small", "fare_evasion"}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    for name in COLUMNS:
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    return tmp_path


def edit(path: Path, code: str, **cells: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = [row | cells if row["code"] == code else row for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def codes(**asked: str) -> set[str]:
    return set(DirectoryItem.objects.filter(**asked).values_list("code", flat=True))


# --- The table ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_directory_has_thirteen_classes_and_what_must_never_be_kept(
    today: date,
) -> None:
    load_rules(today=today)

    assert set(DirectoryItem.Category.values) == CLASSES
    assert codes(verdict="allowed") == CLASSES
    assert codes(verdict="grave") == GRAVE
    assert codes(verdict="never") == NEVER


@pytest.mark.django_db
def test_every_list_stands_under_an_item_that_may_be_kept(today: date) -> None:
    load_rules(today=today)

    verdicts = set(ListRule.objects.values_list("directory_item__verdict", flat=True))

    assert ListRule.objects.count() == 30
    assert verdicts == {"allowed"}
    assert ListRule.objects.get(list_type="SAMR_SERIOUS").directory_item_id == (
        "serious_list"
    )


@pytest.mark.django_db
def test_every_item_has_both_languages(today: date) -> None:
    load_rules(today=today)

    for item in DirectoryItem.objects.all():
        assert bool(item.note_zh) == bool(item.note_en)
        assert item.name_en.isascii()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "code", "cells", "sentence"),
    [
        pytest.param(
            "list_types.csv",
            "LOCAL_EXAMPLE",
            {"directory_item": "illness"},
            "directory_item：目录规定“illness”不得归集，不能为它设立名单。",
            id="a list of what must never be kept",
        ),
        pytest.param(
            "list_types.csv",
            "LOCAL_EXAMPLE",
            {"directory_item": "gossip"},
            "directory_item：不认识“gossip”。请改为：abnormal、administrative、",
            id="an item that is not in the directory",
        ),
        pytest.param(
            "directory.csv",
            "contract",
            {"category": ""},
            "code：可以归集的事项必须写明属于目录的哪一类。",
            id="kept, but in no class",
        ),
        pytest.param(
            "directory.csv",
            "contract",
            {"verdict": "maybe"},
            "verdict：不认识“maybe”。请改为：allowed、grave、never。",
            id="no such verdict",
        ),
        pytest.param(
            "directory.csv",
            "contract",
            {"legal_basis": ""},
            "legal_basis：没有写明依据。请填写 legal_bases.csv 中的代码。",
            id="no basis",
        ),
    ],
)
def test_a_bad_row_is_refused_and_nothing_is_kept(
    tables: Path, today: date, file: str, code: str, cells: dict[str, str], sentence: str
) -> None:
    edit(tables / file, code, **cells)

    with pytest.raises(RulebookError) as refusal:
        load_rules(folder=tables, today=today)

    assert sentence in str(refusal.value)
    assert not DirectoryItem.objects.exists()


@pytest.mark.django_db
def test_what_a_rule_names_never_becomes_forbidden(tables: Path, today: date) -> None:
    load_rules(folder=tables, today=today)
    edit(tables / "directory.csv", "contract", verdict="never")

    with pytest.raises(RulebookError) as refusal:
        load_rules(folder=tables, today=today)

    assert str(refusal.value).startswith("directory.csv 第 ")
    assert "已有名单规则属于这一事项，不能改为不得归集。请另加一行，用新的代码。" in str(
        refusal.value
    )
    assert DirectoryItem.objects.get(code="contract").verdict == "allowed"


@pytest.mark.django_db
def test_an_item_that_no_rule_names_can_become_forbidden(tables: Path, today: date) -> None:
    load_rules(folder=tables, today=today)
    edit(tables / "directory.csv", "fare_evasion", verdict="never")

    changes = load_rules(folder=tables, today=today)

    assert [(change.table, change.name) for change in changes] == [
        ("directoryitem", "fare_evasion")
    ]


@pytest.mark.django_db
def test_an_item_that_is_not_there_is_refused_at_once() -> None:
    """Not only at the end of the transaction, as a foreign key would."""
    make_rule()

    with (
        pytest.raises(IntegrityError, match="list_rule_directory_item_is_kept"),
        transaction.atomic(),
    ):
        make_rule(in_force=date(2026, 1, 2), directory_item=DirectoryItem(code="gossip"))


# --- The pages ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_staff_look_it_up(client: Client, today: date) -> None:
    load_rules(today=today)
    sign_in(client, make_user("o", None, Role.OPERATOR))

    rows = client.get("/admin/registry/directoryitem/?verdict__exact=never")
    one = client.get("/admin/registry/directoryitem/contract/change/").content.decode()

    assert len(rows.context["cl"].result_list) == len(NEVER)
    assert "合同履行信息" in one
    assert "机关事业单位大型企业拖欠中小企业款项失信" in one


@pytest.mark.django_db
def test_the_page_of_a_list_says_under_which_item_it_stands(client: Client) -> None:
    rule = make_rule(directory_item=make_directory_item("contract", name_zh="合同履行信息"))

    page = client.get(f"/lists/{rule.list_type_id}/").content.decode()

    assert "<dt>目录事项</dt><dd>合同履行信息</dd>" in page
