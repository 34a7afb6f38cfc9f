"""What a visitor comes for, in both languages, on a phone and at a desk."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.demo.fictitious import EXAMPLES
from portal.demo.party import with_wrong_check_digit
from registry.sections import SECTIONS
from tests.browser.conftest import Watch
from tests.browser.reading import (
    HEIGHT,
    MOST_TABS,
    WIDTHS,
    Language,
    ask,
    both_languages,
    box,
    follow_result,
    visit,
)
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PART, PINYIN, CODE = EXAMPLES
NAME = "澄川机电设备有限公司"
MERGED = "澄川机电设备公司"
# The sections of its page that hold a record in the demo.
FILLED = {"permits", "honour", "commitments"}
# One brand, two organisations.
NAMESAKES = {"霁禾食品股份有限公司": "麦浦区", "霁禾食品有限公司": "芦汀区"}
NOBODY = UUID(int=0)

both_widths = pytest.mark.parametrize("width", WIDTHS)
every_way = pytest.mark.parametrize(
    "typed", [PART, CODE, PINYIN], ids=["part", "code", "pinyin"]
)


@pytest.fixture
def page(page: Page, request: pytest.FixtureRequest) -> Page:
    """As wide as the test is told; a phone otherwise."""
    callspec = getattr(request.node, "callspec", None)
    width = callspec.params.get("width", WIDTHS[0]) if callspec else WIDTHS[0]
    page.set_viewport_size({"width": width, "height": HEIGHT})
    return page


def path_of(register: Stack, language: Language, name: str) -> str:
    query = "SELECT public_id FROM registry_entity WHERE name = %s"
    ((public_id,),) = register.query(query, name)
    return f"{language.home}entities/{public_id}/"


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"the Tab key does not reach {target}")


def in_one_sentence(page: Page, language: Language, sentence: str) -> None:
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_have_text(language.says(sentence))


# --- Finding ----------------------------------------------------------------------------


@both_widths
@both_languages
@every_way
def test_a_company_is_found_and_opened(
    page: Page, language: Language, width: int, typed: str
) -> None:
    visit(page, language.home)

    ask(page, typed)
    follow_result(page, NAME)

    assert urlsplit(page.url).path.startswith(f"{language.home}entities/")
    expect(page.locator("h1 + .details .code")).to_have_text(CODE)
    expect(page.locator("#registration")).to_contain_text(NAME)
    for section in SECTIONS:
        part = page.locator(f"#{section.key}")
        expect(part.get_by_role("heading").first).not_to_be_empty()
        if section.key in FILLED:
            expect(part.get_by_role("article").first).to_be_visible()
        else:
            expect(part).to_contain_text(language.says("今天没有公示中的记录。"))


@both_widths
@both_languages
def test_the_keyboard_is_enough(page: Page, language: Language, width: int) -> None:
    visit(page, language.home)

    tab_to(page, box(page))
    page.keyboard.insert_text(PART)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    first = page.locator(".result a").first
    tab_to(page, first)
    expect(first).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


@both_widths
@both_languages
@every_way
def test_no_script_is_needed(
    open_at: Callable[..., Page], language: Language, width: int, typed: str
) -> None:
    page = open_at(width, java_script_enabled=False)
    visit(page, language.home)

    ask(page, typed)
    follow_result(page, NAME)

    expect(page.locator("h1 + .details .code")).to_have_text(CODE)


@both_widths
@both_languages
def test_namesakes_are_told_apart(page: Page, language: Language, width: int) -> None:
    visit(page, language.home)

    ask(page, "霁禾食品")

    notice = language.says("同名不等于同一主体，请核对代码和地区。")
    expect(page.get_by_text(notice)).to_be_visible()
    codes = set()
    for name, region in NAMESAKES.items():
        link = page.get_by_role("link", name=name, exact=True)
        row = page.locator(".result").filter(has=link)
        expect(row.locator(".details")).to_contain_text(region)
        expect(row.locator(".code")).to_be_visible()
        codes.add(row.locator(".code").inner_text())
    assert len(codes) == len(NAMESAKES)
    assert all(len(code) == 18 for code in codes)


@both_widths
@both_languages
def test_the_language_changes_on_the_same_page(
    page: Page, language: Language, width: int
) -> None:
    other = language.other
    visit(page, f"{language.home}search/?q={quote(PART)}")
    switch = page.locator(".site-nav").get_by_role("link").last

    switch.click()
    page.wait_for_url(f"**{other.home}search/?q={quote(PART)}")
    expect(page.locator("html")).to_have_attribute("lang", other.tag)
    follow_result(page, NAME)
    here = urlsplit(page.url).path
    switch.click()

    page.wait_for_url(f"**{language.home}{here.removeprefix(other.home)}")
    expect(page.locator("html")).to_have_attribute("lang", language.tag)
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


@both_widths
@both_languages
def test_the_skip_link_leads_to_the_content(
    page: Page, language: Language, width: int
) -> None:
    visit(page, language.home)
    skip = page.get_by_role("link", name=language.says("跳到正文"))
    expect(skip).not_to_be_in_viewport()

    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(box(page)).to_be_focused()


@both_languages
def test_a_merged_record_leads_to_the_one_that_is_kept(
    page: Page, register: Stack, language: Language, watch: Watch
) -> None:
    response = visit(page, path_of(register, language, MERGED))

    assert response.status == 200
    assert [page.status for page in watch.pages] == [301, 200]
    assert urlsplit(page.url).path == path_of(register, language, NAME)
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


# --- What does not work, and what the page says then ------------------------------------


@both_widths
@both_languages
def test_a_wrong_digit_gets_advice(page: Page, language: Language, width: int) -> None:
    wrong = with_wrong_check_digit(CODE)
    visit(page, language.home)

    ask(page, wrong.lower())

    advice = language.says("%(code)s 不是有效的编号（%(flaw)s）。请逐位核对。")
    flaw = language.says("校验码不符")
    notice = page.locator(".notice")
    expect(notice).to_contain_text(advice % {"code": wrong, "flaw": flaw})
    expect(box(page)).to_have_value(wrong.lower())

    # The number that was meant is one touch away.
    notice.get_by_role("link").click()
    expect(box(page)).to_have_value(CODE)
    expect(page.locator(".result")).to_have_count(1)


@both_widths
@both_languages
def test_too_short_a_question_gets_its_sentence(
    page: Page, language: Language, width: int, watch: Watch
) -> None:
    visit(page, language.home)

    ask(page, "澄")

    in_one_sentence(page, language, "请至少输入两个字、两个字母或两位数字。")
    assert [page.status for page in watch.pages] == [200, 400]
    expect(box(page)).to_have_value("澄")


@both_languages
def test_too_long_a_question_gets_its_sentence(page: Page, language: Language) -> None:
    response = visit(page, f"{language.home}search/?q={quote('澄' * 401)}")

    assert response.status == 400
    sentence = language.says("内容过长。请输入不超过 %(longest)d 个字的名称或编号。")
    expect(page.get_by_role("alert")).to_have_text(sentence % {"longest": 64})


@both_languages
def test_ten_thousand_characters_are_refused(page: Page, language: Language) -> None:
    """By the web server already: no address may be that long."""
    response = visit(page, f"{language.home}search/?q={'x' * 10_000}")

    # 414 is its name for it.
    assert response.status in {400, 414}
    expect(page.get_by_role("heading")).to_have_count(1)


@both_languages
def test_a_control_character_gets_its_sentence(page: Page, language: Language) -> None:
    response = visit(page, f"{language.home}search/?q=%E6%BE%84%00%E5%B7%9D")

    assert response.status == 400
    in_one_sentence(page, language, "含有无法检索的控制字符。请删去后重新输入名称或编号。")


@both_widths
@both_languages
def test_an_unknown_address_helps_on(page: Page, language: Language, width: int) -> None:
    response = visit(page, f"{language.home}entities/{NOBODY}/")

    assert response.status == 404
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(language.says("没有这一页"))
    ask(page, CODE)
    follow_result(page, NAME)
