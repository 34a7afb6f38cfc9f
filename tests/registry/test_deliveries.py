"""An official file from upload to release, to its rollback, or to nothing at all."""

from datetime import date, timedelta

import pytest

from registry import actions
from registry.errors import BarredError, OutOfTurnError
from registry.intake import check, delivering, forgetting, store, work
from registry.intake.errors import IntakeError
from registry.ledger import entries
from registry.logbook import signing
from registry.models import (
    Act,
    Authority,
    Competence,
    Delivery,
    DeliveryRow,
    Entity,
    LedgerEntry,
    Listing,
    Outbox,
    Role,
    Step,
    User,
)
from tests.deliveries import (
    HEADER,
    as_csv,
    checked,
    deliver,
    make_penalty_rules,
    penalty,
    released,
    said_of,
)
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_name,
    make_rule,
    make_staff,
    make_uscc,
    make_user,
)
from tests.many import make_prior_rule
from tests.redlists import make_honour_rule

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(autouse=True)
def rules() -> None:
    make_penalty_rules()


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def maker(authority: Authority) -> User:
    return make_staff(authority)[0]


@pytest.fixture
def checker(authority: Authority) -> User:
    return make_staff(authority)[1]


def known(serial: int = 1, **fields: object) -> Entity:
    """The party of the penalty with that serial, as the register has it."""
    entity = make_entity(f"云澜市测试{serial}号商贸有限公司", **fields)
    make_identifier(entity, make_uscc(serial))
    return entity


def stored() -> set[str]:
    """The files there are."""
    folder = store.folder()
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


# --- The dry run --------------------------------------------------------------------------


def test_each_record_gets_a_verdict_and_nothing_else_changes(maker: User) -> None:
    known(1)
    records = [penalty(1), penalty(2), penalty(3, CF_JDRQ=""), penalty(4, CF_XDR_MC="")]

    delivery = checked(as_csv(records), maker)

    assert delivery.state == State.CHECKED
    assert said_of(delivery) == {
        2: ("accepted", []),
        3: ("accepted", ["new_party"]),
        4: ("doubtful", ["no_value"]),
        5: ("rejected", ["no_party"]),
    }
    assert (delivery.position, delivery.n_accepted) == (4, 2)
    assert (delivery.n_doubtful, delivery.n_rejected) == (1, 1)
    assert Entity.objects.count() == 1
    assert not Listing.objects.exists()
    assert not LedgerEntry.objects.filter(kind="list").exists()


def test_a_list_the_authority_may_not_use_is_said_of_each_record(maker: User) -> None:
    Competence.objects.update(until=AT.date())

    delivery = checked(as_csv([penalty(1), penalty(2)]), maker)

    assert said_of(delivery) == {
        2: ("rejected", ["no_competence"]),
        3: ("rejected", ["no_competence"]),
    }


def test_a_list_that_announces_candidates_takes_no_record(maker: User) -> None:
    make_honour_rule("TEST_HONOUR")
    record = {
        "主体名称": "云澜市测试1号商贸有限公司",
        "统一社会信用代码": make_uscc(1),
        "决定文书号": "云澜守信〔2026〕1号",
        "决定日期": "2026-03-02",
        "列入事由": "连续三年依法纳税",
        "认定事实": "连续三年按期如实申报。",
    }

    delivery = checked(as_csv([record], tuple(record)), maker, list_code="TEST_HONOUR")

    assert said_of(delivery) == {2: ("rejected", ["candidates"])}


def other_party(entity: Entity) -> None:
    make_entity(entity.name)


