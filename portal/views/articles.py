"""What the editors have published."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.articles.shown import shown
from portal.forms import PageForm
from portal.freshness import shows_listings
from portal.models import Article, ArticleKind
from portal.paging import page_of
from portal.views.errors import gone
from registry import clock


@require_safe
@shows_listings
def articles(request: HttpRequest) -> HttpResponse:
    """All of them or those of one kind, the newest first."""
    at = clock.now()
    rows = Article.objects.on_display(at)
    kind = request.GET.get("kind", "")
    known = kind in ArticleKind.values
    if kind:
        rows = rows.filter(kind=kind) if known else rows.none()
    page = page_of(rows, PageForm(request.GET).number)
    context = {
        "page": page,
        "articles": shown(page, at),
        "kinds": ArticleKind,
        "kind": kind,
    }
    status = 200 if known or not kind else 400
    return render(request, "portal/articles.html", context, status=status)


@require_safe
@shows_listings
def article(request: HttpRequest, pk: int) -> HttpResponse:
    at = clock.now()
    row = Article.objects.on_display(at).filter(pk=pk).first()
    if row is None:
        get_object_or_404(Article.objects.taken_down(at), pk=pk)
        return gone(request)
    (found,) = shown([row], at)
    return render(request, "portal/article.html", {"article": found})
