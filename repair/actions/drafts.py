"""What an applicant has filled in, kept until it is filed, given up or forgotten.

Nothing of it is a fact yet, so no trail tells of it: it is sealed, it belongs to one
browser, and its key is destroyed with it.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from registry import vault
from registry.actions import traces
from registry.errors import Bar
from registry.models import Listing
from repair import access, papers
from repair.actions import trail
from repair.models import ApplicationDraft, DraftPaper
from repair.models.filing import new_case
from repair.papers import Paper

FIELD = "application draft"
# Of one browser at once; who has more has forgotten the first.
MOST = 5


def begin_application(
    listing: Listing, *, browser: str, key: str, at: datetime
) -> ApplicationDraft:
    """Begin with one listing; a form sent twice finds the draft that it began."""
    mark = access.browser_hashes(browser)[0]
    # Bound to the browser: the key of a form that somebody else has seen finds nothing.
    form = access.key_hash(f"{browser}/{key}")
    if found := ApplicationDraft.objects.filter(key=form).first():
        return found
    trail.refuse(bars_to_beginning(browser, at))
    case = new_case()
    vault.make_key(case, at=at)
    fields = {"browser": mark, "case": case, "started_at": at, "kept_at": at}
    fields["sealed"] = sealed(case, {"anchor": listing.case})
    draft, is_new = ApplicationDraft.objects.get_or_create(key=form, defaults=fields)
    if not is_new:
        vault.destroy_key(case)
    return draft


def bars_to_beginning(browser: str, at: datetime) -> list[Bar]:
    marks = access.browser_hashes(browser)
    if ApplicationDraft.objects.alive(at).filter(browser__in=marks).count() < MOST:
        return []
    text = _("您已有 %(most)d 份没有提交的申请。请先提交或者放弃其中一份。")
    return [Bar("too_many_drafts", text % {"most": MOST})]


def drafts_of(browser: str, *, at: datetime) -> list[ApplicationDraft]:
    """Everything this browser has begun and not filed; nothing without a browser."""
    if not browser:
        return []
    marks = access.browser_hashes(browser)
    return list(ApplicationDraft.objects.alive(at).filter(browser__in=marks))


def draft_of(browser: str, public_id: UUID, *, at: datetime) -> ApplicationDraft | None:
    found = (one for one in drafts_of(browser, at=at) if one.public_id == public_id)
    return next(found, None)


def read_application_draft(draft: ApplicationDraft) -> dict[str, Any]:
    """What was filled in, by step; VaultError where its key is gone."""
    text = vault.open_sealed(draft.case, FIELD, bytes(draft.sealed))
    found: dict[str, Any] = json.loads(text)
    return found


@transaction.atomic
def keep_step(draft: ApplicationDraft, step: str, said: Any, *, at: datetime) -> None:
    """Keep what one step says, in place of what it said before; others stay as they are.

    Of a draft that was filed or given up meanwhile nothing is kept.
    """
    if own := locked(draft):
        content = read_application_draft(own) | {step: said}
        own.sealed, own.kept_at = sealed(own.case, content), max(at, own.kept_at)
        own.save(update_fields=("sealed", "kept_at"))


def locked(draft: ApplicationDraft) -> ApplicationDraft | None:
    rows = ApplicationDraft.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(pk=draft.pk).first()


def sealed(case: str, content: dict[str, Any]) -> bytes:
    return vault.seal(case, FIELD, json.dumps(content, ensure_ascii=False).encode())


# --- Papers -------------------------------------------------------------------------------


def add_paper(draft: ApplicationDraft, paper: Paper, *, at: datetime) -> None:
    """Keep one paper; the same one again changes at most what it is said to be."""
    with ExitStack() as undo:
        with transaction.atomic():
            if own := locked(draft):
                add_to(own, paper, at=at, undo=undo)
        undo.pop_all()


def add_to(draft: ApplicationDraft, paper: Paper, *, at: datetime, undo: ExitStack) -> None:
    facts = papers.facts_of(paper, draft.case)
    if draft.papers.filter(digest=facts["digest"]).update(document=paper.document):
        return
    trail.refuse(papers.bars_to_papers((paper,), n_before=draft.papers.count()))
    row = DraftPaper(draft=draft, added_at=at, **facts)
    undo.callback(papers.discard, row)
    papers.put(draft.case, row, paper.content)
    row.save()


def remove_paper(draft: ApplicationDraft, pk: int, *, at: datetime) -> None:
    """Take one back; of one that is gone already there is nothing to say."""
    with transaction.atomic():
        found = list(draft.papers.select_for_update(no_key=True).filter(pk=pk))
        draft.papers.filter(pk__in=[one.pk for one in found]).delete()
        traces.owe(at)
    for paper in found:
        papers.discard(paper)


# --- The end ------------------------------------------------------------------------------


def drop_application_draft(draft: ApplicationDraft, *, at: datetime) -> int:
    """The applicant gives it up."""
    return remove([draft], at)


def forget_application_drafts(at: datetime) -> int:
    """What nobody has touched for a day goes by itself; the number of them."""
    return remove(list(ApplicationDraft.objects.forgotten(at)), at)


def remove(drafts: Sequence[ApplicationDraft], at: datetime) -> int:
    """What was filed meanwhile stays: its key and papers are the filing's by now. Rows go
    before files and keys: what a kill leaves behind is swept.
    """
    with transaction.atomic():
        rows = ApplicationDraft.objects.select_for_update(no_key=True)
        gone = list(rows.filter(pk__in=[one.pk for one in drafts]))
        left = list(DraftPaper.objects.filter(draft__in=gone))
        ApplicationDraft.objects.filter(pk__in=[one.pk for one in gone]).delete()
        if gone:
            traces.owe(at)
    for paper in left:
        papers.discard(paper)
    vault.destroy_keys(one.case for one in gone)
    return len(gone)
