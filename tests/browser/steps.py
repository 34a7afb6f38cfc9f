"""What staff and applicants do in more than one journey, each by the page it is done on."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.pictures import take
from tests.browser.reading import CHINESE, Language, visit

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n9\n%%EOF\n"
# Longer ago than five working days and any holiday.
NOTICED = timedelta(days=28)


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def open_case(maker: Page, party: str, list_name: str) -> None:
    visit(maker, "/admin/registry/listing/add/")
    take(maker, "01-choose-list")
    maker.get_by_role("link", name=list_name, exact=True).click()
    maker.get_by_label("单位", exact=True).fill(party)
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


def hear_and_propose(maker: Page, decision: str) -> None:
    on, heard = today() - NOTICED, today() - NOTICED + timedelta(days=1)
    given = {"送达方式": "当面", "送达日期": f"{on}"}
    at_case(maker, "04-notice", "记录告知", slip="扫描件", **given)
    said = {"陈述申辩的内容": "称报告已经寄出。", "收到日期": f"{heard}"}
    at_case(maker, "05-defence", "记录陈述申辩", **said, 提交方式="当面")
    at_case(
        maker, "06-answer", "答复陈述申辩", 核实结果和答复="没有收到，不能证明已经寄出。"
    )
    decided = {"决定文书号": decision, "决定日期": f"{today()}"}
    at_case(maker, "07-proposal", "提请公示", **decided)
    expect(maker.get_by_text("已提请“公示”")).to_be_visible()


def release(checker: Page, party: str, decision: str) -> None:
    visit(checker, "/admin/")
    take(checker, "08-today")
    visit(checker, "/admin/registry/proposal/")
    take(checker, "09-proposals")
    checker.get_by_role("row", name=party).get_by_role("link").first.click()
    expect(checker.get_by_text(decision).first).to_be_visible()
    take(checker, "10-proposal")
    checker.get_by_role("button", name="同意", exact=True).click()
    expect(checker.get_by_text("公众现在可以看到。")).to_be_visible()
    take(checker, "11-released")


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


def track(visitor: Page, number: str, secret: str, language: Language = CHINESE) -> None:
    visit(visitor, f"{language.home}repair/track/")
    visitor.get_by_label(language.says("申请编号")).fill(number)
    visitor.get_by_label(language.says("查询密码")).fill(secret)
    visitor.get_by_role("button", name=language.says("查询"), exact=True).click()


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
