"""A file on its way through the workplace, by two people in a browser.

Nothing waits for a time, only for what a page says: a large file and a busy machine are
slow, and the patience of the page is that of whoever made it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser.reading import visit
from tests.hundred_thousand.records import HEADER, Record, handed_back

LIST = "行政处罚（按处罚种类和金额分级）"
ERRORS = "下载未采用的记录（XLSX）"
VERDICTS = {
    "accepted": "可公示",
    "changed": "有变化",
    "unchanged": "无变化",
    "doubtful": "存疑",
    "rejected": "未采用",
}
# Columns of which nothing ever comes back.
NEVER = ("CF_XDR_ZJLX", "CF_XDR_ZJHM")


def deliver(maker: Page, file: Path) -> None:
    visit(maker, "/admin/registry/delivery/upload/")
    maker.get_by_label("名单").select_option(label=LIST)
    maker.get_by_label("文件").set_input_files(file)
    maker.get_by_role("button", name="上传并核对").click()
    expect(maker.get_by_text("文件已经收到，正在核对。")).to_be_visible()


def watched(page: Page, *, patience: float) -> list[float]:
    """What the bar said while it was there; ends when the page has something to decide."""
    seen: list[float] = []
    decides = page.locator('form[action$="/acts/submit/"]')
    while True:
        last = seen[-1] if seen else ""
        moved = page.locator(f'#progress:not([value="{last:g}"])' if seen else "#progress")
        expect(moved.or_(decides).first).to_be_visible(timeout=patience)
        if decides.count():
            return seen
        if value := moved.first.get_attribute("value", timeout=patience):
            seen.append(float(value))


def tally(page: Page) -> dict[str, int]:
    """How many records have each verdict, as the page counts them."""
    rows = page.locator(".tally > div").all_inner_texts()
    found = dict(row.split("\n") for row in rows)
    return {code: int(re.sub(r"\D", "", found[name])) for code, name in VERDICTS.items()}


def asks_for_code(page: Page) -> bool:
    """Whether the check took longer than a code lasts."""
    return page.locator("[name=token]").count() > 0


def error_rows(page: Page, folder: Path, *, patience: float) -> list[tuple[str, ...]]:
    """The rows of the workbook that comes back, all sheets of it, without their heads."""
    page.get_by_label("导出事由").select_option(label="退回更正")
    with page.expect_download(timeout=patience) as download:
        page.get_by_role("button", name="下载", exact=True).click()
    path = folder / "errors.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path, read_only=True)
    return [
        tuple(cell or "" for cell in row)
        for sheet in book.worksheets
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]


def wrong_errors(
    rows: Sequence[tuple[str, ...]], records: Sequence[Record]
) -> Iterator[str]:
    """Rows of the workbook that are missing, too many, or told for another reason."""
    wanted = list(handed_back(records))
    if len(rows) != len(wanted):
        yield f"{len(rows)} rows came back instead of {len(wanted)}"
    for (reason, *cells), (number, record) in zip(rows, wanted, strict=False):
        if not reason.startswith(f"第 {number} 行：") or record.words not in reason:
            yield f"row {number} says {reason} instead of {record.words}"
        if is_told(cells, record.cells):
            yield f"row {number} tells who the person is"


def is_told(cells: Sequence[str], record: Mapping[str, str]) -> bool:
    """Whether a document of a person comes back, or anything beside one."""
    of_person = record["CF_XDR_LB"] == "自然人" and any(cells)
    return of_person or any(
        text for name, text in zip(HEADER, cells, strict=False) if name in NEVER
    )


def propose(maker: Page) -> None:
    maker.get_by_role("button", name="提请公示").click()
    expect(maker.get_by_text("已提请公示，等待另一名审核人审核。")).to_be_visible()


def open_waiting(checker: Page, filename: str) -> None:
    """By what waits for the checker, as every morning."""
    visit(checker, "/admin/")
    checker.get_by_role("link", name=filename).first.click()
    expect(checker.get_by_role("button", name="同意公示")).to_be_visible()


def approve(checker: Page) -> None:
    checker.get_by_role("button", name="同意公示").click()
    expect(checker.get_by_text("已同意，正在公示。")).to_be_visible()


def wait_for_release(checker: Page, *, patience: float) -> None:
    """The page looks again by itself until it is done."""
    expect(checker.locator("#content-main .state").first).to_have_text(
        "已公示", timeout=patience
    )