# What the file says otherwise than a right record, and what is said of it.
SAID = {
    "a person": ({"CF_XDR_LB": "自然人"}, "rejected", ["natural_person"]),
    "the number of a person": (
        {"CF_XDR_SHXYM": "11010519491231002X"},
        "rejected",
        ["personal_number"],
    ),
    "such a number in the facts": (
        {"CF_SY": "当事人（身份证号11010519491231002X）未明码标价。"},
        "rejected",
        ["personal_number"],
    ),
    "a telephone number in the facts": (
        {"CF_SY": "当事人（联系电话13800000000）未明码标价。"},
        "doubtful",
        ["private"],
    ),
    "a name like a person's": (
        {"CF_XDR_MC": "甲某某", "CF_XDR_SHXYM": ""},
        "doubtful",
        ["perhaps_person"],
    ),
    "decided by another authority": (
        {"CF_CFJGDM": make_uscc(5, department="11")},
        "rejected",
        ["other_authority"],
    ),
    "by one of another name": (
        {"CF_CFJG": "另一测试市市场监督管理局"},
        "rejected",
        ["other_authority"],
    ),
    "by this one": ({"CF_CFJG": "测试市市场监督管理局"}, "accepted", []),
    "a number nobody has": (
        {"CF_XDR_SHXYM": "91990000000000019X"},
        "doubtful",
        ["wrong_code"],
    ),
    "a number of another": (
        {"CF_XDR_MC": "蜀州另一测试有限公司"},
        "doubtful",
        ["other_name"],
    ),
    "by its exact name": ({"CF_XDR_SHXYM": ""}, "accepted", []),
    "not decided yet": ({"CF_JDRQ": "2026-03-17"}, "rejected", ["decision_in_future"]),
    "before the rule": ({"CF_JDRQ": "2025-12-31"}, "rejected", ["no_rule"]),
    "a shorter term": ({"CF_GSJZQ": "2026-09-02"}, "accepted", ["shorter"]),
    "an odd end": ({"CF_GSJZQ": "2026-09-10"}, "doubtful", ["odd_end"]),
    "too short a term": ({"CF_GSJZQ": "2026-04-02"}, "doubtful", ["barred", "shorter"]),
    "revoked": ({"CF_ZT": "撤销"}, "rejected", ["revoked_there"]),
    "minor, so only kept": ({"CF_NR_FK": "2"}, "accepted", ["kept"]),
}


def test_what_is_said_of_each_record(maker: User) -> None:
    for serial in range(1, len(SAID) + 1):
        known(serial)
    records = [
        penalty(serial, **cells)
        for serial, (cells, *_said) in enumerate(SAID.values(), start=1)
    ]

    delivery = checked(as_csv(records), maker)

    found = {
        name: (verdict, sorted(codes))
        for name, (verdict, codes) in zip(SAID, said_of(delivery).values(), strict=True)
    }
    assert found == {name: (verdict, codes) for name, (_, verdict, codes) in SAID.items()}


def test_of_a_person_nothing_is_kept(maker: User) -> None:
    records = [
        penalty(1, CF_XDR_LB="自然人", CF_XDR_MC="甲某"),
        penalty(2, CF_XDR_MC="甲某", CF_XDR_SHXYM="11010519491231002X"),
        penalty(3, CF_XDR_MC="甲某", CF_XDR_SHXYM=""),
    ]

    delivery = checked(as_csv(records), maker)

    assert {(row.name, row.code, row.draft) for row in delivery.rows.all()} == {
        ("", "", None)
    }


def test_a_former_name_is_a_name(maker: User) -> None:
    make_name(known(1), "云澜市旧名测试有限公司")

    delivery = checked(as_csv([penalty(1, CF_XDR_MC="云澜市旧名测试有限公司")]), maker)

    assert said_of(delivery)[2] == ("accepted", [])


def test_two_of_a_name_are_told_apart_by_their_number(maker: User) -> None:
    other_party(known(1))

    delivery = checked(as_csv([penalty(1, CF_XDR_SHXYM=""), penalty(1)]), maker)

    assert said_of(delivery)[2] == ("doubtful", ["ambiguous"])
    assert said_of(delivery)[3] == ("accepted", [])


def test_a_merged_record_leads_to_the_one_that_stays(
    maker: User, authority: Authority
) -> None:
    stays = make_entity("云澜市测试1号商贸有限公司")
    known(1, merged_into=stays)

    released(as_csv([penalty(1)]), authority)

    assert Listing.objects.get().entity == stays


