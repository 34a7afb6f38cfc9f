"""Applying on a phone without script, from the record to the receipt; and at the counter.

`PICTURES` shows each step, see `pictures`.
"""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.pictures import take
from tests.browser.reading import WIDTHS, visit
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n9\n%%EOF\n"
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
# Of the demo's abnormal entries of the clerk's authority, one that nobody has applied for.
APPLICABLE = """
SELECT l."case", l.decision_no FROM registry_listing l
JOIN registry_listtype t ON t.code = l.list_type_id
JOIN registry_user u ON u.authority_id = l.authority_id AND u.username = 'clerk'
WHERE t.section = 'abnormal' AND l.entity_id IS NOT NULL AND l.released_at IS NOT NULL
  AND l.ended_at IS NULL AND l.held_since IS NULL AND l.repairable_from <= now()::date
  AND l.displayed_from <= now()::date
  AND coalesce(l.displayed_until, l.review_by, 'infinity') > now()::date
  AND NOT EXISTS (SELECT 1 FROM repair_application a WHERE a.listing_id = l.id)
ORDER BY l.id DESC LIMIT 1
"""

Open = Callable[..., Page]


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (600, 800), "#e4f0f0").save(target, "JPEG")
    return target.getvalue()


def step(page: Page, name: str, title: str) -> None:
    """The page of a step: its title, no wider than the phone, and a picture of it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    take(page, name, WIDTHS)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()


def test_a_phone_without_script_applies_step_by_step(
    register: Stack, open_at: Open
) -> None:
    ((case, _number),) = register.query(APPLICABLE)
    page = open_at(PHONE, java_script_enabled=False)

    visit(page, f"/repair/apply/{case}/")
    step(page, "20-before", "申请信用修复")
    page.get_by_role("button", name="开始申请").click()

    step(page, "21-who", "谁来申请")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("请填写申请人姓名。")
    take(page, "22-who-errors", WIDTHS)
    page.get_by_label("受委托的代理人").check()
    page.get_by_label("申请人姓名").fill("示例申请人")
    page.get_by_label("电子邮箱").fill("b@example.cn")
    save(page)

    step(page, "23-duty", "履行和改正")
    page.get_by_label("应当履行的义务已经履行完毕").check()
    page.get_by_label("申请理由").fill("住所已经变更登记，可以联系。")
    save(page)

    step(page, "24-papers", "证明材料")
    wrong = FilePayload(name="页面.pdf", mimeType="application/pdf", buffer=b"<html>")
    page.get_by_label("选择文件或者拍照").set_input_files(wrong)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("文件不是 PDF、JPEG 或者 PNG。")
    take(page, "25-papers-errors", WIDTHS)
    for name, content in (("变更登记通知书.pdf", PDF), ("营业执照.jpg", photo())):
        paper = FilePayload(name=name, mimeType="", buffer=content)
        page.get_by_label("选择文件或者拍照").set_input_files(paper)
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.locator(".paper-list .name", has_text=name)).to_be_visible()
    step(page, "26-papers-taken", "证明材料")
    page.get_by_label("缺的材料已经合在别的文件里").check()
    save(page)

    step(page, "27-commitment", "信用承诺书")
    page.get_by_label("我已阅读信用承诺书").check()
    save(page)

    step(page, "28-review", "核对并提交")
    # Back to one step, and to the review again.
    page.get_by_role("link", name="修改 谁来申请").click()
    expect(page.get_by_label("申请人姓名")).to_have_value("示例申请人")
    page.get_by_label("申请人姓名").fill("示例代理人")
    save(page)
    expect(page.get_by_text("示例代理人")).to_be_visible()
    page.get_by_role("button", name="提交申请").click()

    step(page, "29-receipt", "申请已经收到")
    # The way back, and the same form once more.
    page.go_back()
    again = page.get_by_role("button", name="提交申请")
    if again.is_visible():
        again.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已经收到")
    ((n_filed,),) = register.query(
        "SELECT count(*) FROM repair_application a"
        ' JOIN registry_listing l ON l.id = a.listing_id WHERE l."case" = %s',
        case,
    )
    assert n_filed == 1


def test_a_step_is_no_wider_than_a_phone(register: Stack, open_at: Open) -> None:
    ((case, _number),) = register.query(APPLICABLE)
    page = open_at(PHONE)
    visit(page, f"/repair/apply/{case}/")
    page.get_by_role("button", name="开始申请").click()

    assert page.evaluate(SIDEWAYS) <= 0
    # In the middle of it one gives it up.
    page.get_by_text("停下来，或者放弃这份申请").click()
    take(page, "30-give-up", WIDTHS)
    page.get_by_role("button", name="放弃并删除").click()
    # The answer to a form: there is no address to open in English.
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已经放弃")
    page.go_back()
    page.reload()
    step(page, "32-gone", "没有这份草稿")


def test_the_counter_enters_what_came_on_paper(
    register: Stack, sign_in: Callable[[str], Page]
) -> None:
    clerk = sign_in("clerk")
    ((_case, number),) = register.query(APPLICABLE)
    visit(clerk, "/admin/repair/application/")
    take(clerk, "40-queue")
    clerk.get_by_role("link", name="登记窗口（邮寄）申请").click()
    clerk.get_by_label("决定文书号，或者单位名称").fill(number)
    clerk.get_by_role("button", name="查找").click()
    take(clerk, "41-found")
    clerk.get_by_role("link", name=number).click()
    take(clerk, "42-form")
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.get_by_text("请选择窗口还是邮寄。")).to_be_visible()
    take(clerk, "43-form-errors")

    clerk.get_by_label("窗口", exact=True).check()
    today = register.query("SELECT now()::date")[0][0]
    clerk.get_by_label("收到日期").fill(f"{today}")
    clerk.get_by_label("法定代表人或者负责人").check()
    clerk.get_by_label("申请人姓名").fill("示例申请人")
    clerk.get_by_label("申请人称义务已经履行").check()
    clerk.get_by_label("申请理由").fill("住所已经变更登记。")
    clerk.get_by_label("信用承诺书已由申请人签字").check()
    scans = [
        FilePayload(name="申请表.pdf", mimeType="application/pdf", buffer=PDF),
        FilePayload(name="执照.jpg", mimeType="image/jpeg", buffer=photo()),
    ]
    clerk.get_by_label("材料的扫描件").set_input_files(scans)
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.get_by_text("请打印本页，交给提交材料的人。")).to_be_visible()
    take(clerk, "44-receipt")
    clerk.get_by_role("button", name="已经交付").click()
    expect(clerk.get_by_label("决定文书号，或者单位名称")).to_be_visible()
    visit(clerk, "/admin/repair/application/counter/receipt/")
    expect(clerk.get_by_text("请打印本页，交给提交材料的人。")).to_have_count(0)
