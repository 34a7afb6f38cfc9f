"""The table of contents of the site. Chinese without a prefix, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.decorators.http import require_safe

from portal import health, views
from portal.articles.feed import ArticleFeed
from portal.converters import CaseConverter, LedgerFileConverter

register_converter(CaseConverter, "case")
register_converter(LedgerFileConverter, "ledger_file")

site = (
    [
        path("", views.home, name="home"),
        path("search/", views.search, name="search"),
        path("search/suggest/", views.suggest, name="suggest"),
        path("entities/<uuid:public_id>/", views.entity, name="entity"),
        path(
            "entities/<uuid:public_id>/<slug:key>/",
            views.section_of_entity,
            name="section_of_entity",
        ),
        path("lists/", views.lists, name="lists"),
        path("lists/<slug:code>/", views.list_of_type, name="list"),
        path(
            "lists/<slug:code>/candidates/",
            views.candidates_of_list,
            name="candidates_of_list",
        ),
        path("listings/<case:case>/", views.listing, name="listing"),
        path("candidates/<case:case>/", views.candidate, name="candidate"),
        path("persons/check/", views.check_person, name="check_person"),
        path("persons/receipt/", views.receipt_of_person, name="receipt_of_person"),
        path("verify/", views.verify, name="verify"),
        # Without a slash at its end, as it is printed on paper.
        path("verify/<str:number>", views.verify_number, name="verify_number"),
        path("ledger/", views.ledger, name="ledger"),
        path("ledger/leaf/<int:leaf>/", views.leaf, name="leaf"),
        path("statistics/", views.statistics, name="statistics"),
        path("statistics/<slug:name>.csv", views.figure_file, name="figure_file"),
        path("articles/", views.articles, name="articles"),
        path("articles/feed.atom", require_safe(ArticleFeed()), name="article_feed"),
        path("articles/<int:pk>/", views.article, name="article"),
        path("help/", views.help_index, name="help"),
        path("help/glossary/", views.glossary, name="glossary"),
        path("help/<slug:slug>/", views.help_topic, name="help_topic"),
        path("components/", views.components, name="components"),
    ],
    "portal",
)

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("healthz/trust", health.trust, name="trust"),
    path("robots.txt", views.robots, name="robots"),
    path("api/", include("portal.api.urls")),
    path("ledger/verify.py", views.verifier, name="verifier"),
    path("ledger/verify_letter.py", views.letter_verifier, name="letter_verifier"),
    path("ledger/receipts/<case:case>", views.receipt, name="receipt"),
    path("ledger/<ledger_file:name>", views.ledger_file, name="ledger_file"),
    *i18n_patterns(
        path("repair/", include("repair.urls")),
        path("objections/", include("repair.objection_urls")),
        path("admin/", admin.site.urls),
        path("", include(site)),
        prefix_default_language=False,
    ),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
