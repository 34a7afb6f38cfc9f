"""The way out, whole: from the entry that everybody sees to the letter that it is gone.

Four members of staff and a visitor without an account, who applies in Chinese and follows
the case in English. Where nothing of it may be left is the list in `surfaces`.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import surfaces
from tests.browser.reading import ENGLISH, WIDTHS, unused_code, visit
from tests.browser.steps import (
    PDF,
    act,
    apply,
    hear_and_propose,
    open_case,
    release,
    today,
    track,
)
from tests.browser.surfaces import Seen, Sought
from tests.processes import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
LIST = "社会组织活动异常名录"
DECISION = "云澜市民社异〔2026〕9911号"
GRANT = "云澜市民社移〔2026〕9912号"
MISSING = "请补交年度工作报告的回执。"
# Figures may be a minute old; that is what a tick takes, and some to ask.
ONE_TICK = 75
# A party of which nothing was ever on display.
PARTY = """
SELECT e.name FROM registry_entity e
WHERE e.kind = 'social_organisation' AND e.status = 'in_operation'
  AND e.merged_into_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM registry_listing l WHERE l.entity_id = e.id)
ORDER BY e.id LIMIT 1
"""
SOUGHT = """
SELECT e.name, s.pinyin, i.value, e.public_id::text, e.region_id, t.section, t.code,
  t.name_zh, a.name, l."case", l.decision_no, l.leaf,
  (SELECT count(*) FROM registry_listing o WHERE o.list_type_id = t.code
     AND o.entity_id IS NOT NULL AND o.released_at IS NOT NULL AND o.ended_at IS NULL
     AND o.held_since IS NULL AND o.displayed_from <= %s
     AND coalesce(o.displayed_until, 'infinity') > %s)
FROM registry_listing l
JOIN registry_entity e ON e.id = l.entity_id
JOIN registry_searchentry s ON s.entity_id = e.id
JOIN registry_identifier i ON i.entity_id = e.id AND i.kind = 'uscc'
JOIN registry_listtype t ON t.code = l.list_type_id
JOIN registry_authority a ON a.id = l.authority_id
WHERE l.decision_no = %s AND e.name = %s
"""
# As if everybody at a desk had typed the last code an hour ago.
LONG_AGO = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for key in Session.objects.values_list("pk", flat=True):
    session = SessionStore(key)
    if "staff_code_at" in session:
        session["staff_code_at"] -= 3600
        session.save()
"""

Open = Callable[..., Page]


def test_every_public_address_is_walked_or_said_not_to_tell() -> None:
    walked = {surface.address for surface in surfaces.SURFACES}
    told = [*walked, *surfaces.OTHERS, *surfaces.NOT_READ]

    assert sorted(told) == sorted(surfaces.public())


def test_what_is_not_read_says_so(register: Stack, page: Page) -> None:
    paths = surfaces.NOT_READ.values()

    answers = {path: page.request.get(f"/{path}").status for path in paths}

    assert answers == dict.fromkeys(paths, 405)


# --- The journey --------------------------------------------------------------------------


def sought_of(register: Stack, party: str) -> Sought:
    """What is just being shown of the party; its list counted by the day of today."""
    ((*row,),) = register.query(SOUGHT, today(), today(), DECISION, party)
    return Sought(*row)


def within_one_tick(register: Stack, find: Callable[[], list[Seen]]) -> None:
    """Until nothing is found any more; the tick need not be waited for."""
    register.send_task("portal.tick")
    with suppress(TimeoutError):
        wait_until(lambda: not find(), "every surface", within=ONE_TICK)
    assert find() == []


def published(register: Stack, sign_in: Callable[[str], Page]) -> str:
    """A new entry on display, by two people."""
    ((party,),) = register.query(PARTY)
    maker, checker = sign_in("maker"), sign_in("checker")
    open_case(maker, party, LIST)
    hear_and_propose(maker, DECISION)
    release(checker, party, DECISION)
    return str(party)


def supply_what_was_missing(visitor: Page, number: str, secret: str) -> None:
    """On the page of the case, in the other language."""
    says = ENGLISH.says
    track(visitor, number, secret, ENGLISH)
    expect(visitor.get_by_text(MISSING)).to_be_visible()
    visitor.get_by_label(says("补充说明")).fill("The report was filed.")
    paper = FilePayload(name="receipt.pdf", mimeType="application/pdf", buffer=PDF)
    visitor.get_by_label(says("补充材料")).set_input_files(paper)
    visitor.get_by_role("button", name=says("提交补充")).click()
    expect(visitor.get_by_text(says("补充已经收到，期限从今天重新计算。"))).to_be_visible()


