"""What one row of a registration file says."""

from datetime import date
from typing import Any

import pytest

from registry.codes import Code
from registry.intake.errors import IntakeError
from registry.intake.registration import Refusal, RegistrationReader, Row, day_in, kind_of
from tests.factories import make_uscc
from tests.samples.registrations import HEADER, PERSONAL, row

pytestmark = pytest.mark.django_db
# A number of no division, so that only what the row says can tell the region.
CODE = make_uscc()


def read(values: list[str], header: tuple[str, ...] = HEADER) -> Row | Refusal:
    return RegistrationReader(header).read(7, values)


def understood(**cells: str) -> Row:
    result = read(row(**cells))
    assert isinstance(result, Row)
    return result


def refused(values: list[str]) -> Refusal:
    result = read(values)
    assert isinstance(result, Refusal)
    assert result.number == 7
    return result


def test_a_clean_row() -> None:
    result = understood()

    assert (result.number, result.code, result.findings) == (7, Code("uscc", CODE), [])
    assert result.facts._asdict() == {
        "name": "蜀州澄川测试有限公司",
        "name_key": "蜀州澄川测试有限公司",
        "kind": "enterprise",
        "region_id": "510100",
        "status": "unknown",
        "registered_on": date(2011, 3, 5),
        "company_type": "有限责任公司",
        "capital": "100.0000(万)",
        "scope": "测试器材的批发、零售。",
        "address": "测试路1号",
    }


def test_columns_go_by_their_title() -> None:
    header = ("登记状态", "统一社会信用代码", "无关", "主体名称", "成立日期")
    result = read(["注销（简易）", CODE, "x", "蜀州测试", "2011/03/05"], header)

    assert isinstance(result, Row)
    facts = result.facts
    assert (facts.name, facts.status, facts.registered_on) == (
        "蜀州测试",
        "cancelled",
        date(2011, 3, 5),
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("存续（在营、开业、在册）", "in_operation"),
        ("在业", "in_operation"),
        ("开业", "in_operation"),
        ("注销", "cancelled"),
        ("吊销，未注销", "revoked"),
        ("迁出", "moved_out"),
        ("", "unknown"),
        ("其他", "unknown"),
    ],
)
def test_status(text: str, status: str) -> None:
    result = read(["蜀州测试", CODE, text], ("企业名称", "统一社会信用代码", "登记状态"))

    assert isinstance(result, Row)
    assert result.facts.status == status


@pytest.mark.parametrize("missing", ["N/A", "n/a", "-", "", " ", "无", "NULL"])
@pytest.mark.parametrize(
    ("title", "fact"),
    [("企业类型", "company_type"), ("注册资金", "capital"), ("注册地址", "address")],
)
def test_what_says_nothing_is_empty(missing: str, title: str, fact: str) -> None:
    assert getattr(understood(**{title: missing}).facts, fact) == ""


# --- Regions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("province", "city", "region"),
    [
        pytest.param("四川", "资阳", "512000", id="short names"),
        pytest.param("四川省", "资阳市", "512000", id="full names"),
        pytest.param("四川", "凉山", "513400", id="autonomous prefecture"),
        pytest.param("重庆", "重庆", "500000", id="municipality"),
        pytest.param("北京", "北京", "110000", id="capital"),
        pytest.param("内蒙古", "呼和浩特", "150100", id="autonomous region"),
        pytest.param("吉林", "吉林", "220200", id="a city called as its province"),
        pytest.param("四川", "澄川新区", "510000", id="unknown city"),
        pytest.param("四川", "广州", "510000", id="a city of another province"),
        pytest.param("四川", "N/A", "510000", id="no city"),
        pytest.param("N/A", "成都", None, id="no province"),
        pytest.param("N/A", "N/A", None, id="nothing"),
    ],
)
def test_region(province: str, city: str, region: str | None) -> None:
    result = understood(所在省份=province, 地区=city)

    assert result.facts.region_id == region
    assert result.findings == ([] if region else ["unknown_region"])


# The standard's example number, issued in Fuzhou.
FUZHOU = "91350100M000100Y43"


@pytest.mark.parametrize(
    ("province", "city", "region"),
    [
        pytest.param("福建", "马尾新区", "350100", id="an unknown city gives way to it"),
        pytest.param("福建", "厦门", "350200", id="a known city does not"),
        pytest.param("N/A", "N/A", "350100", id="it stands alone"),
        pytest.param("四川", "澄川新区", "510000", id="not for another province"),
    ],
)
def test_the_division_in_the_number(province: str, city: str, region: str) -> None:
    result = understood(code=FUZHOU, 所在省份=province, 地区=city)

    assert result.facts.region_id == region


# --- Kinds and days ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "company_type", "kind"),
    [
        ("91", "", "enterprise"),
        ("91", "个体工商户", "enterprise"),
        ("92", "", "individual_business"),
        ("93", "", "cooperative"),
        ("11", "", "public_body"),
        ("12", "", "public_body"),
        ("51", "", "social_organisation"),
        ("52", "", "social_organisation"),
        ("N2", "", "other"),
        ("N2", "农民专业合作社", "cooperative"),
        ("31", "其他", "enterprise"),
    ],
)
def test_kind_by_number(head: str, company_type: str, kind: str) -> None:
    assert kind_of(Code("uscc", f"{head}990000000000000"), company_type) == kind


