"""One record of a file of penalties: its class, its term, and every reason why not."""

from datetime import date
from decimal import Decimal

import pytest

from registry.intake import penalties
from registry.intake.cells import Cells, amount_in, day_in, names_person
from registry.intake.penalties import Classes, shortened
from registry.intake.reading import Party, Reading
from registry.terms import Duration, Unit, read_duration
from tests.deliveries import classes

FIELDS = (
    *("penalty_kind", "penalty_kind_2", "fine", "confiscated", "content", "decision_no"),
    *("decided_on", "noticed_on", "ground", "facts", "basis", "display_until", "state"),
)
RIGHT = {
    "penalty_kind": "罚款",
    "fine": "20",
    "decision_no": "示例罚〔2026〕1号",
    "decided_on": "2026-03-02",
    "facts": "示例事实。",
}


def read(**cells: str) -> Reading:
    columns = {name: name for name in FIELDS}
    party = Party("云澜市测试商贸有限公司")
    found = Cells(RIGHT | cells, columns)
    return penalties.read(2, party, found, Classes(classes()))


@pytest.mark.parametrize(
    ("kinds", "fine", "severity"),
    [
        pytest.param("警告", "", "MINOR", id="a warning"),
        pytest.param("通报批评", "", "MINOR", id="public criticism"),
        pytest.param("罚款", "0.0001", "MINOR", id="one yuan"),
        pytest.param("罚款", "9.999999", "MINOR", id="a cent below 100,000"),
        pytest.param("罚款", "10", "GENERAL", id="100,000 yuan"),
        pytest.param("罚款", "99.999999", "GENERAL", id="a cent below a million"),
        pytest.param("罚款", "100", "SERIOUS", id="a million"),
        pytest.param("没收违法所得、没收非法财物", "", "GENERAL", id="confiscation"),
        pytest.param("暂扣许可证件", "", "SERIOUS", id="a permit suspended"),
        pytest.param("暂扣或者吊销许可证、执照", "", "", id="a kind nobody knows in it"),
        pytest.param("降低资质等级", "", "SERIOUS", id="a lower qualification"),
        pytest.param("责令停产停业", "", "SERIOUS", id="stopped"),
        pytest.param("责令关闭", "", "SERIOUS", id="closed"),
        pytest.param("限制开展生产经营活动", "", "SERIOUS", id="limited"),
        pytest.param("限制从业", "", "SERIOUS", id="banned"),
        pytest.param("警告、罚款", "2", "MINOR", id="two minor ones"),
        pytest.param("警告；罚款", "20", "GENERAL", id="the gravest of two"),
        pytest.param("罚款,吊销许可证件", "2", "SERIOUS", id="the kind beats the fine"),
        pytest.param("罚款 没收违法所得", "150", "SERIOUS", id="the fine beats the kind"),
    ],
)
def test_the_gravest_kind_decides_the_list(kinds: str, fine: str, severity: str) -> None:
    reading = read(penalty_kind=kinds, fine=fine)

    assert reading.list_code == (f"REG_PENALTY_{severity}" if severity else "")
    assert bool(reading.reasons) == (not severity)


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        pytest.param({}, [], id="all right"),
        pytest.param({"decision_no": ""}, ["no_value"], id="no number"),
        pytest.param({"decided_on": "无"}, ["no_value"], id="no day"),
        pytest.param({"decided_on": "2026-02-30"}, ["bad_day"], id="a day there is not"),
        pytest.param({"penalty_kind": "", "fine": ""}, ["no_value"], id="no kind"),
        pytest.param({"penalty_kind": "其他"}, ["unknown_kind"], id="another kind"),
        pytest.param({"penalty_kind": "行政拘留"}, ["unknown_kind"], id="of persons only"),
        pytest.param({"fine": ""}, ["no_fine"], id="a fine without amount"),
        pytest.param({"fine": "0"}, ["no_fine"], id="a fine of nothing"),
        pytest.param({"fine": "二十"}, ["bad_amount"], id="an amount in words"),
        pytest.param({"fine": "-1"}, ["bad_amount"], id="below nothing"),
        pytest.param({"fine": "0.0000001"}, ["bad_amount"], id="finer than a cent"),
        pytest.param(
            {"penalty_kind": "警告"}, ["fine_not_named"], id="an amount without a fine"
        ),
        pytest.param({"noticed_on": "2026-03-03"}, ["notice_late"], id="told after"),
        pytest.param({"state": "异议"}, ["disputed"], id="objected to"),
        pytest.param({"state": "3"}, ["unknown_status"], id="another state"),
        pytest.param({"ground": "甲" * 301}, ["long_field"], id="a ground too long"),
        pytest.param(
            {"decided_on": "", "fine": "x", "facts": ""},
            ["bad_amount", "no_value", "no_value"],
            id="every reason at once",
        ),
    ],
)
def test_every_reason_is_said(cells: dict[str, str], reasons: list[str]) -> None:
    assert [code for code, _detail in read(**cells).reasons] == reasons


