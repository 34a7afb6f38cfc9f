"""The articles as an Atom feed, for whoever does not want to come by and look."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from portal.articles.shown import Shown, shown
from portal.models import Article
from registry import clock

N_ENTRIES = 30


class ArticleFeed(Feed[Shown, None]):
    feed_type = Atom1Feed

    def title(self) -> str:
        return _("文章")

    def subtitle(self) -> str:
        return _("通知公告、政策法规、诚信故事和典型案例")

    def link(self) -> str:
        return reverse("portal:articles")

    def items(self) -> list[Shown]:
        at = clock.now()
        return shown(Article.objects.on_display(at)[:N_ENTRIES], at)

    def item_title(self, item: Shown) -> str:
        return item.title

    def item_description(self, item: Shown) -> str:
        return item.html

    def item_link(self, item: Shown) -> str:
        return reverse("portal:article", args=[item.article.pk])

    def item_pubdate(self, item: Shown) -> datetime | None:
        return item.article.shown_from

    def item_updateddate(self, item: Shown) -> datetime:
        return max(
            item.article.changed_at, item.article.shown_from or item.article.changed_at
        )

    def item_categories(self, item: Shown) -> list[str]:
        return [item.article.get_kind_display()]
