"""Letters of a case: made, kept as made, delivered by a person, answered, erased."""

import hashlib
import os
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from registry import actions, letters, sealed_files, serving, vault
from registry.actions import letters as making
from registry.actions import papers
from registry.actions.papers import Proof
from registry.errors import BarredError, OutOfTurnError
from registry.ledger import entries
from registry.letters import decisions, notices
from registry.logbook import signing
from registry.models import (
    Act,
    CalendarDay,
    CaseKey,
    LedgerEntry,
    Letter,
    Listing,
    ListRule,
    Manner,
)
from registry.models.letter import MOST_BYTES
from repair import actions as repair_actions
from tests.factories import (
    AT,
    make_authority,
    make_basis,
    make_case,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_measure,
    make_rule,
    make_staff,
)
from tests.pdf import Pdf
from tests.registry.lived import NAME, of_person

pytestmark = pytest.mark.django_db

PDF, JPEG, PNG = b"%PDF-1.7 slip", b"\xff\xd8\xff slip", b"\x89PNG\r\n\x1a\n slip"
IN_PERSON = Proof("in_person", PDF)
TODAY = date(2026, 3, 16)
NUMBER = "示例告〔2026〕1号"


def open_rule(**fields: Any) -> ListRule:
    """Five working days for a defence, two measures, papers for a repair."""
    usual: dict[str, Any] = {
        "repair_docs": "APP COM",
        "accept_wd": 3,
        "decide_wd": 7,
        "remove_wd": 3,
        "early_condition_zh": "已履行义务",
        "early_condition_en": "Duties performed",
        "legal_basis": make_basis("LAW", title_zh="示例办法（虚构）", article="第5条"),
    }
    rule = make_rule(**usual | fields)
    rule.measures.add(make_measure())
    return rule


@pytest.fixture
def case() -> Listing:
    superior = make_authority("测试省市场监督管理局", name_en="Province of Test")
    authority = make_authority(
        superior=superior,
        name_en="Market Bureau of Test",
        office="信用科",
        address="测试市示例路1号",
        phone="0990-5550100",
    )
    entity = make_entity("蜀州无名测试有限公司")
    make_identifier(entity)
    return make_case(
        open_rule(), authority=authority, party=entity, measures=("TEST_MEASURE",)
    )


def told(case: Listing, on: date = date(2026, 3, 2), **fields: Any) -> Listing:
    given: dict[str, Any] = {"proof": IN_PERSON, "by": case.maker, "at": AT} | fields
    return actions.record_notice(case, on=on, **given)


def notice(case: Listing, **fields: Any) -> Listing:
    given: dict[str, Any] = {"dated_on": TODAY, "by": case.maker, "at": AT} | fields
    return actions.make_notice(case, given.pop("number", NUMBER), **given)


def words(listing: Listing, language: str = "zh") -> str:
    letter = listing.letters.latest("pk")
    return Pdf(making.read(letter, language)).text


def said(sheet: letters.Sheet) -> str:
    """Every text of a sheet, without setting it."""
    return str(sheet.values)


def ledger_of(case: Listing) -> list[dict[str, Any]]:
    rows = LedgerEntry.objects.filter(subject=case.case).order_by("leaf")
    return [entries.decode(bytes(row.content)) for row in rows]


# --- The notice --------------------------------------------------------------------------


def test_a_notice_is_made_kept_and_in_the_trail(case: Listing) -> None:
    notice(case)

    letter = case.letters.get()
    assert (letter.kind, letter.number, letter.dated_on) == ("notice", NUMBER, TODAY)
    zh, en = making.read(letter, "zh"), making.read(letter, "en")
    assert letter.digest == hashlib.sha256(zh).hexdigest()
    assert (Pdf(zh).language, Pdf(en).language) == ("zh-CN", "en")
    step = case.steps.latest("pk")
    assert (step.act, step.about, step.by) == (Act.LETTER, Act.NOTICE, case.maker)
    assert (step.before, step.after) == ("prepared", "prepared")