def test_the_same_decision_twice_in_a_file(maker: User) -> None:
    records = [penalty(1), penalty(2), penalty(1), penalty(2, CF_NR="罚款人民币一元")]

    delivery = checked(as_csv(records), maker)

    assert said_of(delivery) == {
        2: ("accepted", ["new_party"]),
        # Of two that contradict each other nobody knows which is right.
        3: ("doubtful", ["contradicted"]),
        4: ("rejected", ["duplicate"]),
        5: ("doubtful", ["contradicted"]),
    }
    assert (delivery.n_accepted, delivery.n_doubtful, delivery.n_repeated) == (1, 2, 2)


def test_a_row_of_another_length_is_told_with_its_columns(maker: User) -> None:
    content = as_csv([penalty(1)]) + "云澜市测试2号商贸有限公司,法人\r\n".encode()

    delivery = checked(content, maker)

    assert said_of(delivery)[3] == ("rejected", ["columns"])
    assert delivery.rows.get(number=3).words == [
        "列数与表头不符，请核对分隔符和引号（2/16）"
    ]
    assert [code for code, _numbers in delivery.alarms] == ["cut"]


# --- Released -----------------------------------------------------------------------------


def test_a_file_is_released_by_a_second_person(
    authority: Authority, maker: User, checker: User
) -> None:
    known(1)
    records = [
        penalty(1),
        penalty(2, CF_CFLB="吊销许可证件", CF_NR_FK="", CF_NR_WFFF="0.5"),
        penalty(3, CF_NR_FK="1"),
        penalty(4, CF_JDRQ="昨天"),
    ]

    delivery = released(as_csv(records), authority)
    signing.sign(AT)

    assert (delivery.state, delivery.checker) == (State.RELEASED, checker)
    general, serious, minor = Listing.objects.order_by("pk")
    assert (general.list_type_id, general.displayed_until) == (
        "REG_PENALTY_GENERAL",
        date(2027, 3, 3),
    )
    assert (serious.list_type_id, serious.displayed_until) == (
        "REG_PENALTY_SERIOUS",
        date(2029, 3, 3),
    )
    assert (minor.list_type_id, minor.displayed_from) == ("REG_PENALTY_MINOR", None)
    assert general.amount == 200_000
    assert serious.details == {
        "penalty_kind": "吊销许可证件",
        "content": "罚款人民币200000元",
        "confiscated": "5000.00",
    }
    assert {one.maker for one in (general, serious, minor)} == {maker}
    assert {one.checker for one in (general, serious, minor)} == {checker}
    assert set(Listing.objects.on_display(AT)) == {general, serious}
    assert not LedgerEntry.objects.filter(kind="notice").exists()
    # An unknown party becomes an organisation of unknown status.
    assert serious.entity is not None
    assert serious.entity.status == Entity.Status.UNKNOWN
    assert serious.entity.source.name == authority.name
    assert [one.act for one in general.steps.all()] == [Act.OPEN, Act.PROPOSE, Act.RELEASE]


def test_the_rows_lead_to_what_they_made_and_keep_no_name(authority: Authority) -> None:
    delivery = released(as_csv([penalty(1)]), authority)

    row = delivery.rows.get()
    assert row.listing == Listing.objects.get()
    assert (row.name, row.code, row.decision_no, row.draft) == ("", "", "", None)
    assert row.party == "云澜市测试1号商贸有限公司"


def test_a_notice_that_the_file_dates_is_in_the_ledger_with_its_digest(
    authority: Authority,
) -> None:
    make_prior_rule("TEST_PRIOR")
    record = {
        "主体名称": "云澜市测试1号商贸有限公司",
        "统一社会信用代码": make_uscc(1),
        "决定文书号": "示例列〔2026〕1号",
        "决定日期": "2026-03-02",
        "告知送达日期": "2026-02-20",
        "列入事由": "示例事由",
        "认定事实": "示例事实。",
    }

    delivery = released(as_csv([record], tuple(record)), authority, list_code="TEST_PRIOR")

    notice = entries.decode(bytes(LedgerEntry.objects.get(kind="notice").content))
    assert notice["on"] == "2026-02-20"
    assert (notice["prior"], notice["doc"]) == (True, delivery.digest)
    assert Listing.objects.get().noticed_on == date(2026, 2, 20)