@pytest.mark.parametrize(
    ("code", "company_type", "kind"),
    [
        pytest.param(None, "个体工商户", "individual_business", id="by type"),
        pytest.param(None, "农民专业合作社", "cooperative", id="cooperative by type"),
        pytest.param(None, "有限责任公司", "enterprise", id="any other type"),
        pytest.param(None, "", "other", id="nothing known"),
        pytest.param(
            Code("reg15", "990000600000001"), "", "individual_business", id="reg15"
        ),
        pytest.param(Code("reg15", "990000000000242"), "", "enterprise", id="reg15, 0"),
        pytest.param(
            Code("reg15", "990000600000001", "check_digit"), "", "other", id="wrong reg15"
        ),
    ],
)
def test_kind_without_uscc(code: Code | None, company_type: str, kind: str) -> None:
    assert kind_of(code, company_type) == kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2011-03-05", date(2011, 3, 5)),
        ("2011/03/05", date(2011, 3, 5)),
        ("2011-03-05 00:00:00", date(2011, 3, 5)),
        ("1949-10-01", date(1949, 10, 1)),
        ("2012-02-29", date(2012, 2, 29)),
        ("2011-02-29", None),
        ("2011-13-01", None),
        ("05.03.2011", None),
        ("2011年3月5日", None),
        ("0000-00-00", None),
        ("四川", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert day_in(text) == day


def test_a_day_that_is_none_is_said() -> None:
    assert understood(注册日期="2011-02-30").findings == ["wrong_date"]
    assert understood(注册日期="N/A").findings == []


# --- Refusals and reservations ----------------------------------------------------------


def about(**cells: str) -> dict[str, str]:
    return {"name": "蜀州澄川测试有限公司", "number": CODE} | cells


@pytest.mark.parametrize(
    ("values", "code", "said"),
    [
        pytest.param(
            row()[:8],
            "columns",
            {"name": "蜀州澄川测试有限公司", "detail": "8/9"},
            id="8 columns",
        ),
        pytest.param(
            [*row(), ""],
            "columns",
            {"name": "蜀州澄川测试有限公司", "detail": "10/9"},
            id="10 columns",
        ),
        pytest.param(row(" "), "no_name", {"name": "", "number": CODE}, id="no name"),
        pytest.param(
            row("（—）"), "no_name", {"name": "（—）", "number": CODE}, id="marks"
        ),
        pytest.param(
            row(经营范围="测\ufffd试"), "encoding", about(), id="a character that was lost"
        ),
        pytest.param(
            row("测" * 201),
            "long_field",
            {"name": "测" * 200, "number": CODE, "detail": "企业名称"},
            id="a name too long",
        ),
        pytest.param(
            row("㌔" * 150),
            "long_field",
            {"name": "㌔" * 150, "number": CODE, "detail": "企业名称"},
            id="a name too long when folded",
        ),
        *(
            pytest.param(
                row(**{title: "测" * (most + 1)}),
                "long_field",
                about(detail=title),
                id=f"{title} too long",
            )
            for title, most in (("企业类型", 100), ("注册资金", 100), ("注册地址", 300))
        ),
    ],
)
def test_what_is_refused(values: list[str], code: str, said: dict[str, str]) -> None:
    assert refused(values)[1:] == (code, said)


@pytest.mark.parametrize("title", ["企业类型", "注册地址"])
def test_as_long_as_allowed_is_taken(title: str) -> None:
    most = {"企业类型": 100, "注册地址": 300}[title]

    assert understood(name="测" * 200, **{title: "测" * most}).findings == []


@pytest.mark.parametrize("number", PERSONAL[:2], ids=["18", "15"])
def test_of_a_person_nothing_is_kept(number: str) -> None:
    assert refused(row("某某示例人", number)) == (7, "personal_number", {})


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("N/A", "no_code"),
        ("9900001000026", "wrong_code"),
        (f"{CODE[:17]}I", "wrong_code"),
    ],
)
def test_a_doubtful_number_is_flagged(code: str, finding: str) -> None:
    assert understood(code=code).findings == [finding]


def test_of_a_shifted_row_only_what_is_sure_is_taken() -> None:
    result = understood(
        企业类型="乙某某", 所在省份="甲某某", 地区="四川", 注册地址="丙某某"
    )

    kept: dict[str, Any] = {
        "name": "蜀州澄川测试有限公司",
        "registered_on": date(2011, 3, 5),
    }
    assert {key: getattr(result.facts, key) for key in kept} == kept
    assert set(result.facts[5:]) == {date(2011, 3, 5), ""}
    assert result.facts.region_id is None
    assert result.findings == ["shifted", "unknown_region"]


@pytest.mark.parametrize("header", [("企业名称",), ("统一社会信用代码",), ("a", "b")])
def test_a_header_without_name_or_number_is_refused(header: tuple[str, ...]) -> None:
    with pytest.raises(IntakeError, match="表头缺少"):
        RegistrationReader(header)
