"""Files as authorities send them, with their dirt, under the rules as they are."""

from datetime import UTC, date, datetime

import pytest

from registry.intake import work
from registry.models import Authority, Listing
from registry.rulebook.load import load_rules
from tests.deliveries import SAMPLES, deliver, released, said_of
from tests.factories import make_authority, make_staff

pytestmark = pytest.mark.django_db
# A week after the decisions of the samples, when the classes of Order 36 are in force.
AT = datetime(2026, 4, 15, 2, tzinfo=UTC)


@pytest.fixture
def authority() -> Authority:
    load_rules(today=date(2026, 3, 16))
    return make_authority()


def said_of_sample(
    name: str, list_code: str, authority: Authority
) -> dict[int, tuple[str, list[str]]]:
    content = (SAMPLES / name).read_bytes()
    delivery = deliver(
        content, make_staff(authority)[0], list_code=list_code, filename=name, at=AT
    )
    return said_of(work.finish(delivery, lambda: AT))


def test_penalties_in_gb18030_under_their_chinese_names(authority: Authority) -> None:
    content = (SAMPLES / "penalties-gb18030.csv").read_bytes()

    delivery = released(content, authority, filename="penalties-gb18030.csv", at=AT)

    assert said_of(delivery) == {
        2: ("accepted", ["kept", "new_party"]),
        3: ("accepted", ["new_party"]),
        4: ("accepted", ["new_party"]),
        5: ("accepted", ["new_party"]),
        6: ("accepted", ["kept", "new_party"]),
        7: ("accepted", ["new_party"]),
        8: ("rejected", ["natural_person"]),
        9: ("doubtful", ["wrong_code"]),
        10: ("doubtful", ["no_value"]),
        11: ("doubtful", ["unknown_kind"]),
        12: ("doubtful", ["bad_amount"]),
        13: ("rejected", ["personal_number"]),
        14: ("rejected", ["duplicate"]),
        15: ("rejected", ["other_authority"]),
        16: ("rejected", ["columns"]),
        17: ("accepted", ["kept", "new_party"]),
        18: ("accepted", ["kept", "new_party"]),
    }
    assert {
        listing.decision_no: (listing.list_type_id, listing.displayed_until)
        for listing in Listing.objects.all()
    } == {
        "云澜市监罚〔2026〕1号": ("REG_PENALTY_MINOR", None),
        "云澜市监罚〔2026〕2号": ("REG_PENALTY_GENERAL", date(2027, 4, 9)),
        "云澜市监罚〔2026〕3号": ("REG_PENALTY_GENERAL", date(2027, 4, 9)),
        "云澜市监罚〔2026〕4号": ("REG_PENALTY_SERIOUS", date(2029, 4, 9)),
        "云澜市监罚〔2026〕5号": ("REG_PENALTY_MINOR", None),
        "云澜市监罚〔2026〕6号": ("REG_PENALTY_SERIOUS", date(2029, 4, 9)),
        "云澜市监罚〔2026〕16号": ("REG_PENALTY_MINOR", None),
        "云澜市监罚〔2026〕17号": ("REG_PENALTY_MINOR", None),
    }
    # The earliest repair: three months for a general one, a year for a serious one.
    days = dict(Listing.objects.values_list("decision_no", "repairable_from"))
    assert days["云澜市监罚〔2026〕2号"] == date(2026, 7, 8)
    assert days["云澜市监罚〔2026〕4号"] == date(2027, 4, 8)


def test_permits_are_shown_for_as_long_as_they_are_valid(authority: Authority) -> None:
    content = (SAMPLES / "permits.csv").read_bytes()

    delivery = released(
        content, authority, list_code="REG_PERMIT", filename="permits.csv", at=AT
    )

    assert said_of(delivery) == {
        2: ("accepted", ["new_party"]),
        3: ("accepted", ["new_party"]),
        4: ("accepted", ["new_party"]),
        5: ("doubtful", ["no_value"]),
        6: ("rejected", ["over"]),
        7: ("rejected", ["revoked_there"]),
        8: ("doubtful", ["bad_day"]),
    }
    first, second, third = Listing.objects.order_by("pk")
    assert first.displayed_until == date(2031, 4, 8)
    assert second.displayed_until is third.displayed_until is None
    assert first.details == {
        "permit_name": "食品经营许可决定书",
        "permit_kind": "普通",
        "certificate_no": "JY29900000000001",
        "content": "预包装食品销售",
        "valid_from": "2026-04-08",
        "valid_until": "2031-04-07",
    }
    assert second.details["valid_until"] == "长期"


def test_commitments_only_where_they_are_open_to_all(authority: Authority) -> None:
    assert said_of_sample("commitments.csv", "REG_COMMITMENT", authority) == {
        2: ("accepted", ["new_party"]),
        3: ("rejected", ["not_public"]),
        4: ("accepted", ["new_party"]),
        5: ("rejected", ["natural_person"]),
        6: ("doubtful", ["no_value"]),
    }


def test_a_plain_list_as_json_lines(authority: Authority) -> None:
    assert said_of_sample("abnormal.jsonl", "SAMR_ABNORMAL", authority) == {
        1: ("accepted", ["new_party"]),
        # The list is not for individual businesses.
        2: ("rejected", ["wrong_subject"]),
        3: ("doubtful", ["bad_day", "no_value"]),
    }