def fresh_code(register: Stack, name: str) -> str:
    file = register.data_dir / "accounts.json"
    accounts = {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))}
    return unused_code(accounts[name]["secret"])


def grant(register: Stack, decider: Page, number: str) -> None:
    """With a code of now: the one typed at the door is too old for it."""
    register.manage("shell", "--verbosity=0", "--command", LONG_AGO)
    act(decider, number, "14-grant", "准予修复", 决定文书号=GRANT)
    expect(decider.get_by_label("动态验证码")).to_have_attribute("aria-invalid", "true")
    decider.get_by_label("动态验证码").fill(fresh_code(register, "decider"))
    decider.get_by_role("button", name="准予修复", exact=True).click()


def lift_of(register: Stack, visitor: Page, number: str, secret: str, folder: Path) -> Path:
    """The letter for machines, from the page of the case."""
    signed = "SELECT 1 FROM registry_signedletter WHERE signed_at IS NULL"
    wait_until(lambda: not register.query(signed), "the letter is signed", ONE_TICK)
    track(visitor, number, secret, ENGLISH)
    with visitor.expect_download() as download:
        visitor.get_by_role("button", name=ENGLISH.says("下载签名文件 JSON")).click()
    file = folder / "lift.json"
    download.value.save_as(file)
    return file


def altered(file: Path) -> Path:
    """One byte of it: in the number of the decision."""
    content = file.read_bytes()
    assert content.count(GRANT.encode()) == 1
    other = file.with_name("altered.json")
    other.write_bytes(content.replace(b"9912", b"9913"))
    return other


def verify_online(visitor: Page, file: Path) -> None:
    visit(visitor, f"{ENGLISH.home}verify/")
    visitor.get_by_label(ENGLISH.says("告知书的 PDF 或者 JSON 文件")).set_input_files(file)
    visitor.get_by_role("button", name=ENGLISH.says("核验文件")).click()


def verify_offline(visitor: Page, file: Path) -> int:
    """With the program and the keys as the site hands them out."""
    for name in ("verify_letter.py", "keys"):
        answer = visitor.request.get(f"/ledger/{name}")
        (file.parent / name).write_bytes(answer.body())
    command = [sys.executable, "-I", "verify_letter.py", file.name, "--keys", "keys"]
    done = subprocess.run(command, cwd=file.parent, check=False, capture_output=True)
    return done.returncode


def test_from_the_entry_to_the_letter_that_it_is_gone(
    register: Stack, sign_in: Callable[[str], Page], open_at: Open, tmp_path: Path
) -> None:
    visitor = open_at(PHONE)
    party = published(register, sign_in)
    clerk, decider = sign_in("clerk"), sign_in("decider")
    sought = sought_of(register, party)
    within_one_tick(register, lambda: surfaces.hidden(visitor.request, sought))

    visit(visitor, f"/listings/{sought.case}/")
    number, secret = apply(visitor)
    act(clerk, number, "12-return", "要求补正", 理由=MISSING)
    expect(clerk.get_by_text("已通知申请人补正。")).to_be_visible()
    supply_what_was_missing(visitor, number, secret)
    act(clerk, number, "12-accept", "受理")
    expect(clerk.get_by_text("已受理。")).to_be_visible()
    act(clerk, number, "13-propose", "建议准予修复", 意见="已经核实，报告已经补报。")
    expect(clerk.get_by_text("已提出意见。")).to_be_visible()
    grant(register, decider, number)
    expect(decider.get_by_text("已准予修复，记录已经停止公示。")).to_be_visible()

    within_one_tick(register, lambda: surfaces.left(visitor.request, sought))
    lift = lift_of(register, visitor, number, secret, tmp_path)
    verify_online(visitor, lift)
    expect(visitor.get_by_role("status")).to_contain_text(
        ENGLISH.says("核验通过：文件由本站出具，没有改动，现在有效。")
    )
    assert verify_offline(visitor, lift) == 0
    verify_online(visitor, altered(lift))
    expect(visitor.get_by_role("alert")).to_contain_text(
        ENGLISH.says(
            "这份文件没有通过核验：它不是本站出具的，或者出具之后被改动过。请不要采信。"
        )
    )
    assert verify_offline(visitor, altered(lift)) == 1
