"""One listing from the draft to the granted repair: four members of staff and a visitor.

The maker opens the case, records notice and defence and proposes; the checker releases;
the party applies, the clerk proposes, the decider grants. `PICTURES` shows each step.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.pictures import take
from tests.browser.reading import WIDTHS, ask, follow_result, visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
# A list whose notice is given here, and that can be left as soon as the cause is cured.
LIST = "社会组织活动异常名录"
# Its other entries are none of this test's business.
PARTY = "云澜市建筑业协会"
DECISION = "云澜市民社异〔2026〕9901号"
GRANT = "云澜市民社移〔2026〕9902号"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n9\n%%EOF\n"
# Longer ago than five working days and any holiday.
NOTICED = timedelta(days=28)

Open = Callable[..., Page]


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def open_case(maker: Page) -> None:
    visit(maker, "/admin/registry/listing/add/")
    take(maker, "01-choose-list")
    maker.get_by_role("link", name=LIST, exact=True).click()
    maker.get_by_label("单位", exact=True).fill(PARTY)
    maker.get_by_label("列入事由").fill("未按规定报送年度工作报告")
    maker.get_by_label("认定事实").fill("经两次书面催告，仍未报送上一年度工作报告。")
    take(maker, "02-form")
    maker.get_by_role("button", name="保存").click()
    expect(maker.get_by_text("已立案。送达告知书之后")).to_be_visible()
    take(maker, "03-draft")


def at_case(maker: Page, name: str, button: str, *, slip: str = "", **fields: str) -> None:
    """One act on the case that is open, by the form it leads to; `slip` asks for a scan."""
    maker.get_by_role("link", name=button, exact=True).click()
    expect(maker.get_by_role("heading", level=1)).to_have_text(button)
    for label, text in fields.items():
        fill(maker, label, text)
    if slip:
        paper = FilePayload(name="回证.pdf", mimeType="application/pdf", buffer=PDF)
        maker.get_by_label(slip).set_input_files(paper)
    take(maker, f"{name}-form")
    maker.get_by_role("button", name=button, exact=True).click()
    maker.wait_for_url("**/change/")
    take(maker, name)


def fill(page: Page, label: str, text: str) -> None:
    if label.endswith("方式"):
        page.get_by_label(label).select_option(label=text)
    else:
        page.get_by_label(label).fill(text)


def hear_and_propose(maker: Page) -> None:
    on, heard = today() - NOTICED, today() - NOTICED + timedelta(days=1)
    given = {"送达方式": "当面", "送达日期": f"{on}"}
    at_case(maker, "04-notice", "记录告知", slip="扫描件", **given)
    said = {"陈述申辩的内容": "称报告已经寄出。", "收到日期": f"{heard}"}
    at_case(maker, "05-defence", "记录陈述申辩", **said, 提交方式="当面")
    at_case(
        maker, "06-answer", "答复陈述申辩", 核实结果和答复="没有收到，不能证明已经寄出。"
    )
    decided = {"决定文书号": DECISION, "决定日期": f"{today()}"}
    at_case(maker, "07-proposal", "提请公示", **decided)
    expect(maker.get_by_text("已提请“公示”")).to_be_visible()


def release(checker: Page) -> None:
    visit(checker, "/admin/")
    take(checker, "08-today")
    visit(checker, "/admin/registry/proposal/")
    take(checker, "09-proposals")
    checker.get_by_role("row", name=PARTY).get_by_role("link").first.click()
    expect(checker.get_by_text(DECISION).first).to_be_visible()
    take(checker, "10-proposal")
    checker.get_by_role("button", name="同意", exact=True).click()
    expect(checker.get_by_text("公众现在可以看到。")).to_be_visible()
    take(checker, "11-released")


def find_at_work(maker: Page, state: str) -> None:
    """In the list of all cases, by the number of the decision."""
    visit(maker, f"/admin/registry/listing/?q={DECISION}")
    expect(maker.get_by_role("row", name=PARTY)).to_contain_text(state)


def look_up(visitor: Page) -> None:
    visit(visitor, "/")
    ask(visitor, PARTY)
    follow_result(visitor, PARTY)
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
    visitor.get_by_role("button", name="开始申请").click()
    visitor.get_by_label("法定代表人或者负责人").check()
    visitor.get_by_label("申请人姓名").fill("示例申请人")
    save(visitor)
    visitor.get_by_label("应当履行的义务已经履行完毕，或者行为已经改正").check()
    visitor.get_by_label("申请理由").fill("住所已经变更登记，可以联系。")
    save(visitor)
    paper = FilePayload(name="证明.pdf", mimeType="application/pdf", buffer=PDF)
    visitor.get_by_label("选择文件或者拍照").set_input_files(paper)
    visitor.get_by_label("缺的材料已经合在别的文件里").check()
    save(visitor)
    visitor.get_by_label("我已阅读信用承诺书，并作出承诺").check()
    save(visitor)
    visitor.get_by_role("button", name="提交申请").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("申请已经收到")
    number, secret = visitor.locator(".keys .code").all_inner_texts()
    return number, secret


def save(visitor: Page) -> None:
    visitor.get_by_role("button", name="保存并继续").click()


def track(visitor: Page, number: str, secret: str) -> None:
    visit(visitor, "/repair/track/")
    visitor.get_by_label("申请编号").fill(number)
    visitor.get_by_label("查询密码").fill(secret)
    visitor.get_by_role("button", name="查询").click()


def act(page: Page, number: str, step: str, name: str, **fields: str) -> None:
    """One act on the application, by the form it leads to."""
    visit(page, "/admin/repair/application/")
    take(page, f"{step}-queue")
    page.get_by_role("link", name=number).click()
    take(page, f"{step}-application")
    page.get_by_role("link", name=name, exact=True).click()
    # Looking for all of something does not wait for the form to be there.
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    for box in page.get_by_role("checkbox").all():
        box.check()
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    take(page, f"{step}-form")
    page.get_by_role("button", name=name, exact=True).click()


def test_from_the_draft_to_the_granted_repair(
    sign_in: Callable[[str], Page], open_at: Open
) -> None:
    maker, checker, clerk, decider = map(sign_in, ("maker", "checker", "clerk", "decider"))
    visitor = open_at(PHONE)

    open_case(maker)
    hear_and_propose(maker)
    look_up(visitor)
    expect(visitor.get_by_text(DECISION)).to_have_count(0)

    release(checker)
    find_at_work(maker, "已公示")
    look_up(visitor)
    party_page = visitor.url
    expect(visitor.locator("#abnormal")).to_contain_text(DECISION)
    visitor.locator("#abnormal").get_by_role("link", name=LIST, exact=True).click()
    visitor.wait_for_url("**/listings/*/")
    expect(visitor.get_by_text(DECISION)).to_be_visible()
    listing_page = visitor.url
    on_the_list = "/lists/MCA_ABNORMAL/"
    visit(visitor, on_the_list)
    expect(visitor.get_by_text(PARTY)).to_be_visible()

    visit(visitor, listing_page)
    number, secret = apply(visitor)
    act(clerk, number, "12-accept", "受理")
    expect(clerk.get_by_text("已受理。")).to_be_visible()
    act(clerk, number, "13-propose", "建议准予修复", 意见="已经核实，报告已经补报。")
    expect(clerk.get_by_text("已提出意见。")).to_be_visible()
    track(visitor, number, secret)
    expect(visitor.get_by_text("待决定").first).to_be_visible()

    act(decider, number, "14-grant", "准予修复", 决定文书号=GRANT)
    expect(decider.get_by_text("已准予修复，记录已经停止公示。")).to_be_visible()
    take(decider, "15-granted")

    assert fresh(visitor, party_page) == 200
    expect(visitor.get_by_text(DECISION)).to_have_count(0)
    expect(visitor.locator("#abnormal")).to_contain_text("今天没有公示中的记录。")
    assert fresh(visitor, listing_page) == 404
    assert fresh(visitor, on_the_list) == 200
    expect(visitor.get_by_text(PARTY)).to_have_count(0)
    track(visitor, number, secret)
    expect(visitor.get_by_text("准予修复").first).to_be_visible()
    find_at_work(maker, "已终止")
    maker.get_by_role("row", name=PARTY).get_by_role("link").first.click()
    expect(maker.get_by_text("公众现在看不到。")).to_be_visible()
    take(maker, "16-ended")