def test_the_record_in_our_words() -> None:
    reading = read(
        penalty_kind="罚款、没收违法所得",
        fine="20.5",
        confiscated="1,234.5678",
        content="罚款，没收违法所得",
        ground="示例行为",
        basis="《示例法》第一条",
        noticed_on="2026/2/20",
        display_until="2027-03-02",
    )

    assert reading.amount == Decimal("205000.00")
    assert reading.details == {
        "penalty_kind": "罚款、没收违法所得",
        "content": "罚款，没收违法所得",
        "confiscated": "12345678.00",
    }
    assert reading.ground == "示例行为"
    assert reading.facts == "示例事实。\n处罚依据：《示例法》第一条"
    assert reading.decision.decided_on == date(2026, 3, 2)
    assert reading.decision.noticed_on == date(2026, 2, 20)
    assert reading.printed_end == date(2027, 3, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2026-03-01", date(2026, 3, 1), id="ISO"),
        pytest.param("2026/3/1", date(2026, 3, 1), id="slashes"),
        pytest.param("2026年3月1日", date(2026, 3, 1), id="in Chinese"),
        pytest.param("20260301", date(2026, 3, 1), id="eight digits"),
        pytest.param("２０２６－０３－０１", date(2026, 3, 1), id="wide"),
        pytest.param("2026-03-01 00:00:00", date(2026, 3, 1), id="with a time"),
        pytest.param("2024-02-29", date(2024, 2, 29), id="a leap day"),
        pytest.param("2026-02-29", None, id="no leap day"),
        pytest.param("01/03/2026", None, id="the day first"),
        pytest.param("2026", None, id="a year"),
        pytest.param("9999-12-31", None, id="no real day"),
    ],
)
def test_a_day(text: str, day: date | None) -> None:
    assert day_in(text) == day


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        pytest.param("0.2", "2000.00", id="a fifth"),
        pytest.param("0.000001", "0.01", id="a cent"),
        pytest.param("１２．５", "125000.00", id="wide"),
        pytest.param("12.5万元", "125000.00", id="with its unit"),
        pytest.param("1e3", None, id="an exponent"),
        pytest.param("NaN", None, id="no number"),
        pytest.param("10000000000", None, id="too much"),
        pytest.param("9" * 60, None, id="far too much"),
    ],
)
def test_an_amount(text: str, yuan: str | None) -> None:
    assert amount_in(text) == (None if yuan is None else Decimal(yuan))


YEAR = read_duration("P1Y")


@pytest.mark.parametrize(
    ("printed", "term"),
    [
        pytest.param(None, None, id="nothing printed"),
        pytest.param(date(2027, 3, 2), None, id="as the rule says"),
        pytest.param(date(2029, 3, 2), None, id="later: the rule counts"),
        pytest.param(date(2026, 6, 2), Duration(3, Unit.MONTHS), id="three months"),
        pytest.param(date(2026, 6, 1), Duration(3, Unit.MONTHS), id="the day before"),
    ],
)
def test_an_end_that_the_file_prints(printed: date | None, term: Duration | None) -> None:
    assert shortened(printed, date(2026, 3, 2), YEAR) == term


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(date(2026, 6, 3), id="a day more"),
        pytest.param(date(2026, 3, 2), id="the same day"),
        pytest.param(date(2025, 3, 2), id="before"),
    ],
)
def test_an_odd_end_is_no_term(printed: date) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        shortened(printed, date(2026, 3, 2), YEAR)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        pytest.param("甲某（990000198002290028）", True, id="of no division there is"),
        pytest.param("81000019800229002X", True, id="a resident from Hong Kong"),
        pytest.param("990000198002290029", False, id="a wrong check digit"),
        pytest.param("990000198102290033", False, id="29 February of a common year"),
        pytest.param("91990000400000018C", False, id="an organisation"),
    ],
)
def test_a_number_of_a_person_is_told_wherever_it_was_given(
    text: str, is_told: bool
) -> None:
    assert names_person(text) == is_told
