"""Who may open what: every role, every page, own and other authority, as one table."""

import pytest
from django.contrib.admin.sites import site
from django.test import Client

from registry import actions
from registry.models import Act, Listing, Outbox, Proposal, Role, Step
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_listing,
    make_person,
    make_rule,
    make_user,
    sign_in,
)
from tests.registry.desk import Desk, open_person

pytestmark = pytest.mark.django_db

REFERENCE = {
    "listtype",
    "listrule",
    "measure",
    "legalbasis",
    "directoryitem",
    "authority",
    "entity",
}
WORK = {"delivery", "listing", "proposal", "step"}
# Which lists of rows each role may open; the rest answers 403.
MAY_OPEN: dict[str, set[str]] = {
    Role.MAKER: REFERENCE | WORK,
    Role.CHECKER: REFERENCE | WORK,
    Role.REPAIR_CLERK: REFERENCE | {"listing"},
    Role.REPAIR_DECIDER: REFERENCE | {"listing"},
    Role.EDITOR: REFERENCE,
    Role.AUDITOR: REFERENCE | WORK | {"user", "viewing", "ruleproposal"},
    Role.OPERATOR: REFERENCE | {"outbox", "user", "ruleproposal"},
    "superuser": set(),
}
PAGES = sorted(REFERENCE | WORK | {"outbox", "user", "viewing", "ruleproposal"})
ACTS = (
    *("hold", "emergency", "end", "amend", "unhold", "review", "extend", "notice"),
    *("announce", "object", "call_off", "renew"),
    *("notice-letter", "decision-letter", "serve"),
)


@pytest.fixture
def own() -> Listing:
    """A listing of the first authority with an open proposal."""
    listing = make_listing(make_rule())
    propose_end(listing, "示例〔2026〕9号")
    return listing


@pytest.fixture
def foreign(own: Listing) -> Listing:
    """The same of another authority."""
    other = make_authority("另一测试市市场监督管理局")
    listing = make_listing(own.rule, authority=other)
    propose_end(listing, "示例〔2026〕10号")
    return listing


def propose_end(listing: Listing, document: str) -> None:
    payload = {"reason": "performed", "document": document}
    actions.propose(listing, Act.END, payload, by=listing.maker, at=AT)


def signed_in(role: str, listing: Listing) -> Client:
    """A colleague at the authority of the listing, in one role."""
    client = Client()
    boss = role == "superuser"
    roles = () if boss else (Role(role),)
    user = make_user(f"the-{role}", listing.authority, *roles, is_superuser=boss)
    sign_in(client, user)
    return client


# --- Lists -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", MAY_OPEN)
def test_each_role_opens_its_pages_and_no_other(role: str, own: Listing) -> None:
    client = signed_in(role, own)

    answers = {page: client.get(f"/admin/registry/{page}/").status_code for page in PAGES}

    assert {page for page, status in answers.items() if status == 200} == MAY_OPEN[role]
    assert set(answers.values()) <= {200, 403}


def test_the_table_knows_every_page() -> None:
    ours = {model._meta.model_name for model in site._registry if of_registry(model)}

    assert ours == set(PAGES)


def of_registry(model: type) -> bool:
    return model.__module__.startswith("registry.")