def test_a_notice_says_what_the_party_has_to_know(case: Listing) -> None:
    notice(case)

    text = words(case)

    for part in (
        "蜀州无名测试有限公司：统一社会信用代码919900000000000192",
        "本单位拟将你单位列入“示例严重失信主体名单”。",
        "本告知书不是决定：陈述申辩期届满之前，不作出决定，也不公示。",
        "列入事由示例事由示例事实。",
        "公示期限3年，自决定之日起算。",
        "示例措施（由有关部门实施；依据：示例条例（虚构））",
        "三、依据示例办法（虚构）第5条",
        "（2）期限：自送达之日的次日起5个工作日。送达的当日不计；",
        "承办机构信用科办公地址测试市示例路1号联系电话0990-5550100",
        "测试市市场监督管理局（印章）2026年3月16日",
        "送达回证送达文书事先告知书（拟列入“示例严重失信主体名单”）",
        f"案件编号{case.case}，核对码",
    ):
        assert part in text


def test_the_english_says_that_it_is_a_translation(case: Listing) -> None:
    notice(case)

    text = words(case, "en")

    for part in (
        "Priornotice",
        "Thisisatranslationforinformation.TheChineseletteristhedocument.",
        "5workingdaysfromthedayafterdelivery",
        "MarketBureauofTest(测试市市场监督管理局)(seal)16March2026",
    ):
        assert part in text


def test_it_tells_the_last_day_for_every_day_of_delivery(case: Listing) -> None:
    """The holidays of May 2026, and the Saturday worked for one of them."""
    for day, kind, name in (
        ("2026-05-01", "holiday", "劳动节"),
        ("2026-05-04", "holiday", "劳动节（补假）"),
        ("2026-05-05", "holiday", "调休（2026-05-09 上班）"),
        ("2026-05-09", "make_up", "上班（2026-05-05 调休）"),
    ):
        CalendarDay.objects.create(
            day=day, kind=kind, source_year=2026, name_zh=name, name_en="x"
        )

    sheet = notices.notice_of(
        case, number=NUMBER, dated_on=date(2026, 4, 29), check_code=""
    )

    (table,) = [block for block in sheet.blocks if block["kind"] == "table"]
    assert table["rows"][0] == (
        "2026年4月29日",
        "2026年5月9日",
        "05-01 劳动节，不计；05-04 劳动节（补假），不计；"
        "05-05 调休（2026-05-09 上班），不计；05-09 上班（2026-05-05 调休）",
    )
    assert table["rows"][9][:2] == ("2026年5月8日", "2026年5月14日")
    assert len(table["rows"]) == 10


def test_plain_days_skip_nothing() -> None:
    case = make_case(make_rule(notice_n=5, notice_unit="d"))

    sheet = notices.notice_of(case, number="1", dated_on=date(2026, 5, 1), check_code="")

    assert "自送达之日的次日起5日。" in said(sheet)
    assert "('2026年5月1日', '2026年5月6日', '')" in said(sheet)


def test_an_extension_says_that_it_is_one(case: Listing) -> None:
    rule = make_rule(list_type=make_list_type("L2"), term_default=12, extension_max=12)
    old = make_listing(rule)
    follow = make_case(old.rule, party=old.entity, follows=old)

    sheet = notices.notice_of(follow, number="1", dated_on=TODAY, check_code="")

    assert sheet.about == "拟延长“示例严重失信主体名单”的公示期限"
    assert f"('延续的决定', '{old.decision_no}')" in said(sheet)


def test_a_letter_is_made_once_for_a_form_sent_twice(case: Listing) -> None:
    for _i in range(2):
        notice(case, key="a")

    assert case.letters.count() == case.steps.filter(act=Act.LETTER).count() == 1


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        pytest.param(
            {"number": " "}, "no_number", "没有填写文号。请填写告知书的文号。", id="number"
        ),
        pytest.param(
            {"dated_on": date(2026, 3, 17)},
            "dated_in_future",
            "落款日期 2026-03-17 在今天之后。请填写今天或者以前的日期。",
            id="tomorrow",
        ),
        pytest.param(
            {"dated_on": date(2026, 3, 15)},
            "dated_early",
            "落款日期早于立案的 2026-03-16。请核对日期。",
            id="before the case",
        ),
    ],
)
def test_what_is_wrong_makes_no_notice(
    case: Listing, fields: dict[str, Any], code: str, text: str
) -> None:
    with pytest.raises(BarredError) as refusal:
        notice(case, **fields)

    assert (refusal.value.codes, str(refusal.value)) == ((code,), text)
    assert not Letter.objects.exists()


