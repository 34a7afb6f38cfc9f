"""Ways to break what holds of articles, past every action."""

from collections.abc import Callable
from functools import partial

from portal.models import Article, ArticleStep
from tests.factories import AT, make_listing, make_person, make_rule, make_user

Attempt = Callable[[], object]


def article(**fields: object) -> Article:
    usual = {"kind": "notice", "title_zh": "通知", "body_zh": "正文", "changed_at": AT}
    return Article.objects.create(**usual | fields)


def step(**fields: object) -> ArticleStep:
    usual = {"act": "write", "by": make_user("the-editor", None), "at": AT, "version": 1}
    return ArticleStep.objects.create(article=article(), **usual | fields)


def about_a_person(**fields: object) -> Article:
    rule = make_rule()
    listing = make_listing(rule, party=make_person(), conduct_on=AT.date())
    return article(kind="case", listing=listing, **fields)


def turned_to_a_person() -> None:
    listing = make_listing(make_rule(), party=make_person(), conduct_on=AT.date())
    Article.objects.filter(pk=article(kind="case").pk).update(listing=listing)


def deleted() -> None:
    article()
    Article.objects.all().delete()


def step_changed() -> None:
    step()
    ArticleStep.objects.update(reason="示例")


def step_deleted() -> None:
    step()
    ArticleStep.objects.all().delete()


CONSTRAINTS: dict[str, Attempt] = {
    "article_kind_is_known": partial(article, kind="gossip"),
    "article_says_something": partial(article, body_zh=""),
    "article_is_whole_in_english": partial(article, title_en="Notice"),
    "article_of_listing_is_a_case": lambda: article(listing=make_listing(make_rule())),
    "article_ends_after_it_begins": partial(article, shown_from=AT, shown_until=AT),
    "article_withdrawn_was_published": partial(article, withdrawn_at=AT),
    "article_step_act_is_known": partial(step, act="burn"),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("article_says_something", partial(article, title_zh="")),
    ("article_is_whole_in_english", partial(article, body_en="Text.")),
]
GUARDS: dict[str, Attempt] = {
    "article_names_no_person_i": about_a_person,
    "article_names_no_person_u": turned_to_a_person,
    "article_is_never_deleted": deleted,
    "article_step_is_never_changed": step_changed,
    "article_step_is_never_deleted": step_deleted,
}
