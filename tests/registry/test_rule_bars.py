"""What bars a repair, from the table to the rule, and filled in where rules were loaded."""

import csv
import importlib
from datetime import date
from pathlib import Path

import pytest

from registry.models import ListRule
from registry.rulebook.load import DATA, load_rules
from tests.registry.test_load_rules import set_cell, tables

__all__ = ("tables",)
UPGRADE = importlib.import_module("registry.migrations.0020_eligibility")


def test_an_upgrade_says_of_loaded_versions_what_the_table_says() -> None:
    with (DATA / "list_types.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {}
    for row in rows:
        said: dict[str, object] = {
            "excluded_kinds": row["excluded_kinds"],
            "excluded_for_id": row["excluded_for"],
            "barred_by_id": row["barred_by"],
            "bars_confidence": row["bars_confidence"],
        }
        if row["relapse"]:
            said["relapse_months"] = int(row["relapse"][1:-1]) * 12
        if row["bars_confidence"]:
            key = row["code"], row["in_force"]
            told[key] = {name: cell for name, cell in said.items() if cell}

    assert told == UPGRADE.SAID_BEFORE
    of_bans = {row["code"] for row in rows if "ban_until" in row["details"].split()}
    assert of_bans == set(UPGRADE.RECORDS_BANS)


@pytest.mark.django_db
def test_the_table_is_stored_as_it_says(today: date) -> None:
    load_rules(today=today)

    tax = ListRule.objects.get(list_type="STA_MAJOR_TAX")
    assert (tax.relapse_months, tax.barred_by_id) == (60, "REPAIR_FALSE")
    stop = ListRule.objects.get(list_type="REG_PENALTY_SERIOUS", in_force="2023-05-01")
    assert stop.excluded_kinds.split() == ["permit", "business", "ban"]
    assert (stop.excluded_for_id, stop.bars_confidence) == ("SAMR_SERIOUS", "M")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        pytest.param("excluded_kinds", "prison", "没有代码“prison”", id="no such penalty"),
        pytest.param("excluded_for", "NOWHERE", "不认识“NOWHERE”", id="no such sector"),
        pytest.param("barred_by", "NOWHERE", "不认识“NOWHERE”", id="no such list"),
        pytest.param("relapse", "five", "“five”不是期限", id="no duration"),
        pytest.param("relapse", "P90D", "期限单位不符", id="days"),
        pytest.param("bars_confidence", "", "写明可信度", id="without a confidence"),
    ],
)
def test_a_wrong_cell_is_named(
    tables: Path, today: date, column: str, value: str, fault: str
) -> None:
    set_cell(tables / "list_types.csv", "STA_MAJOR_TAX", column, value)

    with pytest.raises(Exception, match=fault):
        load_rules(folder=tables, today=today)

    assert not ListRule.objects.exists()
