"""From an operator's invitation to the first morning at work, without any script."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.authenticator import app_shows
from tests.browser.reading import WIDTHS, visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
NAME, PASSWORD = "new-colleague", "correct horse battery"
AUTHORITY = "云澜市市场监督管理局"

Open = Callable[..., Page]


def invite(operator: Page) -> str:
    """The link that the operator hands over."""
    visit(operator, "/admin/registry/user/")
    operator.get_by_role("link", name="邀请工作人员").click()
    operator.get_by_label("用户名").fill(NAME)
    operator.get_by_label("所属单位").select_option(label=AUTHORITY)
    operator.get_by_label("经办人").check()
    operator.get_by_role("button", name="开户并生成链接").click()
    return operator.locator("code.once").inner_text()


def come_in(newcomer: Page, link: str) -> str:
    """Password and authenticator are set; the first of the recovery codes."""
    visit(newcomer, link)
    secret = newcomer.locator("code.once").inner_text().replace(" ", "")
    newcomer.get_by_label("新密码", exact=True).fill(PASSWORD)
    newcomer.get_by_label("再填一次新密码").fill(PASSWORD)
    newcomer.get_by_label("动态验证码").fill(app_shows(secret, datetime.now(UTC)))
    newcomer.get_by_role("button", name="启用账号").click()
    expect(newcomer.locator(".codes li")).to_have_count(10)
    return newcomer.locator(".codes code").first.inner_text()


def test_from_the_invitation_to_the_first_page(
    sign_in: Callable[[str], Page], open_at: Open
) -> None:
    operator, newcomer = sign_in("operator"), open_at(PHONE, java_script_enabled=False)

    link = invite(operator)
    code = come_in(newcomer, link)
    newcomer.get_by_role("link", name="已经保存，去登录").click()
    newcomer.get_by_label("用户名").fill(NAME)
    newcomer.get_by_label("密码").fill(PASSWORD)
    newcomer.get_by_label("动态验证码").fill(code)
    newcomer.get_by_role("button", name="登录").click()

    expect(newcomer.get_by_role("heading", level=1)).to_have_text("待办")
    expect(newcomer.get_by_text("我的案件，等待作出决定")).to_be_visible()
    # The link was for once; and the operator sees that it was used.
    visit(operator, link)
    expect(operator.get_by_role("heading", level=1)).to_have_text("链接无效")
    visit(operator, f"/admin/registry/user/?q={NAME}")
    expect(operator.get_by_role("row", name=NAME)).to_contain_text("在用")

    operator.get_by_role("link", name=NAME).click()
    operator.get_by_role("link", name="停用").click()
    operator.get_by_role("button", name="停用").click()
    newcomer.reload()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("工作人员登录")
