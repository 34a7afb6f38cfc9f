"""One listing from proposal to granted repair: four members of staff and a visitor."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.reading import WIDTHS, ask, follow_result, visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
# Its other entries are none of this test's business.
COMPANY = "诚川贸易有限公司"
DECISION = "云澜市监异〔2026〕9901号"
GRANT = "云澜市监移〔2026〕9902号"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"

Open = Callable[..., Page]


def today() -> str:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def propose(maker: Page) -> None:
    visit(maker, "/admin/registry/listing/add/")
    maker.get_by_role("link", name="企业经营异常名录", exact=True).click()
    maker.get_by_label("单位", exact=True).fill(COMPANY)
    maker.get_by_label("列入事由").fill("通过登记的住所无法联系")
    maker.get_by_label("认定事实").fill("两次邮寄均被退回。")
    maker.get_by_label("告知送达日期").fill(today())
    maker.get_by_label("决定文书号").fill(DECISION)
    maker.get_by_label("决定日期").fill(today())
    maker.get_by_role("button", name="保存").click()
    expect(maker.get_by_text("已提请“公示”")).to_be_visible()


def release(checker: Page) -> None:
    visit(checker, "/admin/registry/proposal/")
    checker.get_by_role("row", name=COMPANY).get_by_role("link").first.click()
    expect(checker.get_by_text(DECISION).first).to_be_visible()
    checker.get_by_role("button", name="同意", exact=True).click()
    expect(checker.get_by_text("公众现在可以看到。")).to_be_visible()


def look_up(visitor: Page) -> None:
    visit(visitor, "/")
    ask(visitor, COMPANY)
    follow_result(visitor, COMPANY)
    # A browser may show a page again for up to a minute without asking.
    visitor.reload()


def fresh(page: Page, url: str) -> int:
    """The status of a page as the server answers now."""
    visit(page, url)
    response = page.reload()
    assert response
    return response.status


def apply(visitor: Page) -> tuple[str, str]:
    """From the listing's page to the receipt: its number and secret."""
    visitor.get_by_role("link", name="申请修复（免费）").first.click()
    visitor.get_by_label("申请人姓名").fill("示例申请人")
    visitor.get_by_label("申请理由").fill("住所已经变更登记，可以联系。")
    paper = FilePayload(name="证明.pdf", mimeType="application/pdf", buffer=PDF)
    visitor.get_by_label("证明材料").set_input_files(paper)
    visitor.get_by_label("应当履行的义务已经履行完毕，或者行为已经改正").check()
    visitor.get_by_label("我已阅读信用承诺书，并作出承诺").check()
    visitor.get_by_role("button", name="提交申请").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("申请已经收到")
    number, secret = visitor.locator(".keys .code").all_inner_texts()
    return number, secret


def track(visitor: Page, number: str, secret: str) -> None:
    visit(visitor, "/repair/track/")
    visitor.get_by_label("申请编号").fill(number)
    visitor.get_by_label("查询密码").fill(secret)
    visitor.get_by_role("button", name="查询").click()


def act(page: Page, number: str, name: str, **fields: str) -> None:
    """One act on the application, by the form it leads to."""
    visit(page, "/admin/repair/application/")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name=name, exact=True).click()
    # Looking for all of something does not wait for the form to be there.
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    for box in page.get_by_role("checkbox").all():
        box.check()
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=name, exact=True).click()


def test_from_the_proposal_to_the_granted_repair(
    sign_in: Callable[[str], Page], open_at: Open
) -> None:
    maker, checker, clerk, decider = map(sign_in, ("maker", "checker", "clerk", "decider"))
    visitor = open_at(PHONE)

    propose(maker)
    look_up(visitor)
    expect(visitor.get_by_text(DECISION)).to_have_count(0)

    release(checker)
    look_up(visitor)
    company_page = visitor.url
    expect(visitor.locator("#abnormal")).to_contain_text(DECISION)
    visitor.locator("#abnormal").get_by_role(
        "link", name="企业经营异常名录", exact=True
    ).click()
    visitor.wait_for_url("**/listings/*/")
    expect(visitor.get_by_text(DECISION)).to_be_visible()
    listing_page = visitor.url

    number, secret = apply(visitor)
    act(clerk, number, "受理")
    expect(clerk.get_by_text("已受理。")).to_be_visible()
    act(clerk, number, "建议准予修复", 意见="已经核实，可以联系。")
    expect(clerk.get_by_text("已提出意见。")).to_be_visible()
    track(visitor, number, secret)
    expect(visitor.get_by_text("待决定").first).to_be_visible()

    act(decider, number, "准予修复", 决定文书号=GRANT)
    expect(decider.get_by_text("已准予修复，记录已经停止公示。")).to_be_visible()

    assert fresh(visitor, company_page) == 200
    expect(visitor.get_by_text(DECISION)).to_have_count(0)
    expect(visitor.locator("#abnormal")).to_contain_text("今天没有公示中的记录。")
    assert fresh(visitor, listing_page) == 404
    track(visitor, number, secret)
    expect(visitor.get_by_text("准予修复").first).to_be_visible()
