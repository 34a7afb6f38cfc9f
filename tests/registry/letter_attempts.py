"""Ways to break what holds of letters and papers, past every action."""

from collections.abc import Callable
from datetime import date
from typing import Any

from registry.models import CasePaper, Letter
from registry.models.letter import MOST_BYTES
from tests.factories import AT, make_authority, make_case, make_listing, make_staff

Attempt = Callable[[], object]
DAY = date(2026, 3, 16)


def make_letter(**fields: Any) -> Letter:
    """A notice of a new case, its file aside."""
    if "listing" not in fields:
        fields["listing"] = make_case()
    usual: dict[str, Any] = {
        "kind": "notice",
        "number": "示例告〔2026〕1号",
        "dated_on": DAY,
        "made_by": fields["listing"].maker,
        "made_at": AT,
        "digest": "ab" * 32,
    }
    return Letter.objects.create(**usual | fields)


def make_paper(**fields: Any) -> CasePaper:
    """A notice that was delivered in person."""
    if "listing" not in fields:
        fields["listing"] = make_case()
    usual: dict[str, Any] = {
        "about": "notice",
        "manner": "in_person",
        "on": DAY,
        "effective_on": DAY,
        "recorded_by": fields["listing"].maker,
        "recorded_at": AT,
        "kind": "pdf",
        "n_bytes": 10,
        "digest": "ab" * 32,
    }
    return CasePaper.objects.create(**usual | fields)


def without_file(**fields: Any) -> CasePaper:
    return make_paper(**{"kind": "", "n_bytes": 0, "digest": "0" * 64} | fields)


def by_a_stranger(make: Callable[..., object], field: str) -> None:
    case = make_case()
    stranger, _ = make_staff(make_authority("另一测试市市场监督管理局"))
    make(**{"listing": case, field: stranger})


def defence_as_delivery() -> None:
    letter = make_letter()
    without_file(about="defence", letter=letter, listing=letter.listing)


def letter_of_another_case() -> None:
    letter = make_letter()
    make_paper(letter=letter, listing=make_case(letter.listing.rule))


def letter_of_another_kind() -> None:
    letter = make_letter()
    make_paper(letter=letter, listing=letter.listing, about="decision")


def changed_letter(**fields: Any) -> None:
    make_letter()
    Letter.objects.update(**fields)


def changed_paper(**fields: Any) -> None:
    make_paper()
    CasePaper.objects.update(**fields)


def erased_letter() -> None:
    changed_letter(number="", digest="0" * 64, erased_at=AT)


def erased_paper() -> None:
    changed_paper(digest="0" * 64, erased_at=AT)


def letter_back_from_erasure() -> None:
    erased_letter()
    Letter.objects.update(erased_at=None)


def paper_back_from_erasure() -> None:
    erased_paper()
    CasePaper.objects.update(erased_at=None)


CONSTRAINTS: dict[str, Attempt] = {
    "letter_kind_is_known": lambda: make_letter(kind="poem"),
    "letter_has_a_digest": lambda: make_letter(digest="ab"),
    "letter_is_whole_or_erased": lambda: make_letter(number=""),
    "case_paper_manner_fits": lambda: make_paper(manner="oral"),
    "case_paper_counts_from_its_day": lambda: make_paper(effective_on=date(2026, 3, 15)),
    "case_paper_file_is_known": lambda: make_paper(kind="exe"),
    "case_paper_digest_is_of_a_file": lambda: make_paper(digest="ab"),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("letter_is_whole_or_erased", lambda: make_letter(number="", erased_at=AT)),
    ("case_paper_manner_fits", without_file),
    ("case_paper_manner_fits", lambda: make_paper(about="gossip")),
    ("case_paper_manner_fits", lambda: without_file(about="defence", manner="left")),
    ("case_paper_manner_fits", lambda: without_file(about="answer", manner="")),
    ("case_paper_file_is_known", lambda: make_paper(n_bytes=MOST_BYTES + 1)),
    ("case_paper_digest_is_of_a_file", lambda: make_paper(erased_at=AT)),
]
GUARDS: dict[str, Attempt] = {
    "letter_maker_of_same_authority": lambda: by_a_stranger(make_letter, "made_by"),
    "letter_of_a_decision_that_is_there": lambda: make_letter(kind="decision"),
    "letter_is_never_exchanged": lambda: changed_letter(digest="cd" * 32),
    "letter_stays_erased": letter_back_from_erasure,
    "letter_is_never_deleted": lambda: make_letter().delete(),
    "case_paper_recorder_of_same_authority": lambda: by_a_stranger(
        make_paper, "recorded_by"
    ),
    "case_paper_letter_is_of_its_case": letter_of_another_case,
    "case_paper_is_never_exchanged": lambda: changed_paper(digest="cd" * 32),
    "case_paper_stays_erased": paper_back_from_erasure,
    "case_paper_is_never_deleted": lambda: make_paper().delete(),
}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("letter_is_never_exchanged", lambda: changed_letter(number="示例告〔2026〕2号")),
    ("letter_is_never_exchanged", lambda: changed_letter(dated_on=date(2026, 3, 1))),
    ("case_paper_is_never_exchanged", lambda: changed_paper(effective_on=date.max)),
    ("case_paper_letter_is_of_its_case", letter_of_another_kind),
    ("case_paper_letter_is_of_its_case", defence_as_delivery),
]


def right_ones() -> None:
    """The attempts above fail for what they name, not for being incomplete."""
    listing = make_listing()
    letter = make_letter(kind="decision", listing=listing)
    make_paper(about="decision", letter=letter, listing=listing)
    without_file(about="defence", manner="oral", listing=listing)
    make_paper(about="answer", manner="", listing=listing)
    Letter.objects.update(number="", digest="0" * 64, erased_at=AT)
    CasePaper.objects.update(digest="0" * 64, erased_at=AT)
