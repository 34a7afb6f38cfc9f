"""Official files on the pages of the workplace: two people and nobody else's files."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import second_factor
from registry.intake import delivering, store, work
from registry.intake.tables import open_table
from registry.models import Authority, Delivery, Listing, Role, Viewing
from tests.authenticator import app_shows
from tests.deliveries import (
    HEADER,
    as_csv,
    checked,
    make_penalty_rules,
    penalty,
    released,
    said_of,
)
from tests.factories import AT, make_authority, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/registry/delivery/"
ASKED = "这件事要再次验证：距上次填写验证码已经超过五分钟。"
State = Delivery.State


class Desk:
    """A maker and a checker of one authority at their screens."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.clients = {}
        for role, user in zip(("maker", "checker"), make_staff(authority), strict=True):
            self.clients[role] = Client()
            sign_in(self.clients[role], user)

    def get(self, path: str, by: str = "maker") -> str:
        return self.clients[by].get(f"{PAGE}{path}").content.decode()

    def post(self, path: str, by: str = "maker", **fields: Any) -> str:
        sent = {"key": str(uuid4())} | fields
        answer = self.clients[by].post(f"{PAGE}{path}", sent, follow=True)
        return answer.content.decode()

    def upload(self, content: bytes, list_code: str = "REG_PENALTY") -> str:
        file = SimpleUploadedFile("处罚.csv", content)
        return self.post("upload/", list_code=list_code, file=file)

    def act(self, name: str, by: str = "maker", **fields: Any) -> str:
        pk = Delivery.objects.latest("pk").pk
        return self.post(f"{pk}/acts/{name}/", by, **fields)


@pytest.fixture
def desk() -> Desk:
    make_penalty_rules()
    return Desk(make_authority())


def finish() -> None:
    work.finish(Delivery.objects.latest("pk"), lambda: AT)


def test_from_upload_to_release_and_back(desk: Desk) -> None:
    shown = desk.upload(as_csv([penalty(1), penalty(2, CF_JDRQ="")]))
    assert "文件已经收到，正在核对。" in shown
    assert "已核对 0 条，共 2 条" in shown
    assert '<meta http-equiv="refresh" content="3">' in shown

    finish()
    pk = Delivery.objects.get().pk
    shown = desk.get(f"{pk}/change/")
    assert "缺少必填内容（CF_JDRQ）" in shown
    # The class of the penalty, before anybody decides on it.
    assert shown.count("<td>示例严重失信主体名单</td>") == 1
    assert "http-equiv" not in shown
    assert "已提请公示，等待另一名审核人审核。" in desk.act("submit")
    todo = desk.clients["checker"].get("/admin/").content.decode()
    assert "报送批次，等待我审核" in todo
    assert f"{pk} 处罚.csv" in todo

    assert "已同意，正在公示。" in desk.act("approve", "checker", reason="已经核实")
    finish()
    listing = Listing.objects.get()
    assert f"/admin/registry/listing/{listing.pk}/change/" in desk.get(f"{pk}/change/")

    desk.act("undo", document="示例撤〔2026〕1号")
    desk.act("approve-undo", "checker")
    finish()
    assert Delivery.objects.get().state == State.ROLLED_BACK


def test_whoever_proposed_a_file_is_not_asked_to_release_it(desk: Desk) -> None:
    both = make_user("both", desk.authority, Role.CHECKER, Role.MAKER)
    desk.clients["both"] = Client()
    sign_in(desk.clients["both"], both)
    desk.upload(as_csv([penalty(1)]))
    finish()
    desk.act("submit", "both")
    pk = Delivery.objects.get().pk

    todo = desk.clients["both"].get("/admin/").content.decode()
    assert f"{pk} 处罚.csv" not in todo
    assert "acts/approve/" not in desk.get(f"{pk}/change/", "both")
    assert "acts/approve/" in desk.get(f"{pk}/change/", "checker")