def test_only_where_the_notice_is_ours_and_the_case_is_open() -> None:
    elsewhere = make_case(make_rule(notice_kind="prior", notice_n=0, notice_unit=""))
    released = make_listing(make_rule(list_type=make_list_type("L2")))

    for case in (elsewhere, released):
        with pytest.raises(BarredError, match="这个案件现在不需要由本站制作告知书"):
            notice(case)


def test_nobody_of_another_authority_makes_one(case: Listing) -> None:
    maker, checker = make_staff(make_authority("另一测试市市场监督管理局"))

    for stranger in (maker, checker, make_staff(case.authority)[1]):
        with pytest.raises(BarredError):
            notice(case, by=stranger)
    assert not Letter.objects.exists()


def test_a_case_that_moved_meanwhile_gets_no_letter(case: Listing) -> None:
    before = Listing.objects.get(pk=case.pk)
    told(case)

    with pytest.raises(BarredError, match="这条记录刚刚有了变化"):
        notice(before)
    assert not Letter.objects.exists()


# --- Its delivery ------------------------------------------------------------------------


def test_a_delivery_keeps_its_proof_and_counts_the_window(case: Listing) -> None:
    notice(case)

    case = told(case, on=TODAY)

    paper = case.papers.get()
    assert (paper.about, paper.manner, paper.on) == ("notice", "in_person", TODAY)
    assert paper.letter == case.letters.get()
    assert papers.read(paper) == PDF
    assert (case.noticed_on, case.notice_closes_on) == (TODAY, date(2026, 3, 23))
    assert case.steps.latest("pk").act == Act.NOTICE


def test_the_ledger_promises_the_letter_that_was_delivered(case: Listing) -> None:
    notice(case)
    told(case, on=TODAY)

    (entry,) = ledger_of(case)

    assert entry["doc"] == case.letters.get().digest
    assert (entry["on"], entry["days"]) == ("2026-03-16", 8)


def test_a_letter_made_elsewhere_leaves_the_entry_without_a_digest(case: Listing) -> None:
    notice(case)
    # Delivered before ours was dated.
    told(case, on=date(2026, 3, 13))

    assert case.papers.get().letter is None
    assert "doc" not in ledger_of(case)[0]


def test_a_stranger_finds_nothing_wrong_with_it(case: Listing) -> None:
    old = timedelta(days=10)
    listing = make_case(case.rule, at=AT - old)
    notice(listing, dated_on=date(2026, 3, 6), at=AT - old)
    listing = told(listing, on=date(2026, 3, 6), at=AT - old)
    release(listing)

    signing.sign(AT)

    spoken = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_ledger", stdout=spoken)

    assert [entry["t"] for entry in ledger_of(listing)] == ["notice", "list"]
    assert spoken.getvalue() == "clean: 3 entries, 1 on display\n"


@pytest.mark.parametrize("content", [PDF, JPEG, PNG])
def test_a_file_is_what_it_begins_like(case: Listing, content: bytes) -> None:
    told(case, proof=Proof("post", content))

    kind = {PDF: "pdf", JPEG: "jpeg", PNG: "png"}[content]
    assert case.papers.get().kind == kind


def test_an_announcement_counts_thirty_days_later(case: Listing) -> None:
    proof = Proof("announced", PDF)

    case = told(case, on=date(2026, 2, 14), proof=proof)

    # The thirtieth day after the announcement, and five working days after that.
    assert (case.noticed_on, case.notice_closes_on) == (TODAY, date(2026, 3, 23))
    assert case.papers.get().effective_on == TODAY