@pytest.mark.parametrize("page", ["", *(f"registry/{page}/" for page in PAGES)])
def test_strangers_are_sent_to_sign_in(client: Client, page: str) -> None:
    answer = client.get(f"/admin/{page}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def test_one_factor_is_not_enough(client: Client, own: Listing) -> None:
    client.force_login(own.maker)

    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("page", ["listing", "proposal", "step"])
def test_lists_hold_nothing_of_another_authority(page: str, foreign: Listing) -> None:
    at_home = Listing.objects.exclude(pk=foreign.pk).get()
    client = signed_in(Role.MAKER, at_home)

    shown = client.get(f"/admin/registry/{page}/").content.decode()

    assert at_home.decision_no in shown
    assert foreign.decision_no not in shown
    assert foreign.authority.name not in shown


def test_an_auditor_of_no_authority_reads_all(foreign: Listing) -> None:
    client = Client()
    sign_in(client, make_user("auditor", None, Role.AUDITOR))

    shown = client.get("/admin/registry/listing/").content.decode()

    assert all(row.decision_no in shown for row in Listing.objects.all())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_whoever_has_no_authority_sees_no_case(role: Role, own: Listing) -> None:
    client = Client()
    sign_in(client, make_user("nowhere", None, role))

    answer = client.get("/admin/registry/listing/")

    assert own.decision_no not in answer.content.decode()


# --- One row -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", MAY_OPEN)
def test_a_foreign_row_answers_like_an_absent_one(role: str, foreign: Listing) -> None:
    client = signed_in(role, Listing.objects.exclude(pk=foreign.pk).get())
    proposal, step = foreign.proposals.open().get(), foreign.steps.first()
    assert step
    rows = {"listing": foreign.pk, "proposal": proposal.pk, "step": step.pk}

    for page, pk in rows.items():
        path = f"/admin/registry/{page}/{{}}/change/"
        theirs, none = (client.get(path.format(one)) for one in (pk, 987654))
        expected = 404 if page in MAY_OPEN[role] else 403
        assert (theirs.status_code, none.status_code) == (expected, expected)
        texts = [
            answer.content.decode().replace(f"/{one}/", "/0/")
            for answer, one in ((theirs, pk), (none, 987654))
        ]
        assert texts[0] == texts[1]


@pytest.mark.parametrize("role", MAY_OPEN)
@pytest.mark.parametrize("act", ACTS)
def test_acts_on_foreign_rows_change_nothing(role: str, act: str, foreign: Listing) -> None:
    client = signed_in(role, Listing.objects.exclude(pk=foreign.pk).get())
    n_steps = Step.objects.count()

    answer = client.post(f"/admin/registry/listing/{foreign.pk}/acts/{act}/", {})

    assert answer.status_code == (404 if "listing" in MAY_OPEN[role] else 403)
    assert Step.objects.count() == n_steps


# Who may do it at the own authority; all others are answered 403.
EITHER, MAKERS = {Role.MAKER, Role.CHECKER}, {Role.MAKER}
BY_EITHER = {"hold", "emergency", "object", "call_off"}
MAY_ACT = {act: EITHER if act in BY_EITHER else MAKERS for act in ACTS}


@pytest.mark.parametrize("role", MAY_OPEN)
@pytest.mark.parametrize("act", ACTS)
def test_acts_belong_to_roles(role: str, act: str, own: Listing) -> None:
    client = signed_in(role, own)

    answer = client.post(f"/admin/registry/listing/{own.pk}/acts/{act}/", {})

    # An empty form is shown again to whoever may fill it in.
    assert answer.status_code == (200 if role in MAY_ACT[act] else 403)


@pytest.mark.parametrize("role", MAY_OPEN)
@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("accept", Role.CHECKER),
        ("refuse", Role.CHECKER),
        ("withdraw", Role.MAKER),
    ],
)
def test_answers_belong_to_roles(role: str, name: str, may: Role, own: Listing) -> None:
    client = signed_in(role, own)
    proposal = own.proposals.open().get()

    path = f"/admin/registry/proposal/{proposal.pk}/answers/{name}/"
    answer = client.post(path, {})

    assert answer.status_code == (200 if role == may else 403)
    assert own.proposals.open().exists()


@pytest.mark.parametrize("role", MAY_OPEN)
def test_only_makers_open_cases(role: str, own: Listing) -> None:
    client = signed_in(role, own)

    answer = client.get("/admin/registry/listing/add/")

    assert answer.status_code == (200 if role == Role.MAKER else 403)


# --- Ways round --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("facts__contains=x", 400),
        ("authority__id__exact=2", 400),
        ("person__number_hash__startswith=a", 400),
        ("maker__password__startswith=a", 400),
        ("entity__name__contains=x", 400),
        ("_popup=1", 404),
        ("_to_field=id", 400),
        ("_to_field=case", 400),
        ("state=released", 200),
        ("list=TEST_LIST", 200),
        ("due=end", 200),
        ("q=x", 200),
        ("o=1.2.3", 200),
        ("all=", 200),
    ],
)
def test_rows_are_asked_for_by_declared_fields_only(
    own: Listing, query: str, status: int
) -> None:
    client = signed_in(Role.MAKER, own)

    assert client.get(f"/admin/registry/listing/?{query}").status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "autocomplete/?app_label=registry&model_name=proposal&field_name=listing&term=x",
        "r/{content_type}/{pk}/",
        "registry/",
        "registry/listing/{pk}/delete/",
        "registry/listing/{pk}/history/",
        "registry/listing/{pk}/",
        "registry/listing/{pk}/password/",
        "registry/user/add/",
        "registry/person/",
        "registry/casekey/",
        "auth/group/",
        "otp_totp/totpdevice/",
        "axes/accessattempt/",
    ],
)
def test_pages_that_nobody_wrote_for_staff_are_not_there(own: Listing, path: str) -> None:
    client = Client()
    sign_in(client, make_user("all", own.authority, *Role, is_superuser=True))

    answer = client.get(f"/admin/{path.format(pk=own.pk, content_type=1)}")

    assert answer.status_code in ((403,) if "add" in path else (404,))