@pytest.mark.parametrize("undone", [False, True], ids=["release", "rollback"])
def test_to_decide_on_a_whole_file_takes_a_fresh_code(desk: Desk, undone: bool) -> None:
    desk.upload(as_csv([penalty(1)]))
    finish()
    desk.act("submit")
    if undone:
        desk.act("approve", "checker")
        finish()
        desk.act("undo", document="示例撤〔2026〕1号")
    name, waits = ("approve-undo", "undoing") if undone else ("approve", "waiting")
    later = AT + timedelta(minutes=5, seconds=1)

    with time_machine.travel(later, tick=False):
        asked = desk.act(name, "checker", reason="已经核实")
        device = TOTPDevice.objects.get(user__username=f"checker-{desk.authority.pk}")
        assert "这件事要再次验证" in asked
        assert Delivery.objects.get().state == waits
        code = app_shows(second_factor.secret_of(device), later)
        desk.act(name, "checker", reason="已经核实", token=code)

    assert Delivery.objects.get().state != waits


def test_the_rows_are_told_in_the_language_of_the_reader(desk: Desk) -> None:
    desk.upload(as_csv([penalty(1, CF_JDRQ="")]))
    finish()
    path = f"/en{PAGE}{Delivery.objects.get().pk}/change/"

    shown = desk.clients["maker"].get(path).content.decode()

    assert "a required value is missing" in shown


@pytest.mark.parametrize(
    ("content", "list_code", "sentence"),
    [
        pytest.param(
            b"", "REG_PENALTY", "文件是空的。请确认导出是否完成，再重新提交。", id="empty"
        ),
        pytest.param(
            as_csv([]), "REG_PENALTY", "文件只有表头，没有记录。", id="a header only"
        ),
        pytest.param(b"%PDF-1.7", "REG_PENALTY", "PDF", id="a paper"),
        pytest.param(
            as_csv([penalty()]), "TEST_LIST", "选择一个有效的选项", id="another list"
        ),
    ],
)
def test_what_is_not_taken_is_told_at_once(
    desk: Desk, content: bytes, list_code: str, sentence: str
) -> None:
    assert sentence in desk.upload(content, list_code)
    assert not Delivery.objects.exists()


def test_a_column_is_asked_for_and_then_known(desk: Desk) -> None:
    header = tuple("文书编号啊" if name == "CF_WSH" else name for name in HEADER)
    shown = desk.upload(as_csv([penalty(1, 文书编号啊="测〔2026〕1号")], header))
    pk = Delivery.objects.get().pk
    assert "缺少必需的列。请说明下面哪一列是它，下次报送时会记住。" in shown

    shown = desk.post(f"{pk}/columns/", column_0="")
    assert "缺少必需的列：行政处罚决定书文号（CF_WSH）。" in shown
    desk.post(f"{pk}/columns/", column_0="CF_WSH")
    assert Delivery.objects.get().state == State.CHECKING


def test_an_act_that_is_refused_says_why_on_the_page(desk: Desk) -> None:
    maker, _ = make_staff(desk.authority)
    checked(as_csv([penalty(1, CF_JDRQ="")]), maker)

    assert "没有可以公示的记录。" in desk.act("submit")


def test_the_report_is_read_page_by_page(desk: Desk) -> None:
    maker, _ = make_staff(desk.authority)
    records = [
        penalty(serial, CF_JDRQ="" if serial % 2 else "2026-03-02")
        for serial in range(1, 121)
    ]
    delivery = checked(as_csv(records), maker)
    path = f"{delivery.pk}/change/?verdict=doubtful"

    first = desk.get(path)
    assert first.count("<td>存疑</td>") == 50
    assert (
        f"from={delivery.rows.filter(verdict='doubtful').order_by('number')[50].number}#rows"
        in first
    )
    second = desk.get(f"{path}&from=101")
    assert second.count("<td>存疑</td>") == 10
    assert "下一页" in first
    assert "下一页" not in second
    assert "<td>存疑</td>" not in desk.get(f"{delivery.pk}/change/?verdict=accepted")
    # Whatever stands there instead is no page of its own.
    assert desk.get(f"{delivery.pk}/change/?verdict=x&from=y").count("<tr>") > 50