@pytest.mark.parametrize(
    ("on", "proof", "text"),
    [
        pytest.param(
            date(2026, 2, 15),
            Proof("announced", PDF),
            "公告期未满，2026-03-17 视为送达。请在那一天或者以后记录。",
            id="announced a day too lately",
        ),
        pytest.param(
            TODAY, Proof("", PDF), "没有选择送达方式。请选择一种。", id="no manner"
        ),
        pytest.param(
            TODAY, Proof("oral", PDF), "没有选择送达方式。请选择一种。", id="by mouth"
        ),
        pytest.param(
            TODAY,
            Proof("post", b""),
            "没有送达的证明。请附上送达回证、邮件回执或者公告的扫描件。",
            id="no proof",
        ),
        pytest.param(
            TODAY,
            Proof("post", b"MZ"),
            "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。",
            id="a program",
        ),
        pytest.param(
            TODAY,
            Proof("post", PDF + b"x" * MOST_BYTES),
            "文件超过 5 MB。请压缩后再提交。",
            id="too large",
        ),
    ],
)
def test_what_proves_no_delivery_is_refused(
    case: Listing, on: date, proof: Proof, text: str
) -> None:
    with pytest.raises(BarredError) as refusal:
        told(case, on=on, proof=proof)

    assert str(refusal.value) == text
    case.refresh_from_db()
    assert (case.noticed_on, case.papers.count()) == (None, 0)


def test_every_way_of_delivery_has_its_rule() -> None:
    assert {*serving.WAYS, Manner.ORAL} == {*Manner}
    assert all(way.source and way.basis and way.day for way in serving.WAYS.values())
    days = {str(way): serving.effective_on(way, TODAY) for way in serving.WAYS}
    assert days.pop("announced") == date(2026, 4, 15)
    assert set(days.values()) == {TODAY}


# --- What the party says -----------------------------------------------------------------


def test_defence_and_answer_are_kept_with_their_files(case: Listing) -> None:
    case = told(case)
    by: dict[str, Any] = {"by": case.maker, "at": AT}

    case = actions.record_defence(
        case, "没有此事。", on=date(2026, 3, 5), proof=Proof("post", JPEG), **by
    )
    case = actions.answer_defence(case, "经核实不成立。", proof=Proof("", PNG), **by)

    _notice, defence, answer = case.papers.all()
    assert (defence.about, defence.manner, defence.kind) == ("defence", "post", "jpeg")
    assert (answer.about, answer.manner, papers.read(answer)) == ("answer", "", PNG)


def test_a_defence_may_come_by_mouth_without_a_file(case: Listing) -> None:
    case = told(case)

    case = actions.record_defence(
        case, "没有此事。", on=TODAY, proof=Proof("oral"), by=case.maker, at=AT
    )

    assert (case.papers.latest("pk").manner, case.papers.latest("pk").n_bytes) == (
        "oral",
        0,
    )


def test_a_defence_is_not_announced(case: Listing) -> None:
    case = told(case)

    with pytest.raises(BarredError, match="没有选择提交方式。请选择一种。"):
        actions.record_defence(
            case, "没有此事。", on=TODAY, proof=Proof("left"), by=case.maker, at=AT
        )
    assert case.papers.count() == 1


# --- The decision ------------------------------------------------------------------------


def release(case: Listing) -> Listing:
    maker, checker = make_staff(case.authority)
    decision = actions.Decision(f"示例列〔2026〕{case.pk}号", TODAY)
    proposal = actions.propose(case, Act.RELEASE, decision.payload(), by=maker, at=AT)
    listing = actions.accept(proposal, by=checker, at=AT)
    return Listing.objects.get(pk=listing.pk)


def decide(case: Listing) -> Listing:
    """Told, heard, answered, released."""
    case = told(case)
    by: dict[str, Any] = {"by": case.maker, "at": AT}
    case = actions.record_defence(case, "没有此事。", on=date(2026, 3, 5), **by)
    return release(actions.answer_defence(case, "经核实不成立。", **by))