def test_the_file_goes_when_the_delivery_is_over(
    authority: Authority, django_capture_on_commit_callbacks: object
) -> None:
    maker, _ = make_staff(authority)
    delivery = checked(as_csv([penalty(1)]), maker)
    place = store.place(delivery.stored_as)
    assert place.stat().st_mode & 0o077 == 0

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        delivering.withdraw(delivery, by=maker, at=AT)

    assert not place.exists()


def test_a_release_is_all_or_nothing(
    authority: Authority, maker: User, checker: User
) -> None:
    """A guard of the register changed between the check and the release."""
    known(2)
    delivery = checked(as_csv([penalty(1), penalty(2)]), maker)
    delivery = delivering.submit(delivery, by=maker, at=AT)
    delivering.approve(delivery, by=checker, at=AT)
    Entity.objects.update(kind=Entity.Kind.PUBLIC_BODY)

    delivery = work.finish(Delivery.objects.get(), lambda: AT)

    assert delivery.state == State.CHECKED
    assert delivery.fault.startswith("登记在核对之后有了变化，没有办理，也没有任何改动。")
    assert not Listing.objects.exists()
    assert Entity.objects.count() == 1
    assert [step.act for step in delivery.steps.all()][-1] == "fail"


def test_checked_again_the_change_is_seen(maker: User, checker: User) -> None:
    entity = known(1)
    delivery = checked(as_csv([penalty(1)]), maker)
    Entity.objects.filter(pk=entity.pk).update(kind=Entity.Kind.PUBLIC_BODY)

    delivering.check_again(delivery, by=maker, at=AT)
    delivery = work.finish(Delivery.objects.get(), lambda: AT)

    assert said_of(delivery)[2] == ("rejected", ["wrong_subject"])


# --- Delivered again ----------------------------------------------------------------------


def test_the_same_records_again_are_unchanged(authority: Authority, maker: User) -> None:
    released(as_csv([penalty(1)]), authority)

    again = checked(as_csv([penalty(1), penalty(2)]), maker)

    assert said_of(again) == {2: ("unchanged", []), 3: ("accepted", ["new_party"])}


def test_what_a_merged_record_had_listed_is_known(authority: Authority) -> None:
    released(as_csv([penalty(1)]), authority)
    stays = make_entity("云澜市测试1号商贸有限公司")
    Entity.objects.exclude(pk=stays.pk).update(merged_into=stays)

    again = checked(as_csv([penalty(1), penalty(2)]), make_staff(authority)[0])

    assert said_of(again)[2] == ("unchanged", [])


def test_other_content_is_a_change_to_be_made_by_hand(
    authority: Authority, maker: User
) -> None:
    released(as_csv([penalty(1), penalty(2)]), authority)
    records = [penalty(1, CF_SY="另一事实。"), penalty(2, CF_ZT="撤销")]

    again = checked(as_csv(records), maker)

    assert said_of(again) == {2: ("changed", ["differs"]), 3: ("changed", ["revoked"])}
    assert {row.listing for row in again.rows.all()} == set(Listing.objects.all())
    with pytest.raises(BarredError, match="没有可以公示的记录"):
        delivering.submit(again, by=maker, at=AT)


def test_who_has_left_is_not_listed_again(authority: Authority, maker: User) -> None:
    """A full file goes on naming those whose penalty was repaired."""
    released(as_csv([penalty(1)]), authority)
    listing = Listing.objects.get()
    decider = make_user("decider", authority, Role.REPAIR_DECIDER)
    actions.end_display(
        listing, Listing.EndReason.REPAIRED, document="示例修〔2026〕1号", by=decider, at=AT
    )

    again = checked(as_csv([penalty(1), penalty(2)]), maker)
    # And when nothing is left that names the decision.
    Listing.objects.update(
        erased_at=AT,
        decision_no="",
        ground="",
        facts="",
        details={},
        amount=None,
        end_document="",
    )
    later = checked(as_csv([penalty(1), penalty(3)]), maker)

    assert said_of(again)[2] == ("unchanged", ["ended"])
    assert said_of(later)[2] == ("unchanged", ["ended"])