def test_what_was_not_taken_comes_back_to_be_put_right(desk: Desk, tmp_path: Path) -> None:
    header = (*HEADER, "CF_FR_ZJHM")
    secret = "11010519491231002X"
    records = [
        penalty(1),
        penalty(2, CF_JDRQ="", CF_FR_ZJHM=secret),
        penalty(3, CF_XDR_LB="自然人", CF_XDR_MC="甲某"),
    ]
    maker, _ = make_staff(desk.authority)
    delivery = checked(as_csv(records, header), maker)

    answer = desk.clients["maker"].post(
        f"{PAGE}{delivery.pk}/errors/", {"purpose": "return"}
    )

    path = tmp_path / "errors.xlsx"
    path.write_bytes(answer.content)
    table = open_table(path)
    rows = [cells for _row, cells in table.records()]
    assert table.header == ("退回原因", *header)
    assert [cells[0] for cells in rows] == [
        "第 3 行：缺少必填内容（CF_JDRQ）",
        "第 4 行：自然人的记录不公示，请从文件中删去",
    ]
    assert rows[0][1] == "云澜市测试2号商贸有限公司"
    # Of persons nothing comes back, nor of what may never be stored.
    assert not any(rows[1][1:])
    assert secret not in str(rows)
    assert "attachment" in answer.headers["Content-Disposition"]
    # Put right, it is a file like any other.
    rows[0][12] = "2026-03-02"
    again = as_csv([dict(zip(table.header, rows[0], strict=True))], table.header)
    assert said_of(checked(again, maker)) == {2: ("accepted", ["new_party"])}


def test_a_file_that_was_altered_on_the_disk_is_not_handed_back(desk: Desk) -> None:
    maker, _ = make_staff(desk.authority)
    delivery = checked(as_csv([penalty(1), penalty(2, CF_JDRQ="")]), maker)
    place = store.place(delivery.stored_as)
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)

    answer = desk.clients["maker"].post(
        f"{PAGE}{delivery.pk}/errors/", {"purpose": "return"}, follow=True
    )

    assert answer.redirect_chain == [(f"{PAGE}{delivery.pk}/change/", 302)]
    assert "存放的文件已经变化，没有办理。请重新报送。" in answer.content.decode()


def test_the_sources_say_who_is_silent(desk: Desk) -> None:
    released(as_csv([penalty(1), penalty(2, CF_JDRQ="")]), desk.authority)

    shown = desk.get("sources/")

    assert desk.authority.name in shown
    assert "<td>行政处罚</td>" in shown
    assert "50%" in shown


@pytest.mark.parametrize("name", ["penalty_2018", "permit_2015", "list"])
def test_a_template_to_fill_in(desk: Desk, name: str) -> None:
    assert f"{PAGE}templates/{name}/" in desk.get("upload/")

    answer = desk.clients["maker"].get(f"{PAGE}templates/{name}/")

    assert answer.content.startswith(b"PK")
    assert desk.clients["maker"].get(f"{PAGE}templates/registration/").status_code == 404


def test_what_comes_back_leaves_a_row(desk: Desk) -> None:
    maker, _ = make_staff(desk.authority)
    delivery = checked(as_csv([penalty(1), penalty(2, CF_JDRQ="")]), maker)
    path, client = f"{PAGE}{delivery.pk}/errors/", desk.clients["maker"]

    shown, refused = client.get(path), client.post(path, {"purpose": ""})
    assert "共 1 条" in shown.content.decode()
    assert 'class="errorlist"' in refused.content.decode()
    assert not any("Content-Disposition" in one.headers for one in (shown, refused))
    assert not Viewing.objects.exists()
    client.post(path, {"purpose": "return"})

    row = Viewing.objects.get()
    assert (row.exported, row.asked, row.n_rows, row.purpose) == (
        "errors",
        f"delivery={delivery.pk}",
        1,
        "return",
    )
    assert row.authority == desk.authority


