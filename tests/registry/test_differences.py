"""Two versions side by side: what changed is marked, and said without the marks, too."""

import html

import pytest

from registry.admin.differences import LONGEST, Change, dressed
from registry.models import Listing, Proposal
from tests.factories import (
    make_authority,
    make_entity,
    make_identifier,
    make_rule,
    make_staff,
)
from tests.registry.desk import Desk


@pytest.mark.parametrize(
    ("before", "after", "marked_before", "marked_after", "how"),
    [
        pytest.param(
            "罚款三千元。",
            "罚款五千元。",
            "罚款<del>三</del>千元。",
            "罚款<ins>五</ins>千元。",
            ["“三”改为“五”"],
            id="a character",
        ),
        pytest.param(
            "于 2026-03-16 决定",
            "于 2026-03-17 决定",
            "于 <del>2026-03-16</del> 决定",
            "于 <ins>2026-03-17</ins> 决定",
            ["“2026-03-16”改为“2026-03-17”"],
            id="a number stays whole",
        ),
        pytest.param(
            "已经改正，履行完毕",
            "履行完毕",
            "<del>已经改正，</del>履行完毕",
            "履行完毕",
            ["删去“已经改正，”"],
            id="left out",
        ),
        pytest.param("", "新填", "", "<ins>新填</ins>", ["增加“新填”"], id="filled in"),
        pytest.param(None, None, "", "", [], id="nothing"),
        pytest.param(
            "甲一乙",
            "丙一丁",
            "<del>甲一乙</del>",
            "<ins>丙一丁</ins>",
            ["“甲一乙”改为“丙一丁”"],
            id="what hardly stands between is not read apart",
        ),
        pytest.param(
            "<b>一</b>",
            "<b>二</b>",
            "&lt;b&gt;<del>一</del>&lt;/b&gt;",
            "&lt;b&gt;<ins>二</ins>&lt;/b&gt;",
            ["“一”改为“二”"],
            id="markup of others stays text",
        ),
    ],
)
def test_what_changed_is_marked_and_said(
    before: str | None,
    after: str | None,
    marked_before: str,
    marked_after: str,
    how: list[str],
) -> None:
    found = dressed(Change("事项", before, after))

    assert (found.before, found.after) == (marked_before, marked_after)
    assert found.how == how


def test_only_the_first_changes_are_said_one_by_one() -> None:
    before = "。".join(f"第{n}项相同甲" for n in range(9))
    after = before.replace("甲", "乙")

    found = dressed(Change("事项", before, after))

    assert found.how == [*["“甲”改为“乙”"] * 6, "另有 3 处"]


def test_a_change_and_a_private_place_are_both_marked() -> None:
    found = dressed(Change("事项", "已改正。", "已改正。患有糖尿病。"), screened=True)

    assert found.after == "已改正。<ins><mark>患有糖尿病</mark>。</ins>"


def test_a_very_long_text_counts_as_one_change() -> None:
    found = dressed(Change("事项", "甲" * LONGEST, "甲" * (LONGEST + 1)))

    assert found.after == f"<ins>{'甲' * (LONGEST + 1)}</ins>"


# --- On the screen of the second person --------------------------------------------------


@pytest.fixture
def desk() -> Desk:
    make_rule(term_default=12, term_max=36, extension_max=24)
    make_identifier(make_entity())
    desk = Desk(*make_staff(make_authority()))
    desk.file(facts="罚款三千元。")
    return desk


pages = pytest.mark.django_db


@pages
def test_an_amendment_shows_both_sides(desk: Desk) -> None:
    desk.accept()
    desk.amend(facts="罚款五千元。")

    page = html.unescape(desk.read_proposal())

    assert "罚款<del>三</del>千元。" in page
    assert "罚款<ins>五</ins>千元。" in page
    assert "“三”改为“五”" in page


@pages
def test_an_extension_stands_beside_what_it_extends(desk: Desk) -> None:
    desk.accept()
    desk.act("extend", ground="示例事由", facts="罚款九千元。")
    desk.act("notice", on="2026-03-02")
    desk.act("release", decision_no="示例延〔2026〕1号", decided_on="2026-03-16", term="6")

    page = html.unescape(desk.read_proposal())

    for words in ("与所延续的记录对照", "原记录", "新决定", "“三”改为“九”"):
        assert words in page
    assert "示例罚〔2026〕1号" in page


@pages
def test_a_second_try_stands_beside_the_first(desk: Desk) -> None:
    desk.answer("refuse", reason="文号有误。")
    desk.act("release", decision_no="示例罚〔2026〕3号", decided_on="2026-03-16")

    page = html.unescape(desk.read_proposal())

    assert "与上次提请对照" in page
    assert "上次提请于 2026-03-16 退回。文号有误。" in page
    assert "示例罚〔2026〕<del>1</del>号" in page
    assert "“1”改为“3”" in page
    # Nothing else was proposed otherwise.
    assert page.count("<del>") == 1


@pages
def test_a_first_proposal_is_compared_with_nothing(desk: Desk) -> None:
    assert "对照" not in desk.read_proposal()


@pages
def test_the_case_says_when_its_proposal_expires(desk: Desk) -> None:
    listing, proposal = Listing.objects.get(), Proposal.objects.get()

    page = desk.get(f"/admin/registry/listing/{listing.pk}/change/", by=desk.maker)

    assert f"{proposal.maker} 提请，2026-03-26 10:00 逾期" in page