def test_another_authority_may_not_list_the_same_decision(authority: Authority) -> None:
    released(as_csv([penalty(1)]), authority)
    other = make_authority("另一测试市市场监督管理局")

    delivery = checked(as_csv([penalty(1)]), make_staff(other)[0])

    assert said_of(delivery)[2] == ("rejected", ["twice"])


# --- Who may, and when --------------------------------------------------------------------


def test_nobody_releases_what_they_delivered(maker: User) -> None:
    delivery = delivering.submit(checked(as_csv([penalty()]), maker), by=maker, at=AT)
    maker.groups.set(make_user("x", maker.authority, Role.CHECKER, Role.MAKER).groups.all())

    with pytest.raises(BarredError) as refusal:
        delivering.approve(delivery, by=maker, at=AT)

    assert refusal.value.codes == ("own_proposal",)


def test_nobody_releases_what_they_proposed_of_a_colleague(maker: User) -> None:
    """Whoever has explained or proposed the file is on the first side, too."""
    both = make_user("both", maker.authority, Role.CHECKER, Role.MAKER)
    delivery = delivering.submit(checked(as_csv([penalty()]), maker), by=both, at=AT)

    with pytest.raises(BarredError) as approved:
        delivering.approve(delivery, by=both, at=AT)
    with pytest.raises(BarredError) as refused:
        delivering.refuse(delivery, "文号有误", by=both, at=AT)

    assert approved.value.codes == refused.value.codes == ("own_proposal",)
    delivery.refresh_from_db()
    assert delivery.state == State.WAITING


def test_another_authority_may_do_nothing(maker: User) -> None:
    delivery = delivering.submit(checked(as_csv([penalty()]), maker), by=maker, at=AT)
    strange_maker, strange_checker = make_staff(make_authority("测试市生态环境局"))

    for act, who in (
        (delivering.approve, strange_checker),
        (delivering.withdraw, strange_maker),
    ):
        with pytest.raises(BarredError) as refusal:
            act(delivery, by=who, at=AT)
        assert refusal.value.codes == ("other_authority",)


def test_an_act_out_of_turn_says_where_it_stands(maker: User, checker: User) -> None:
    delivery = checked(as_csv([penalty()]), maker)

    with pytest.raises(OutOfTurnError, match="已核对"):
        delivering.approve(delivery, by=checker, at=AT)


def test_sent_twice_it_happens_once(maker: User, checker: User) -> None:
    first = deliver(as_csv([penalty()]), maker, key="form-1")
    assert deliver(as_csv([penalty()]), maker, key="form-1") == first
    work.finish(first, lambda: AT)
    for _ in range(2):
        delivering.submit(first, by=maker, at=AT, key="form-2")
        delivering.approve(first, by=checker, at=AT, key="form-3")
    for _ in range(2):
        work.finish(Delivery.objects.get(), lambda: AT)

    assert Listing.objects.count() == 1
    assert Delivery.objects.get().steps.count() == 5


def test_the_same_file_twice_is_told(maker: User) -> None:
    first = checked(as_csv([penalty()]), maker)
    before = stored()

    with pytest.raises(BarredError) as refusal:
        deliver(as_csv([penalty()]), maker)

    assert str(refusal.value) == (
        f"同一份文件已在 2026-03-16 报送（第 {first.pk} 批，已核对）。请在那一批中办理。"
    )
    assert Delivery.objects.count() == 1
    assert stored() == before