def test_a_decision_letter_says_the_way_out_and_the_remedies(case: Listing) -> None:
    listing = decide(case)

    actions.make_decision(listing, by=listing.maker, at=AT)

    letter, text = listing.letters.get(), words(listing)
    assert (letter.number, letter.dated_on) == (listing.decision_no, TODAY)
    assert listing.steps.latest("pk").about == Act.RELEASE
    for part in (
        "决定书列入“示例严重失信主体名单”",
        "告知书于2026年3月2日送达，陈述申辩期到2026年3月9日为止。",
        "本单位于2026年3月5日收到陈述申辩：没有此事。",
        "核实结果和答复：经核实不成立。",
        "公示第一日2026年3月16日公示最后一日2029年3月16日",
        "期满自动停止公示，不需要申请。",
        "最早可申请修复2027年3月16日条件已履行义务材料信用修复申请表、信用承诺书",
        "3个工作日内决定是否受理；7个工作日内作出决定；决定后3个工作日内移出",
        f"/repair/apply/{listing.case}/，或者下列办公地址",
        "费用免费。任何机构不得收取“删除”费用。",
        "行政复议：知道决定之日起60日内",
        "认定单位的上级单位：测试省市场监督管理局",
        "行政诉讼：知道决定之日起6个月内，向人民法院起诉。",
        f"/listings/{listing.case}/",
        f"公开台账第{listing.leaf_id}条承诺了本决定的内容",
    ):
        assert part in text


def test_a_court_names_its_own_remedies() -> None:
    court = make_list_type(name_zh="失信被执行人", section="judicial")
    listing = make_listing(make_rule(list_type=court))

    text = said(decisions.decision_of(listing, dated_on=TODAY))

    assert "法院在 15 日内审查" in text
    assert "向上一级人民法院申请复议" in text
    assert "行政复议" not in text


def test_what_has_no_end_says_until_when_it_is_reviewed() -> None:
    rule = make_rule(
        term_kind="open",
        term_unit="",
        term_default=None,
        term_max=None,
        early_exit="condition",
        early=None,
        early_unit="",
        early_from="",
        review_months=6,
    )
    listing = make_listing(rule)

    text = said(decisions.decision_of(listing, dated_on=TODAY))

    assert "没有固定期限；最迟2026年9月16日复核，没有复核的自动停止公示" in text
    assert "期满自动停止公示" not in text
    assert "没有最短公示期，符合条件就可以申请。" in text


ONLY_UNITS: dict[str, Any] = {"subjects": "E", "person_lookup": "none"}


@pytest.mark.parametrize("kind", ["redlist", "register"])
def test_other_records_have_letters_of_their_own_elsewhere(kind: str) -> None:
    listing = make_listing(make_rule(list_type=make_list_type(kind=kind), **ONLY_UNITS))

    with pytest.raises(BarredError, match="公示中的失信名单记录才有决定书"):
        actions.make_decision(listing, by=listing.maker, at=AT)


def test_the_delivery_of_a_decision_is_recorded(case: Listing) -> None:
    listing = decide(case)

    actions.serve_decision(listing, IN_PERSON, on=TODAY, by=listing.maker, at=AT, key="k")
    actions.serve_decision(listing, IN_PERSON, on=TODAY, by=listing.maker, at=AT, key="k")

    paper = listing.papers.latest("pk")
    assert (paper.about, paper.effective_on, papers.read(paper)) == ("decision", TODAY, PDF)
    assert listing.steps.filter(act=Act.SERVE).count() == 1


@pytest.mark.parametrize(
    ("on", "text"),
    [
        (date(2026, 3, 15), "送达日期早于决定日期 2026-03-16。请核对两个日期。"),
        (date(2026, 3, 17), "送达日期 2026-03-17 在今天之后。请填写实际送达的日期。"),
    ],
    ids=["before the decision", "tomorrow"],
)
def test_a_decision_is_delivered_on_a_day_that_was(
    case: Listing, on: date, text: str
) -> None:
    listing = decide(case)

    with pytest.raises(BarredError) as refusal:
        actions.serve_decision(listing, IN_PERSON, on=on, by=listing.maker, at=AT)
    assert str(refusal.value) == text
    assert not listing.papers.filter(about="decision").exists()


def test_what_is_not_decided_is_not_delivered(case: Listing) -> None:
    with pytest.raises(OutOfTurnError):
        actions.serve_decision(case, IN_PERSON, on=TODAY, by=case.maker, at=AT)


