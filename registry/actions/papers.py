"""What went to a party or came from it: kept sealed, with its day, manner and proof."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry import sealed_files, serving, vault
from registry.actions import traces, trail
from registry.days import day_of
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.ledger import entries
from registry.logbook import acts, append
from registry.models import (
    Act,
    CasePaper,
    Letter,
    Listing,
    Manner,
    Role,
    SignedLetter,
    User,
)
from registry.models.letter import MOST_BYTES, NO_DIGEST

About, State = CasePaper.About, Listing.State
Kept = Letter | CasePaper | SignedLetter
KEPT: tuple[type[Kept], ...] = (Letter, CasePaper, SignedLetter)
# In which a letter is made; how its files end.
LANGUAGES = ("zh", "en")
BATCH = 200
# How a defence can come.
INCOMING = (Manner.IN_PERSON, Manner.POST, Manner.ELECTRONIC, Manner.ORAL)


@dataclass(frozen=True, slots=True)
class Proof:
    """How it went or came, and the file that says so; neither its name nor its type."""

    manner: str = ""
    content: bytes = b""


# --- Kept and read ------------------------------------------------------------------------


def give_key(listing: Listing, at: datetime) -> None:
    """A case of an organisation gets its key with its first paper; the row is locked."""
    if listing.person_id is None and not vault.has_key(listing.case):
        vault.make_key(listing.case, at=at)


def keep(
    listing: Listing,
    about: CasePaper.About,
    proof: Proof,
    *,
    on: date,
    by: User,
    at: datetime,
    letter: Letter | None = None,
) -> CasePaper:
    """Part of the transaction of the act that it proves; the case is locked."""
    paper = CasePaper(
        listing=listing,
        about=about,
        letter=letter,
        manner=proof.manner,
        on=on,
        effective_on=effective_on(proof, on),
        recorded_by=by,
        recorded_at=at,
    )
    if proof.content:
        give_key(listing, at)
        paper.kind = serving.kind_of(proof.content) or ""
        paper.n_bytes = len(proof.content)
        paper.digest = hashlib.sha256(proof.content).hexdigest()
        sealed_files.store(listing.case, paper.stored_as, proof.content)
    paper.save()
    return paper


def read(paper: CasePaper) -> bytes:
    """The file as it came. GoneError where it was erased or a byte differs."""
    return sealed_files.read(paper.listing.case, paper.stored_as)


def effective_on(proof: Proof, on: date) -> date:
    return serving.effective_on(proof.manner, on) if proof.manner else on


# --- Why not ------------------------------------------------------------------------------


def bars_to_delivery(proof: Proof, *, on: date, today: date) -> list[Bar]:
    """Why this is no delivery that counts by today."""
    found = []
    if proof.manner not in serving.WAYS:
        found.append(Bar("no_manner", _("没有选择送达方式。请选择一种。")))
    elif on <= today < (counts := effective_on(proof, on)):
        text = _("公告期未满，%(day)s 视为送达。请在那一天或者以后记录。")
        found.append(Bar("announced_too_lately", text % {"day": counts}))
    if not proof.content:
        text = _("没有送达的证明。请附上送达回证、邮件回执或者公告的扫描件。")
        found.append(Bar("no_proof", text))
    return found + bars_to_file(proof.content)


def bars_to_coming(proof: Proof) -> list[Bar]:
    """Why a defence cannot have come like this."""
    found = bars_to_file(proof.content)
    if proof.manner not in INCOMING:
        found.append(Bar("no_manner", _("没有选择提交方式。请选择一种。")))
    return found


def bars_to_file(content: bytes) -> list[Bar]:
    if not content:
        return []
    found = []
    if len(content) > MOST_BYTES:
        text = _("文件超过 %(most)d MB。请压缩后再提交。")
        found.append(Bar("file_too_large", text % {"most": serving.MOST_MEGABYTES}))
    if serving.kind_of(content) is None:
        text = _("文件不是 PDF、JPEG 或者 PNG。请换成其中一种。")
        found.append(Bar("file_of_other_kind", text))
    return found


# --- Delivered ----------------------------------------------------------------------------


def letter_delivered(listing: Listing, kind: Letter.Kind, on: date) -> Letter | None:
    """The newest letter of the kind that was there on the day; None where none was ours."""
    made = listing.letters.filter(kind=kind, dated_on__lte=on, erased_at=None)
    return made.order_by("-made_at", "-pk").first()


def log_notice(listing: Listing, letter: Letter | None) -> None:
    """The notice in the ledger; with the digest of the letter where the register made it.

    A check code in the letter keeps the digest from being tried out.
    """
    if letter is None or listing.noticed_on is None or listing.notice_closes_on is None:
        acts.log_notice(listing)
        return
    entry = entries.notice(
        {
            "case": listing.case,
            "rule": acts.log_rule(listing.rule),
            "on": listing.noticed_on,
            # As `acts.log_notice` counts them: the decision comes after the last day.
            "days": (listing.notice_closes_on - listing.noticed_on).days + 1,
            "doc": letter.digest,
        }
    )
    append.add(listing.case, entry)


@transaction.atomic
def serve_decision(
    listing: Listing,
    proof: Proof,
    *,
    on: date,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Listing:
    """The decision was delivered on a day, in a manner, as the proof says."""
    if step := trail.done_before(key):
        return step.listing
    listing = trail.locked(listing)
    trail.refuse_strangers(by, listing, Role.MAKER)
    if listing.state not in (State.RELEASED, State.HELD):
        raise OutOfTurnError(listing.state.label)
    if bars := bars_to_serving(listing, proof, on=on, today=day_of(at)):
        raise BarredError(bars)
    letter = letter_delivered(listing, Letter.Kind.DECISION, on)
    keep(listing, About.DECISION, proof, on=on, by=by, at=at, letter=letter)
    trail.note(listing, Act.SERVE, by=by, at=at, before=listing.state, key=key)
    return listing


def bars_to_serving(listing: Listing, proof: Proof, *, on: date, today: date) -> list[Bar]:
    found = bars_to_delivery(proof, on=on, today=today)
    if on > today:
        text = _("送达日期 %(day)s 在今天之后。请填写实际送达的日期。")
        found.append(Bar("served_in_future", text % {"day": on}))
    if listing.decided_on and on < listing.decided_on:
        text = _("送达日期早于决定日期 %(day)s。请核对两个日期。")
        found.append(Bar("served_early", text % {"day": listing.decided_on}))
    return found


# --- Forgotten ----------------------------------------------------------------------------


def forget(at: datetime) -> int:
    """What belongs to cases that are erased goes after them; how many letters and papers.

    What a kill has left on disk goes on the same occasion.
    """
    n_gone = 0
    while gone := forget_some(at):
        n_gone += gone
    if n_gone:
        names = (model.objects.values_list("stored_as", flat=True) for model in KEPT)
        sealed_files.sweep(set(chain(*names)))
    return n_gone


@transaction.atomic
def forget_some(at: datetime) -> int:
    """The keys first, then the files: killed between them, the next run does the rest."""
    letters, papers, signed = (of_erased_cases(model) for model in KEPT)
    if not (gone_now := (*letters, *papers, *signed)):
        return 0
    vault.destroy_keys({row.listing.case for row in gone_now})
    for letter in (*letters, *signed):
        for language in LANGUAGES:
            sealed_files.discard(f"{letter.stored_as}.{language}")
    for paper in papers:
        sealed_files.discard(paper.stored_as)
    gone = {"digest": NO_DIGEST, "erased_at": at}
    Letter.objects.filter(pk__in=[one.pk for one in letters]).update(number="", **gone)
    CasePaper.objects.filter(pk__in=[one.pk for one in papers]).update(**gone)
    # Number, day, digest and signature stay: by them a copy can be checked for good.
    kept = SignedLetter.objects.filter(pk__in=[one.pk for one in signed])
    kept.update(sealed=None, erased_at=at)
    traces.owe(at)
    return len(gone_now)


def of_erased_cases(model: type[Kept]) -> list[Any]:
    rows = model._default_manager.select_related("listing")
    found = rows.filter(listing__erased_at__isnull=False, erased_at=None)
    return list(found.order_by("pk")[:BATCH])
