"""Filings for tests: dull and fixed; a test states only what it is about."""

from datetime import date, datetime
from typing import Any

from registry.models import CalendarDay, Listing, ListRule
from repair import actions
from repair.actions import Filed, FilingDraft, ObjectionDraft
from repair.models import Application, Objection
from repair.papers import Paper
from repair.statements import Statement
from tests.factories import AT, make_list_type, make_rule

PDF = Paper("证明.pdf", b"%PDF-1.7\n1 0 obj\n")
STATEMENT = Statement(
    name="申请人乙某", text="已补报年度报告。", phone="13900000000", email="b@example.cn"
)


def make_cure_rule(code: str = "TEST_ABNORMAL", **fields: Any) -> ListRule:
    """An abnormal list: no minimum, out as soon as the cause is cured."""
    usual: dict[str, Any] = {
        "list_type": make_list_type(
            code, name_zh="示例经营异常名录", kind="abnormal", section="abnormal"
        ),
        "severity": "minor",
        "early": 0,
        "early_unit": "d",
        "repair_docs": "APP PERF ID AUTH",
        "decide_wd": 5,
    }
    return make_rule(**usual | fields)


def draft(*listings: Listing, **fields: Any) -> FilingDraft:
    usual: dict[str, Any] = {
        "listings": listings,
        "role": "rep",
        "statement": STATEMENT,
        "done": True,
        "committed": True,
        "papers": (PDF,),
    }
    return FilingDraft(**usual | fields)


def filed(listing: Listing, *, at: datetime = AT, **fields: Any) -> Filed:
    return actions.file_application(draft(listing, **fields), at=at)


def file(listing: Listing, *, at: datetime = AT, **fields: Any) -> Application:
    return filed(listing, at=at, **fields).filing.applications.get()


def make_day(day: date, kind: str = "holiday", name: str = "测试节") -> CalendarDay:
    """A day that is not what its weekday says; with one, its whole year is covered."""
    return CalendarDay.objects.create(
        day=day, kind=kind, source_year=day.year, name_zh=name, name_en="Test Day"
    )


# --- Objections -----------------------------------------------------------------------

OBJECTOR = Statement(
    name="异议人丙某", text="列入的事实不是本公司的。", phone="", email="c@example.cn"
)


def objection_draft(listing: Listing, **fields: Any) -> ObjectionDraft:
    usual: dict[str, Any] = {
        "listings": (listing,),
        "role": "rep",
        "statement": OBJECTOR,
        "done": False,
        "committed": False,
        "kind": "content",
    }
    return ObjectionDraft(**usual | fields)


def objected(listing: Listing, *, at: datetime = AT, **fields: Any) -> Filed:
    return actions.file_objection(objection_draft(listing, **fields), at=at)


def object_to(listing: Listing, *, at: datetime = AT, **fields: Any) -> Objection:
    return objected(listing, at=at, **fields).filing.objections.get()