# --- Of a person -------------------------------------------------------------------------


def test_of_a_person_the_letter_holds_the_name_and_lies_sealed() -> None:
    listing = of_person(make_rule(), 1, name=NAME)

    actions.make_decision(listing, by=listing.maker, at=AT)

    assert listing.person
    number = vault.open_sealed(
        listing.case, "number", bytes(listing.person.number or b"")
    ).decode()
    text = words(listing)
    assert f"{NAME}：居民身份证末四位{number[-4:]}" in text
    assert number not in text
    assert f"/listings/{listing.case}" not in text
    assert "/persons/check/" in text
    assert not any(holds(file, NAME.encode()) for file in files())


def files() -> list[Path]:
    return list((Path(settings.DATA_DIR) / "papers").iterdir())


def holds(file: Path, words: bytes) -> bool:
    content = file.read_bytes()
    return words in content or content.startswith(b"%PDF")


# --- Erased ------------------------------------------------------------------------------


@pytest.fixture
def long_over() -> Listing:
    """A case that was dropped a hundred days ago, of which everything was kept."""
    at = AT - timedelta(days=100)
    case = make_case(make_rule(in_force=date(2025, 1, 1)), at=at)
    notice(case, dated_on=date(2025, 12, 6), at=at)
    case = told(case, on=date(2025, 12, 6), at=at)
    return actions.drop_case(case, "申辩成立。", by=case.maker, at=at)


def test_letters_and_papers_go_with_their_case(long_over: Listing) -> None:
    letter, paper = long_over.letters.get(), long_over.papers.get()
    kept = {f"{letter.stored_as}.zh", f"{letter.stored_as}.en", paper.stored_as}
    assert kept <= {file.name for file in files()}
    assert papers.forget(AT) == 0

    repair_actions.erase_due(AT)
    n_gone = papers.forget(AT)

    assert n_gone == 2
    assert not kept & {file.name for file in files()}
    assert not CaseKey.objects.filter(case=long_over.case).exists()
    letter.refresh_from_db()
    paper.refresh_from_db()
    assert (letter.number, letter.digest, letter.erased_at) == ("", "0" * 64, AT)
    assert (paper.digest, paper.erased_at, paper.manner) == ("0" * 64, AT, "in_person")
    with pytest.raises(sealed_files.GoneError):
        making.read(letter, "zh")
    with pytest.raises(sealed_files.GoneError):
        papers.read(paper)


def test_what_a_kill_left_goes_on_the_same_occasion(
    long_over: Listing, set_back: Callable[[Path], None]
) -> None:
    orphan, fresh = (sealed_files.folder() / name for name in ("a" * 32, "b" * 32))
    for file in (orphan, fresh):
        file.write_bytes(b"sealed")
    set_back(orphan)
    repair_actions.erase_due(AT)

    papers.forget(AT)

    assert not orphan.exists()
    assert fresh.exists()
    fresh.unlink()


@pytest.fixture
def set_back() -> Callable[[Path], None]:
    """Make a file two days old by the clock of the machine."""

    def older(file: Path) -> None:
        stat = file.stat()
        then = stat.st_mtime - 2 * 86_400
        os.utime(file, (then, then))

    return older


def test_a_file_cannot_stand_in_for_another(case: Listing) -> None:
    told(case)
    told(case, proof=Proof("post", PNG))
    first, second = case.papers.all()
    folder = sealed_files.folder()

    (folder / second.stored_as).write_bytes((folder / first.stored_as).read_bytes())

    with pytest.raises(sealed_files.GoneError):
        papers.read(second)


def test_a_rewritten_english_sheet_has_no_chinese_sentence_of_ours(case: Listing) -> None:
    """What is typed stays as it was typed; what we say is said in English."""
    with translation.override("en"):
        sheet = notices.notice_of(case, number="1", dated_on=TODAY, check_code="c")

    labels = [row[0] for block in sheet.blocks for row in block.get("rows", ())]
    headings = [block["text"] for block in sheet.blocks if block["kind"] == "heading"]
    assert all(text.isascii() for text in (*labels, *headings, sheet.title))
