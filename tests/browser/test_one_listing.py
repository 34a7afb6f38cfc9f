"""One listing from the draft to the granted repair: four members of staff and a visitor.

The maker opens the case, records notice and defence and proposes; the checker releases;
the party applies, the clerk proposes, the decider grants. `PICTURES` shows each step.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import take
from tests.browser.reading import WIDTHS, ask, follow_result, visit
from tests.browser.steps import act, apply, hear_and_propose, open_case, release, track

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
# A list whose notice is given here, and that can be left as soon as the cause is cured.
LIST = "社会组织活动异常名录"
# Its other entries are none of this test's business.
PARTY = "云澜市建筑业协会"
DECISION = "云澜市民社异〔2026〕9901号"
GRANT = "云澜市民社移〔2026〕9902号"

Open = Callable[..., Page]


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


def test_from_the_draft_to_the_granted_repair(
    sign_in: Callable[[str], Page], open_at: Open
) -> None:
    maker, checker, clerk, decider = map(sign_in, ("maker", "checker", "clerk", "decider"))
    visitor = open_at(PHONE)

    open_case(maker, PARTY, LIST)
    hear_and_propose(maker, DECISION)
    look_up(visitor)
    expect(visitor.get_by_text(DECISION)).to_have_count(0)

    release(checker, PARTY, DECISION)
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
