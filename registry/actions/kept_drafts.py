"""What somebody has typed of a case is kept until it is filed, given up or forgotten.

Nothing of it is a fact yet, so no trail tells of it: it is sealed, its maker's alone, and
its key is destroyed with it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from registry import vault
from registry.actions import traces, trail
from registry.actions.cases import authority_of
from registry.errors import Bar, BarredError
from registry.models import KeptDraft, Listing, ListType, Role, User
from registry.models.listing import new_case

# As a form sends it: each field with everything that was chosen in it.
Typed: TypeAlias = Mapping[str, Sequence[str]]
# Characters: far more than a case has, and no place to store files.
LONGEST = 100_000
# Of one person at once; who has more has forgotten the first.
MOST = 50
FIELD = "draft"


def keep_draft(
    list_type: ListType, typed: Typed, *, form_key: UUID, by: User, at: datetime
) -> KeptDraft:
    """Keep the form with this key as it is now, in place of what was kept of it before."""
    authority = authority_of(by)
    bars = trail.bars_to_acting(by, Listing(authority=authority), Role.MAKER)
    if bars := [*bars, *bars_to_keeping(typed, form_key, by)]:
        raise BarredError(bars)
    draft = KeptDraft.objects.filter(maker=by, key=form_key).first()
    if draft is None:
        draft = KeptDraft(maker=by, key=form_key, case=new_case(), started_at=at)
        vault.make_key(draft.case, at=at)
    text = json.dumps({name: list(values) for name, values in typed.items()})
    draft.sealed, draft.kept_at = vault.seal(draft.case, FIELD, text.encode()), at
    draft.authority, draft.list_type = authority, list_type
    draft.save()
    return draft


def bars_to_keeping(typed: Typed, form_key: UUID, by: User) -> list[Bar]:
    bars = []
    if sum(len(value) for values in typed.values() for value in values) > LONGEST:
        text = _("内容超过 %(most)d 个字，不能存为草稿。请缩短认定事实。")
        bars.append(Bar("draft_too_long", text % {"most": LONGEST}))
    others = KeptDraft.objects.filter(maker=by).exclude(key=form_key)
    if others.count() >= MOST:
        text = _("您已有 %(most)d 份草稿，不能再存。请先办理或者删去一些。")
        bars.append(Bar("too_many_drafts", text % {"most": MOST}))
    return bars


def read_draft(draft: KeptDraft) -> dict[str, list[str]]:
    """What was typed; VaultError where its key is gone."""
    text = vault.open_sealed(draft.case, FIELD, bytes(draft.sealed))
    found: dict[str, list[str]] = json.loads(text)
    return found


def drop_draft(form_key: UUID, *, by: User, at: datetime) -> int:
    """It is filed, or its maker wants it no more; how many there were of this form."""
    return remove(list(KeptDraft.objects.filter(maker=by, key=form_key)), at)


def forget_drafts(at: datetime) -> int:
    """What nobody has touched for days goes by itself; the number of them."""
    return remove(list(KeptDraft.objects.forgotten(at)), at)


def remove(drafts: Sequence[KeptDraft], at: datetime) -> int:
    """The keys go last: a draft without its key would be a page that breaks."""
    if not drafts:
        return 0
    with transaction.atomic():
        KeptDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
        traces.owe(at)
        cases = [draft.case for draft in drafts]
        transaction.on_commit(lambda: vault.destroy_keys(cases))
    return len(drafts)
