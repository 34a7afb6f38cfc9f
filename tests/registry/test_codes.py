"""Numbers of organisations, against the standards' own examples and sums."""

import pytest

from registry import codes
from registry.codes import Code
from tests.factories import make_uscc

# The example of GB 32100-2015.
EXAMPLE = "91350100M000100Y43"
REG15 = "990000000000242"
# Registration department and category; the letters are rare.
DEPARTMENTS = ("11", "12", "31", "51", "61", "91", "92", "93", "A1", "N2", "N9", "Y1")
# The example of GB 11643; then one of the old form, which fails as REG15.
PERSON = "11010519491231002X"
PERSON_15 = "110105491231003"

SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def sealed(body: str) -> str:
    """17 characters and their check character, by the table printed in GB 32100-2015."""
    total = sum(
        SYMBOLS.index(symbol) * weight for symbol, weight in zip(body, WEIGHTS, strict=True)
    )
    return body + SYMBOLS[(31 - total % 31) % 31]


def organisation(body: str) -> str:
    """Eight characters and their check digit, by GB 11714."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, ORG_WEIGHTS, strict=True))
    return body + "0123456789X0"[11 - total % 11]


def issued(department: str, body: str = "MA0TERT1") -> str:
    return sealed(f"{department}990000{organisation(body)}")


def reg15(body: str) -> str:
    """Digits and their check digit, by ISO 7064 MOD 11,10 as GS15-2006 writes it out."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return f"{body}{(11 - product) % 10}"


def test_the_oracles_know_the_examples() -> None:
    assert sealed(EXAMPLE[:17]) == EXAMPLE
    assert organisation("M000100Y") == "M000100Y4"
    # The example of ISO 7064.
    assert reg15("0794") == "07945"
    assert reg15(REG15[:14]) == REG15


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(EXAMPLE, id="the standard's example"),
        *(
            pytest.param(issued(department), id=f"department {department}")
            for department in DEPARTMENTS
        ),
        pytest.param(issued("91", "00000002"), id="organisation digit 0 to 9"),
        pytest.param(issued("91", "00000006"), id="organisation digit X"),
    ],
)
def test_a_valid_uscc(value: str) -> None:
    assert codes.read(value) == Code("uscc", value)


def test_every_single_wrong_digit_is_seen() -> None:
    wrong = [
        f"{EXAMPLE[:place]}{symbol}{EXAMPLE[place + 1 :]}"
        for place in range(18)
        for symbol in SYMBOLS
        if symbol != EXAMPLE[place]
    ]

    assert len(wrong) == 18 * 30
    assert all(codes.uscc_flaw(value) for value in wrong)


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        pytest.param("91350100M000100Y44", "check_digit", id="wrong check digit"),
        pytest.param("91350010M000100Y43", "check_digit", id="two digits changed places"),
        pytest.param(
            sealed("91350100M000100Y5"), "org_digit", id="wrong organisation digit"
        ),
        pytest.param(
            sealed("9135010AM000100Y4"), "check_digit", id="letter in the division"
        ),
        *(
            pytest.param(f"91350100M000100{letter}43", "characters", id=f"letter {letter}")
            for letter in "IOSVZ"
        ),
        pytest.param("91350100M000100测43", "characters", id="a Chinese character"),
    ],
)
def test_what_is_wrong_with_18_characters(value: str, flaw: str) -> None:
    assert codes.read(value) == Code("uscc", value, flaw)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(EXAMPLE.lower(), id="lower case"),
        pytest.param("９１３５０１００Ｍ０００１００Ｙ４３", id="full width"),
        pytest.param("９１３５０１００ｍ０００１００ｙ４３", id="full width, lower case"),
        pytest.param(f" {EXAMPLE}\t", id="blanks around"),
        pytest.param("91350100 M000100Y 43", id="blanks inside"),
        pytest.param("9135\u30000100M000\u00a0100Y43", id="Chinese and hard blanks"),
        pytest.param("91-350100-M000100Y4-3", id="hyphens"),
        pytest.param("91350100–M000100Y—43", id="dashes"),
        pytest.param("91350100－M000100Y43", id="full-width hyphen"),
    ],
)
def test_a_number_as_people_write_it(text: str) -> None:
    assert codes.read(text) == Code("uscc", EXAMPLE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(REG15, Code("reg15", REG15), id="valid"),
        pytest.param(
            reg15("51019960123456"), Code("reg15", reg15("51019960123456")), id="2"
        ),
        pytest.param(
            "990000000000243",
            Code("reg15", "990000000000243", "check_digit"),
            id="wrong check digit",
        ),
        pytest.param(
            "9900001000026", Code("other", "9900001000026", "unknown_form"), id="13 digits"
        ),
        pytest.param(
            "99000000000024A",
            Code("other", "99000000000024A", "unknown_form"),
            id="15 with a letter",
        ),
        pytest.param(EXAMPLE[:17], Code("other", EXAMPLE[:17], "unknown_form"), id="17"),
        pytest.param("9" * 99, Code("other", "9" * 40, "unknown_form"), id="far too long"),
    ],
)
def test_older_numbers(text: str, code: Code) -> None:
    assert codes.read(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "  ", "-", "--", "N/A", "n/a", "Ｎ／Ａ", "NULL", "None", "无", "暂无", "不详"],
)
def test_what_registers_write_where_there_is_none(text: str) -> None:
    assert codes.read(text) is None


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        pytest.param(PERSON, True, id="18 characters"),
        pytest.param(PERSON.lower(), True, id="18 with a small x"),
        pytest.param("１１０１０５１９４９１２３１００２Ｘ", True, id="18 in full width"),
        pytest.param("110105 19491231 002X", True, id="18 with blanks"),
        pytest.param(PERSON_15, True, id="15 digits"),
        pytest.param("110105491331003", False, id="15 digits without a day of birth"),
        pytest.param("110105194912310021", False, id="18 with a wrong check digit"),
        pytest.param(EXAMPLE, False, id="a USCC"),
        pytest.param(REG15, False, id="a registration number"),
        pytest.param("9900001000026", False, id="13 digits"),
        # 413 of the 2,473 valid ones in the public files read so.
        pytest.param(
            reg15("99000000011025"), False, id="a registration number that reads as a day"
        ),
    ],
)
def test_numbers_of_persons_are_recognised(text: str, *, personal: bool) -> None:
    code = codes.read(text)

    assert code
    assert codes.is_personal(code, "蜀州无名测试有限公司") is personal
    assert not (personal and code.valid)


@pytest.mark.parametrize(
    ("name", "personal"), [("某某示例", True), ("无名测试店", False)], ids=["4", "5"]
)
def test_a_number_that_may_be_either_is_decided_by_the_length_of_the_name(
    name: str, *, personal: bool
) -> None:
    code = codes.read(reg15("99000000011025"))

    assert code
    assert code.valid
    assert codes.is_personal(code, name) is personal


@pytest.mark.parametrize(
    ("text", "division"),
    [
        pytest.param(EXAMPLE, "350100", id="uscc"),
        pytest.param(REG15, "990000", id="reg15"),
        pytest.param("91350100M000100Y44", "", id="a wrong number says nothing"),
        pytest.param("9900001000026", "", id="13 digits"),
        pytest.param("N/A", "", id="none"),
    ],
)
def test_the_division_of_a_number(text: str, division: str) -> None:
    assert codes.division(codes.read(text)) == division


@pytest.mark.parametrize("serial", [1, 2, 10, 12_345_678])
def test_the_numbers_of_the_factories_are_valid(serial: int) -> None:
    assert make_uscc(serial) == issued("91", f"{serial:08d}")