def test_an_alarm_is_released_against_with_a_reason_only(
    authority: Authority, maker: User, checker: User
) -> None:
    released(as_csv([penalty(serial) for serial in range(1, 21)]), authority)
    fewer = checked(as_csv([penalty(serial) for serial in range(21, 35)]), maker)
    assert fewer.alarms == [["fewer", {"n": 14, "usual": 20, "percent": 30}]]
    delivering.submit(fewer, by=maker, at=AT)

    with pytest.raises(BarredError) as refusal:
        delivering.approve(fewer, by=checker, at=AT)
    assert refusal.value.codes == ("no_reason",)

    delivering.approve(fewer, by=checker, at=AT, reason="本期案件较少。")
    done = work.finish(Delivery.objects.get(pk=fewer.pk), lambda: AT)
    assert (done.state, done.reason) == (State.RELEASED, "本期案件较少。")


def test_refused_with_a_reason_nothing_is_left_to_release(
    maker: User, checker: User
) -> None:
    delivery = delivering.submit(checked(as_csv([penalty()]), maker), by=maker, at=AT)
    with pytest.raises(BarredError, match="没有写明退回的理由"):
        delivering.refuse(delivery, " ", by=checker, at=AT)

    delivering.refuse(delivery, "文号有误", by=checker, at=AT)

    assert Delivery.objects.get().state == State.REFUSED
    assert DeliveryRow.objects.get().draft is None
    # The file may come again.
    assert deliver(as_csv([penalty()]), maker).state == State.CHECKING


def test_what_nobody_decides_on_in_ten_days_lapses(maker: User, checker: User) -> None:
    delivery = delivering.submit(checked(as_csv([penalty()]), maker), by=maker, at=AT)
    last = AT + timedelta(days=10) - timedelta(seconds=1)

    assert forgetting.lapse_deliveries(last) == 0
    with pytest.raises(BarredError, match="提请已经逾期"):
        delivering.approve(delivery, by=checker, at=AT + timedelta(days=10))
    assert forgetting.lapse_deliveries(AT + timedelta(days=10)) == 1
    assert Delivery.objects.get().state == State.CHECKED


# --- What cannot be taken -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "文件是空的。请确认导出是否完成，再重新提交。", id="empty"),
        pytest.param(
            as_csv([]), "文件只有表头，没有记录。请确认导出是否完成。", id="a header only"
        ),
    ],
)
def test_a_file_that_cannot_be_taken_leaves_nothing(
    maker: User, content: bytes, sentence: str
) -> None:
    before = stored()

    with pytest.raises((IntakeError, BarredError)) as refusal:
        deliver(content, maker)

    assert str(refusal.value) == sentence
    assert not Delivery.objects.exists()
    assert stored() == before


@pytest.mark.parametrize(
    ("list_code", "code"),
    [
        pytest.param("UNHEARD_OF", "no_list", id="no such list"),
        pytest.param("TEST_LIST", "notice_is_ours", id="the notice is counted here"),
    ],
)
def test_a_list_that_takes_no_files(maker: User, list_code: str, code: str) -> None:
    make_rule()

    with pytest.raises(BarredError) as refusal:
        deliver(as_csv([penalty()]), maker, list_code=list_code)

    assert refusal.value.codes == (code,)


# --- Columns that nobody knows ------------------------------------------------------------


def test_a_column_is_explained_once_and_remembered(maker: User) -> None:
    header = tuple("文书编号啊" if name == "CF_WSH" else name for name in HEADER)
    records = [penalty(serial, 文书编号啊=f"测〔2026〕{serial}号") for serial in (1, 2)]

    first = deliver(as_csv(records[:1], header), maker)
    assert first.state == State.UPLOADED
    with pytest.raises(IntakeError, match="CF_WSH"):
        delivering.explain(first, {"文书编号啊": ""}, by=maker, at=AT)
    delivering.explain(first, {"文书编号啊": "CF_WSH"}, by=maker, at=AT)
    second = checked(as_csv(records[1:], header), maker)

    assert Delivery.objects.get(pk=first.pk).state == State.CHECKING
    assert second.state == State.CHECKED
    assert second.rows.get().decision_no == "测〔2026〕2号"


# --- Rolled back --------------------------------------------------------------------------


def rolled_back(delivery: Delivery, by: User, second: User) -> Delivery:
    delivering.propose_undo(delivery, "示例撤〔2026〕1号", by=by, at=AT)
    delivering.approve_undo(delivery, by=second, at=AT)
    return work.finish(Delivery.objects.get(pk=delivery.pk), lambda: AT)