@pytest.mark.parametrize(
    ("state", "act", "after"),
    [
        (State.WAITING, "approve", State.RELEASING),
        (State.UNDOING, "approve-undo", State.ROLLING_BACK),
    ],
)
def test_a_whole_file_is_released_and_taken_back_with_a_fresh_code(
    desk: Desk, state: str, act: str, after: str
) -> None:
    maker, checker = make_staff(desk.authority)
    if state == State.WAITING:
        delivering.submit(checked(as_csv([penalty(1)]), maker), by=maker, at=AT)
    else:
        made = released(as_csv([penalty(1)]), desk.authority)
        delivering.propose_undo(made, "示例撤〔2026〕1号", by=maker, at=AT)
    device = TOTPDevice.objects.get(user=checker)
    later = AT + timedelta(minutes=5, seconds=1)

    with time_machine.travel(later, tick=False):
        assert ASKED in desk.act(act, "checker")
        assert "验证码不正确，没有办理。" in desk.act(act, "checker", token="000000")
        assert Delivery.objects.get().state == state
        shown = app_shows(second_factor.secret_of(device), later)
        assert ASKED not in desk.act(act, "checker", token=shown)

    assert Delivery.objects.get().state == after


def test_to_refuse_a_file_no_code_is_asked_for(desk: Desk) -> None:
    maker, _ = make_staff(desk.authority)
    delivering.submit(checked(as_csv([penalty(1)]), maker), by=maker, at=AT)

    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        assert "已退回。" in desk.act("refuse", "checker", reason="示例理由")


# --- Whose, and how many queries ----------------------------------------------------------


def test_nothing_of_another_authority(desk: Desk) -> None:
    other = make_authority("另一测试市市场监督管理局")
    foreign = checked(as_csv([penalty(1)]), make_staff(other)[0], filename="foreign.csv")

    assert "foreign.csv" not in desk.get("")
    assert other.name not in desk.get("sources/")
    for path in ("change/", "errors/"):
        theirs, none = (
            desk.clients["maker"].get(f"{PAGE}{pk}/{path}") for pk in (foreign.pk, 987654)
        )
        assert (theirs.status_code, none.status_code) == (404, 404)
    for name in ("submit", "withdraw"):
        answer = desk.clients["maker"].post(f"{PAGE}{foreign.pk}/acts/{name}/", {})
        assert answer.status_code == 404
    assert desk.clients["maker"].post(f"{PAGE}{foreign.pk}/columns/").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_who_may_do_what(desk: Desk, role: Role) -> None:
    delivery = checked(as_csv([penalty(1)]), make_staff(desk.authority)[0])
    client = Client()
    sign_in(client, make_user("somebody", desk.authority, role))
    sees = role in (Role.MAKER, Role.CHECKER, Role.AUDITOR)

    for path in ("", "sources/", f"{delivery.pk}/change/", f"{delivery.pk}/errors/"):
        assert client.get(f"{PAGE}{path}").status_code == (200 if sees else 403)
    assert client.get(f"{PAGE}upload/").status_code == (200 if role == Role.MAKER else 403)
    for name, who in (
        ("submit", Role.MAKER),
        ("approve", Role.CHECKER),
        ("undo", Role.MAKER),
    ):
        answer = client.post(f"{PAGE}{delivery.pk}/acts/{name}/", {})
        assert answer.status_code == (200 if role == who else 403)
    assert client.post(f"{PAGE}{delivery.pk}/acts/unheard-of/").status_code == (
        404 if sees else 403
    )


def test_the_number_of_queries_does_not_grow(desk: Desk) -> None:
    maker, _ = make_staff(desk.authority)
    counts = []
    # The first page of a session writes it.
    desk.get("")
    for n in (1, 30):
        records = [penalty(n * 100 + serial) for serial in range(n)]
        delivery = checked(as_csv(records), maker)
        found = []
        for path in ("", "sources/", f"{delivery.pk}/change/"):
            with CaptureQueriesContext(connection) as asked:
                desk.get(path)
            found.append(len(asked))
        counts.append(found)

    assert counts[0] == counts[1]
