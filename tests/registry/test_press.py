"""A sheet becomes a PDF: what is in it, what cannot get into it, and what it may cost."""

from datetime import date

import pytest
from django.utils import translation

from registry.letters import PressError, Sheet, glyphs, press, printed, sheet
from registry.letters.sheet import Block, Head
from tests.pdf import Pdf

HEAD = Head(
    "事先告知书",
    "拟列入“示例名单”",
    "测试市市场监督管理局",
    "测〔2026〕1号",
    date(2026, 3, 16),
)
NOTE = "〓表示字库没有的字，括号内是它的统一码。请对照证件用手写补正。"


def letter(*blocks: Block | None) -> Sheet:
    return sheet.sheet(HEAD, blocks)


@pytest.fixture(scope="module")
def pdf() -> Pdf:
    """A letter with every kind of block."""
    return Pdf(
        printed(
            letter(
                sheet.address("某公司："),
                sheet.rows(("名单", "示例名单"), ("空", "")),
                sheet.heading("一、认定的事实"),
                sheet.text("第一段。\n\n第二段 office。"),
                sheet.items(["甲", "乙"]),
                sheet.code('<svg xmlns="http://www.w3.org/2000/svg"/>', "码", "看这里"),
                sheet.signature("测试市市场监督管理局", "2026年3月16日"),
                *sheet.new_page("送达回证"),
                sheet.form(("文书", "告知书"), ("签名", "")),
                sheet.table((1, 1), ("送达", "截止"), (("周一", "周五"),)),
            ),
        )
    )


# --- What is in it -----------------------------------------------------------------------


def test_its_words_can_be_copied_in_order(pdf: Pdf) -> None:
    foot = "测试市市场监督管理局测〔2026〕1号"

    assert pdf.pages == [
        "测试市市场监督管理局事先告知书拟列入“示例名单”测〔2026〕1号某公司：名单示例名单"
        "一、认定的事实第一段。第二段office。（1）甲（2）乙看这里"
        f"测试市市场监督管理局2026年3月16日{foot}第1页，共2页",
        f"送达回证文书告知书签名送达截止周一周五{foot}第2页，共2页",
    ]


def test_it_holds_the_faces_it_is_set_in(pdf: Pdf) -> None:
    assert pdf.fonts == {"NotoSansSC-Regular", "NotoSerifSC-Regular"}


def test_it_says_its_title_and_language_and_is_tagged(pdf: Pdf) -> None:
    assert pdf.title == "事先告知书 拟列入“示例名单”"
    assert pdf.language == "zh-CN"
    assert pdf.find(rb"/MarkInfo<<[^>]*/Marked true")
    assert len(pdf.find(rb"/S/H1/")) == 2
    assert len(pdf.find(rb"/S/H2/")) == 1


def test_in_english_it_says_so() -> None:
    with translation.override("en"):
        made = Pdf(printed(letter(sheet.text("Words."))))

    assert made.language == "en"
    assert made.text.endswith("Page1of1")


def test_the_same_letter_has_the_same_bytes() -> None:
    said = letter(sheet.text("示例。"))

    assert printed(said) == printed(said)


# --- What cannot get into it -------------------------------------------------------------


def test_markup_is_text() -> None:
    typed = '#read("/etc/passwd") #sys.inputs *b* _i_ $x^2$ @ref <label> `c` \\u{41} // c'

    made = Pdf(printed(letter(sheet.text(typed, "= h", "- l"))))

    for words in (typed, "= h", "- l"):
        assert words.replace(" ", "") in made.text
    assert "root:" not in made.text


def test_what_the_fonts_lack_is_seen_to_be_missing() -> None:
    typed = "𠮷野 😀 \u0645 \ud800 葛\U000e0100城 左\u202e右 一\u200b二\x07三"

    made = Pdf(printed(letter(sheet.text(typed))))

    assert "〓（U+20BB7）野〓（U+1F600）〓（U+0645）〓（U+D800）葛城左右一二三" in made.text
    assert NOTE in made.text


def test_where_nothing_is_missing_nothing_is_said_of_it(pdf: Pdf) -> None:
    assert "〓" not in pdf.text


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        pytest.param("䶮", "䶮", id="rare, but there"),
        pytest.param("é", "é", id="composed"),
        pytest.param("\u202e", "", id="turns the direction"),
        pytest.param("\ufe0f", "", id="asks for another shape"),
        pytest.param("\x00", " ", id="no character"),
        pytest.param("\ue000", "〓（U+E000）", id="private"),
    ],
)
def test_a_character(one: str, shown: str) -> None:
    assert glyphs.printable(one) == shown


def test_decomposed_letters_are_put_together() -> None:
    assert glyphs.printable("e\u0301") == "é"


# --- What it may cost --------------------------------------------------------------------


def test_a_word_without_end_stays_on_the_paper() -> None:
    """A line holds some 45 capitals: what did not break would be one line of 4,000."""
    made = Pdf(printed(letter(sheet.address("A" * 4000 + "："))))

    assert made.text.count("A") == 4000
    assert len(made.pages) > 1


def test_what_is_too_long_is_refused_before_it_is_set() -> None:
    with pytest.raises(PressError, match="内容太长或者无法排版，文书没有生成"):
        printed(letter(sheet.text("长" * press.MOST_CHARACTERS)))


def test_what_cannot_be_set_makes_no_letter() -> None:
    """A picture that is none: the process says nothing of the letter and gives nothing."""
    with pytest.raises(PressError):
        printed(letter(sheet.code("<not a picture", "码", "甲某")))