def test_no_list_deletes_what_is_ticked(own: Listing) -> None:
    client = signed_in(Role.MAKER, own)

    client.post(
        "/admin/registry/listing/",
        {"action": "delete_selected", "_selected_action": own.pk, "post": "yes"},
    )

    assert Listing.objects.filter(pk=own.pk).exists()


def test_facts_are_not_edited_by_a_post(own: Listing) -> None:
    client = signed_in(Role.MAKER, own)

    answer = client.post(f"/admin/registry/listing/{own.pk}/change/", {"facts": "改。"})

    assert answer.status_code == 403


# --- Natural persons ---------------------------------------------------------------------


@pytest.fixture
def of_person() -> Listing:
    return make_listing(
        make_rule(), party=make_person(name="欧阳测试"), conduct_on=AT.date()
    )


@pytest.mark.parametrize("role", [role for role in MAY_OPEN if role != "superuser"])
def test_a_person_is_shown_to_maker_and_checker_only(role: str, of_person: Listing) -> None:
    client = signed_in(role, of_person)
    path = f"/admin/registry/listing/{of_person.pk}"
    open_person(client, of_person)

    page = client.get(f"{path}/change/").content.decode()

    shown = role in (Role.MAKER, Role.CHECKER)
    assert ("欧阳测试" in page) == shown
    assert (make_person().number in page) == shown
    assert ("示例事实。" in page) == shown


def test_no_list_names_a_person(of_person: Listing) -> None:
    client = signed_in(Role.MAKER, of_person)

    pages = [
        client.get(f"/admin/{path}").content.decode()
        for path in (
            "",
            "registry/listing/",
            "registry/proposal/?outcome=all",
            "registry/step/",
        )
    ]

    assert not any("欧阳测试" in page for page in pages)


def test_a_person_leaves_nothing_in_addresses_or_logs(
    of_person: Listing, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk.of(of_person)
    caplog.clear()
    desk.get(f"/admin/registry/listing/{of_person.pk}/change/", by=desk.maker)
    desk.amend(facts="更正：欧阳测试已履行。")
    desk.read_proposal()

    desk.accept()

    assert "欧阳测试" not in caplog.text
    assert make_person().number not in caplog.text


def test_the_trail_and_the_outbox_hold_no_person(of_person: Listing) -> None:
    Desk(of_person.maker, of_person.maker).act("hold", ground="court", reason="法院裁定")

    texts = [*Step.objects.values_list("reason", flat=True)]
    texts += Outbox.objects.values_list("row", flat=True)
    assert not any("欧阳" in text for text in texts)
    assert Proposal.objects.get().payload == {}


# --- Accounts ----------------------------------------------------------------------------


@pytest.fixture
def operator() -> Client:
    client = Client()
    sign_in(client, make_user("operator", None, Role.OPERATOR))
    return client


def test_access_ends_with_the_next_click(operator: Client) -> None:
    maker = make_user("maker", make_authority(), Role.MAKER)
    at_work = Client()
    sign_in(at_work, maker)
    assert at_work.get("/admin/registry/listing/").status_code == 200

    operator.post(f"/admin/registry/user/{maker.pk}/acts/disable/", {})

    assert at_work.get("/admin/registry/listing/").status_code == 302


def test_an_auditor_reads_accounts_and_changes_none() -> None:
    authority = make_authority()
    client = Client()
    sign_in(client, make_user("auditor", authority, Role.AUDITOR))
    user = make_user("new", authority)
    path = f"/admin/registry/user/{user.pk}/change/"

    page = client.get(path)
    assert page.status_code == 200
    assert "/acts/" not in page.content.decode()
    assert client.post(path, {"is_active": ""}).status_code == 403


def test_an_entity_is_found_by_name_or_number(own: Listing) -> None:
    client = signed_in(Role.EDITOR, own)
    make_entity("蜀州难寻测试有限公司")

    page = client.get("/admin/registry/entity/?q=%E0").content.decode()

    assert "蜀州难寻" not in page


def test_cases_are_found_by_number_and_name(own: Listing) -> None:
    client = signed_in(Role.MAKER, own)
    assert own.entity
    make_case(own.rule)

    for term in (own.decision_no, own.case[:8], own.entity.name):
        page = client.get("/admin/registry/listing/", {"q": term}).content.decode()
        assert page.count("/change/") == 1
