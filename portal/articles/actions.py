"""What can be done with an article; every change with a line of its trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from portal.articles.naming import names_of
from portal.markdown import read
from portal.models import Article, ArticleAct, ArticleKind, ArticleStep
from registry import screening
from registry.actions.texts import LABELS
from registry.errors import Bar, BarredError, OutOfTurnError, StaleError
from registry.models import Listing, Role, User
from registry.names import name_key
from registry.screening import Kind

TEXTS = ("title_zh", "body_zh", "title_en", "body_en")
# An office has a telephone and an address for letters, which a notice may say.
OF_OFFICES = frozenset({Kind.CONTACT, Kind.EMAIL, Kind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor types. The English may be missing, but not half of it."""

    kind: str
    title_zh: str
    body_zh: str
    title_en: str = ""
    body_en: str = ""
    listing: Listing | None = None

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in TEXTS}


@transaction.atomic
def write(draft: Draft, *, by: User, at: datetime) -> Article:
    """A new article, which nobody sees before it is published."""
    refuse(bars_to_editing(by) + bars_to_draft(draft))
    fields = {name: getattr(draft, name) for name in Draft.__slots__}
    article = Article.objects.create(**fields, changed_at=at)
    return note(article, ArticleAct.WRITE, by=by, at=at)


@transaction.atomic
def edit(
    article: Article, draft: Draft, *, version: int, by: User, at: datetime
) -> Article:
    """Change what it says; StaleError where somebody else has changed it since."""
    article = locked(article)
    if article.version != version:
        raise StaleError
    refuse(bars_to_editing(by) + bars_to_draft(draft))
    for name in Draft.__slots__:
        setattr(article, name, getattr(draft, name))
    return note(kept(article, at), ArticleAct.EDIT, by=by, at=at)


@transaction.atomic
def publish(
    article: Article,
    *,
    shown_from: datetime,
    shown_until: datetime | None = None,
    by: User,
    at: datetime,
) -> Article:
    """Show it from a moment on, now at the earliest; again after a withdrawal."""
    article = locked(article)
    if article.state(at) not in (Article.State.DRAFT, Article.State.WITHDRAWN):
        raise OutOfTurnError(article.state(at).label)
    refuse(bars_to_editing(by) + bars_to_showing(shown_from, shown_until, at))
    article.shown_from, article.shown_until = shown_from, shown_until
    article.withdrawn_at = None
    return note(kept(article, at), ArticleAct.PUBLISH, by=by, at=at)


@transaction.atomic
def withdraw(article: Article, reason: str, *, by: User, at: datetime) -> Article:
    """Take it down at once, or before its time has come."""
    article = locked(article)
    if article.state(at) not in (Article.State.SCHEDULED, Article.State.SHOWN):
        raise OutOfTurnError(article.state(at).label)
    refuse(bars_to_editing(by))
    article.withdrawn_at = at
    return note(kept(article, at), ArticleAct.WITHDRAW, by=by, at=at, reason=reason)


# --- Why not ------------------------------------------------------------------------------


def refuse(bars: list[Bar]) -> None:
    if bars:
        raise BarredError(bars)


def bars_to_editing(by: User) -> list[Bar]:
    """Asked of the database, not of the session."""
    if Role.EDITOR in User.objects.get(pk=by.pk).roles:
        return []
    text = _("您没有“%(roles)s”的权限。请联系运维人员。")
    return [Bar("no_role", text % {"roles": Role.EDITOR.label})]


def bars_to_draft(draft: Draft) -> list[Bar]:
    return [*bars_to_texts(draft.texts), *bars_to_case(draft)]


def bars_to_texts(texts: dict[str, str]) -> Iterator[Bar]:
    """Bars are named after the text they are about."""
    if bool(texts["title_en"]) != bool(texts["body_en"]):
        yield Bar("half_title_en", _("英文标题和英文正文要么都填，要么都不填。"))
    for name, text in texts.items():
        if found := [one for one in screening.screen(text) if one.kind not in OF_OFFICES]:
            sentence = _("这里像是%(what)s：%(place)s。文章里不能写个人隐私，请删去。")
            words = {
                "what": LABELS[found[0].kind],
                "place": screening.excerpt(text, found[0]),
            }
            yield Bar(f"private_{name}", sentence % words)
    for name in ("body_zh", "body_en"):
        if link := dead_link(texts[name]):
            sentence = _("链接 %(link)s 没有指向本站的任何页面。请核对后再保存。")
            yield Bar(f"link_{name}", sentence % {"link": link})


def dead_link(body: str) -> str:
    try:
        read(f"# -\n\n{body}")
    except NoReverseMatch as refusal:
        return str(refusal).split("'")[1]
    return ""


def bars_to_case(draft: Draft) -> Iterator[Bar]:
    """A case that can lose its name has to say it nowhere itself."""
    listing = draft.listing
    if listing is None:
        return
    if draft.kind != ArticleKind.CASE:
        yield Bar("kind_kind", _("只有典型案例可以关联名单记录。请改栏目，或者去掉关联。"))
    if listing.entity is None:
        yield Bar("person_listing", _("案例不能关联自然人的记录。"))
        return
    said = name_key(" ".join(draft.texts.values()))
    if any(name in said for name in names_of(listing.entity)):
        text = _("关联了名单记录的案例不写当事人的名称和代码，请改写为 {当事人}。")
        yield Bar("named_body_zh", text)


def bars_to_showing(
    shown_from: datetime, shown_until: datetime | None, at: datetime
) -> list[Bar]:
    bars = []
    if shown_from < at:
        bars.append(Bar("past_shown_from", _("发布时间不能早于现在。")))
    if shown_until and shown_until <= shown_from:
        bars.append(Bar("early_shown_until", _("撤下时间应晚于发布时间。")))
    return bars


# --- In common ----------------------------------------------------------------------------


def locked(article: Article) -> Article:
    rows = Article.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=article.pk)


def kept(article: Article, at: datetime) -> Article:
    article.version += 1
    article.changed_at = at
    article.save()
    return article


def note(
    article: Article, act: ArticleAct, *, by: User, at: datetime, reason: str = ""
) -> Article:
    ArticleStep.objects.create(
        article=article,
        act=act,
        by=by,
        at=at,
        version=article.version,
        texts={name: getattr(article, name) for name in TEXTS},
        reason=reason,
    )
    return article
