"""What citizens come for, each of it three ways: as most do, without script, by keys alone.

The ways share the languages and the widths out among them.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.demo.cases.people import EXAMPLE
from portal.demo.fictitious import EXAMPLES
from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.reading import CHINESE, ENGLISH, WIDTHS, Language, visit
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
PART, PINYIN, CODE = EXAMPLES
NAME = "澄川机电设备有限公司"
NAMESAKES = {"霁禾食品股份有限公司": "麦浦区", "霁禾食品有限公司": "芦汀区"}
LIST = "SAMR_ABNORMAL"
# In serious breach, and what it can do about it is open to it today.
TROUBLED = """
SELECT e.name, i.value, l.decision_no FROM registry_listing l
JOIN registry_listtype t ON t.code = l.list_type_id
JOIN registry_entity e ON e.id = l.entity_id
JOIN registry_identifier i ON i.entity_id = e.id AND i.kind = 'uscc'
WHERE t.code = 'SAMR_SERIOUS' AND l.released_at IS NOT NULL AND l.ended_at IS NULL
  AND l.held_since IS NULL AND l.repairable_from <= now()::date
  AND l.displayed_from <= now()::date AND l.displayed_until > now()::date + 30
  AND NOT EXISTS (SELECT 1 FROM repair_application a WHERE a.listing_id = l.id)