def test_a_delivery_is_rolled_back_by_two_and_nothing_is_deleted(
    authority: Authority, maker: User, checker: User
) -> None:
    delivery = released(
        as_csv([penalty(1), penalty(2), penalty(3, CF_NR_FK="1")]), authority
    )
    decider = make_user("decider", authority, Role.REPAIR_DECIDER)
    left = Listing.objects.order_by("pk")[0]
    actions.end_display(
        left, Listing.EndReason.REPAIRED, document="示例修〔2026〕1号", by=decider, at=AT
    )

    delivery = rolled_back(delivery, maker, checker)

    assert (delivery.state, delivery.n_ended) == (State.ROLLED_BACK, 2)
    assert Listing.objects.count() == 3
    reasons = list(Listing.objects.order_by("pk").values_list("end_reason", flat=True))
    assert reasons == ["repaired", "wrong", "wrong"]
    assert Step.objects.filter(act=Act.END, by=checker).count() == 2
    assert LedgerEntry.objects.filter(kind="end").count() == 2
    assert Outbox.objects.filter(kind="batch.ended").count() == 1
    # The file may come again.
    assert said_of(checked(as_csv([penalty(1)]), maker))[2] == ("unchanged", ["ended"])


def test_one_person_does_not_roll_back(authority: Authority, maker: User) -> None:
    delivery = released(as_csv([penalty(1)]), authority)
    maker.groups.set(make_user("x", authority, Role.CHECKER, Role.MAKER).groups.all())

    with pytest.raises(BarredError, match="没有写明撤销依据的文书号"):
        delivering.propose_undo(delivery, "", by=maker, at=AT)
    delivering.propose_undo(delivery, "示例撤〔2026〕1号", by=maker, at=AT)
    with pytest.raises(BarredError) as refusal:
        delivering.approve_undo(delivery, by=maker, at=AT)

    assert refusal.value.codes == ("own_proposal",)


def test_a_rollback_that_is_refused_changes_nothing(
    authority: Authority, maker: User, checker: User
) -> None:
    delivery = released(as_csv([penalty(1)]), authority)
    delivering.propose_undo(delivery, "示例撤〔2026〕1号", by=maker, at=AT)

    delivering.keep(delivery, "文书没有问题", by=checker, at=AT)

    kept = Delivery.objects.get()
    assert (kept.state, kept.undo_maker, kept.undo_document) == (State.RELEASED, None, "")


# --- Forgotten ----------------------------------------------------------------------------


def test_after_ninety_days_only_rows_with_a_listing_are_left(
    authority: Authority, maker: User
) -> None:
    released(as_csv([penalty(1), penalty(2, CF_JDRQ="")]), authority)
    last = AT + timedelta(days=90) - timedelta(seconds=1)

    assert forgetting.forget_deliveries(last) == 0
    assert forgetting.forget_deliveries(AT + timedelta(days=90)) == 1
    assert [row.number for row in DeliveryRow.objects.all()] == [2]
    assert forgetting.forget_deliveries(AT + timedelta(days=91)) == 0


# --- Killed -------------------------------------------------------------------------------


def test_a_check_goes_on_where_it_stopped(maker: User) -> None:
    records = [penalty(serial) for serial in range(1, 12)]
    delivery = deliver(as_csv(records), maker)

    class KilledError(Exception):
        pass

    def killed_after(n: int) -> object:
        def progress(seen: Delivery) -> None:
            if seen.position >= n:
                raise KilledError

        return progress

    old, check.CHUNK = check.CHUNK, 4
    try:
        with pytest.raises(KilledError):
            work.finish(delivery, lambda: AT, killed_after(4))  # type: ignore[arg-type]
        assert Delivery.objects.get().position == 4
        done = work.finish(Delivery.objects.get(), lambda: AT)
    finally:
        check.CHUNK = old

    assert (done.state, done.n_accepted) == (State.CHECKED, 11)
    assert sorted(said_of(done)) == list(range(2, 13))