ORDER BY l.id LIMIT 1
"""
GRANTED = """
SELECT number, digest FROM registry_signedletter
WHERE signed_at IS NOT NULL AND revoked_at IS NULL ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody reads and uses the site."""

    hands: type[Pointer] | type[Keyboard]
    language: Language
    width: int
    has_script: bool = True


WAYS = {
    "script": Way(Pointer, CHINESE, PHONE),
    "no-script": Way(Pointer, ENGLISH, PHONE, has_script=False),
    "keys": Way(Keyboard, ENGLISH, DESK),
}


class Citizen:
    """Somebody at the site, who reads one language."""

    def __init__(self, page: Page, way: Way) -> None:
        self.page, self.language = page, way.language
        self.hands: Hands = way.hands(page)

    def says(self, sentence: str) -> str:
        return self.language.says(sentence)

    def come(self) -> None:
        visit(self.page, self.language.home)

    def follow(self, sentence: str) -> None:
        """The first link in the page that says so."""
        main = self.page.get_by_role("main")
        self.hands.press(main.get_by_role("link", name=self.says(sentence)).first)

    def press(self, sentence: str) -> None:
        button = self.page.get_by_role("button", name=self.says(sentence), exact=True)
        self.hands.press(button)

    def fill_in(self, sentence: str, text: str) -> None:
        main = self.page.get_by_role("main")
        self.hands.write(
            main.locator("input").and_(main.get_by_label(self.says(sentence))), text
        )

    def ask(self, text: str) -> None:
        """In the box, with the button beside it."""
        self.hands.write(self.page.locator("#q"), text)
        self.hands.press(self.page.locator(".search-box button"))
        self.page.wait_for_url("**/search/?q=*")

    def open_result(self, name: str) -> None:
        result = self.result(name)
        self.hands.press(result.get_by_role("link"))
        self.stands_over(name)

    def result(self, name: str) -> Locator:
        link = self.page.get_by_role("link", name=name, exact=True)
        return self.page.locator(".result").filter(has=link)

    def stands_over(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def reads(self, sentence: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(self.says(sentence))


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def citizen(request: pytest.FixtureRequest, open_at: Callable[..., Page]) -> Citizen:
    way: Way = request.param
    return Citizen(open_at(way.width, java_script_enabled=way.has_script), way)


@pytest.mark.parametrize("typed", [PART, PINYIN, CODE], ids=["part", "pinyin", "code"])
def test_finding_an_organisation(citizen: Citizen, typed: str) -> None:
    citizen.come()

    citizen.ask(typed)
    citizen.open_result(NAME)

    expect(citizen.page.locator("h1 + .details .code")).to_have_text(CODE)


def test_telling_two_of_one_name_apart(citizen: Citizen) -> None:
    citizen.come()

    citizen.ask("霁禾食品")
    citizen.reads("同名不等于同一主体，请核对代码和地区。")
    codes = {}
    for name, region in NAMESAKES.items():
        expect(citizen.result(name)).to_contain_text(region)
        codes[name] = citizen.result(name).locator(".code").inner_text()
    assert len(set(codes.values())) == len(NAMESAKES)
    name, region = list(NAMESAKES.items())[-1]
    citizen.open_result(name)

    head = citizen.page.locator("h1 + .details")
    expect(head).to_contain_text(codes[name])
    expect(head).to_contain_text(region)


def test_reading_an_entry_and_finding_the_way_out(
    register: Stack, citizen: Citizen
) -> None:
    ((name, code, decision),) = register.query(TROUBLED)
    page = citizen.page
    citizen.come()

    citizen.ask(code)
    expect(citizen.result(name).locator(".badge-serious")).to_be_visible()
    citizen.open_result(name)
    expect(page.locator(".summary-adverse")).to_be_visible()
    entry = page.get_by_role("article").filter(has_text=decision)
    expect(entry).to_contain_text(citizen.says("信用修复"))
    more = re.compile(citizen.says("依据、措施、修复和异议"))
    citizen.hands.press(entry.get_by_role("link", name=more))
    citizen.reads("现在可以申请修复。")
    citizen.reads("除此之外，任何单位不得加码。停止公示，措施同时解除。")
    citizen.follow("申请修复（免费）")
    citizen.press("开始申请")

    citizen.stands_over(citizen.says("谁来申请"))


def test_checking_a_person(citizen: Citizen) -> None:
    """One whose number is known, of whom one entry is shown; and one who is not there."""
    page = citizen.page
    citizen.come()
    citizen.follow("核对自然人")

    citizen.fill_in("姓名全称", EXAMPLE.name)
    citizen.fill_in("证件号码", EXAMPLE.number)
    citizen.press("核对")
    citizen.stands_over(citizen.says("核对结果"))
    expect(page.get_by_role("article")).to_have_count(1)
    citizen.reads("决定文书")
    assert EXAMPLE.number not in page.content()
    assert EXAMPLE.name not in page.url

    citizen.follow("再核对一次")
    citizen.fill_in("姓名全称", "仉无此人")
    citizen.press("核对")
    citizen.reads("没有可以显示的记录。")
    expect(page.get_by_role("article")).to_have_count(0)


def test_verifying_a_notice_that_somebody_shows(register: Stack, citizen: Citizen) -> None:
    ((number, digest),) = register.query(GRANTED)
    citizen.come()
    citizen.follow("核验告知书")

    citizen.fill_in("编号", " ".join(re.findall(".{4}", number.lower())))
    citizen.press("核验编号")
    citizen.reads(
        "核验通过：本站出具过这个编号的告知书，现在有效。请核对下面的日期和摘要。"
    )
    expect(citizen.page.get_by_role("status")).to_be_visible()
    expect(citizen.page.get_by_role("main")).to_contain_text(digest)

    citizen.fill_in("编号", "2026AAAABBBBCCCC")
    citizen.press("核验编号")
    citizen.reads("本站没有出具过这个编号的告知书。")


def test_downloading_a_list(citizen: Citizen, tmp_path: Path) -> None:
    page = citizen.page
    citizen.come()
    citizen.hands.press(page.locator(f'main a[href$="/lists/{LIST}/"]').first)
    citizen.fill_in("名称或者代码", "有限")
    citizen.press("显示")
    page.wait_for_url("**/?q=*")
    n = int(page.locator('.chips [href="#entries"] strong').inner_text())
    names = page.locator("#entries tbody th > a").all_inner_texts()

    with page.expect_download() as download:
        citizen.hands.press(page.get_by_role("link", name=re.compile(r"\bCSV\b")))

    file = tmp_path / "list.csv"
    download.value.save_as(file)
    text = file.read_bytes().decode()
    heads, *rows = csv.reader(text.removeprefix("\ufeff").splitlines())
    assert text.startswith("\ufeff")
    assert heads[0] == citizen.says("主体")
    assert len(rows) == n
    assert [row[0] for row in rows][: len(names)] == names
    assert {len(row) for row in rows} == {len(heads)}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@"))]
    assert download.value.suggested_filename.startswith(f"{LIST}-")
