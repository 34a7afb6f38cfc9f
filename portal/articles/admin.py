"""The desk of the editors: write, look, publish at a time, take down."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from portal.articles import actions
from portal.articles.forms import ArticleForm, PublishForm, WithdrawForm, initial_of
from portal.articles.shown import Shown, shown
from portal.models import Article
from registry import clock
from registry.admin.scope import StaffAdmin, staff_of
from registry.errors import BarredError, RegistryError
from registry.models import Role

State = Article.State


@admin.register(Article)
class ArticleAdmin(StaffAdmin[Article]):
    seen_by = frozenset({Role.EDITOR, Role.AUDITOR})
    section = title = pgettext_lazy("many", "文章")
    list_display = ("title_zh", "kind", "stands", "shown_from")
    list_filter = ("kind",)
    lookups = ("kind__exact",)
    search_fields = ("title_zh", "title_en")

    @admin.display(description=gettext_lazy("状态"))
    def stands(self, article: Article) -> str:
        return str(article.state(clock.now()).label)

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("new/", self.new_view, "new"),
            self.work("<int:pk>/edit/", self.edit_view, "edit"),
            self.work("<int:pk>/publish/", self.publish_view, "publish"),
            self.work("<int:pk>/withdraw/", self.withdraw_view, "withdraw"),
        ]

    # --- Writing -------------------------------------------------------------------------

    def new_view(self, request: HttpRequest) -> HttpResponse:
        return self.written(request, None)

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.written(request, self.find(request, pk))

    def written(self, request: HttpRequest, article: Article | None) -> HttpResponse:
        """The form; what it would look like; or the article, when it was kept."""
        refuse_others(request)
        initial = initial_of(article) if article else {}
        form = ArticleForm(request.POST or None, initial=initial)
        preview: list[Shown] = []
        if form.is_valid():
            if "preview" in request.POST:
                preview = previewed(form)
            elif kept := self.kept(request, form, article):
                messages.success(request, _("已保存。"))
                return redirect("admin:portal_article_change", kept.pk)
        name = _("修改文章") if article else _("写文章")
        context = self.page(request, name, form=form, article=article, preview=preview)
        return render(request, "admin/portal/article/form.html", context)

    def kept(
        self, request: HttpRequest, form: ArticleForm, article: Article | None
    ) -> Article | None:
        """The article; None where it is refused, and the form says why."""
        how: dict[str, Any] = {"by": staff_of(request), "at": clock.now()}
        try:
            if article is None:
                return actions.write(form.draft(), **how)
            version = form.cleaned_data["version"] or 0
            return actions.edit(article, form.draft(), version=version, **how)
        except BarredError as refusal:
            form.show_refusal(refusal)
        except RegistryError as refusal:
            form.add_error(None, str(refusal))
        return None

    # --- One of them ---------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        return self.seen(request, self.looked_at(request, object_id))

    def seen(
        self, request: HttpRequest, article: Article, bound: forms.Form | None = None
    ) -> HttpResponse:
        state = article.state(clock.now())
        is_down = state in (State.DRAFT, State.WITHDRAWN)
        offered = PublishForm if is_down else WithdrawForm
        name = "publish" if is_down else "withdraw"
        form = None if state == State.OVER else bound or offered()
        context = self.page(
            request,
            article.title_zh,
            article=article,
            state=state,
            shown=in_both(article),
            form=form if may_edit(request) else None,
            act=name,
            may_edit=may_edit(request),
            steps=article.steps.select_related("by"),
        )
        return render(request, "admin/portal/article/detail.html", context)

    @method_decorator(require_POST)
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        form, at = PublishForm(request.POST), clock.now()

        def publish(article: Article) -> str:
            given = form.cleaned_data
            begins = given["shown_from"] or at
            until = given["shown_until"]
            by = staff_of(request)
            actions.publish(article, shown_from=begins, shown_until=until, by=by, at=at)
            return _("已发布。") if begins == at else _("已安排，到时间自动发布。")

        return self.answered(request, pk, form, publish)

    @method_decorator(require_POST)
    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = WithdrawForm(request.POST)

        def withdraw(article: Article) -> str:
            reason = form.cleaned_data["reason"]
            actions.withdraw(article, reason, by=staff_of(request), at=clock.now())
            return _("已撤下，公众看不到了。")

        return self.answered(request, pk, form, withdraw)

    def answered(
        self, request: HttpRequest, pk: int, form: forms.Form, act: Any
    ) -> HttpResponse:
        """Back to the article when it is done; to the form with the reason when not."""
        refuse_others(request)
        article = self.find(request, pk)
        if form.is_valid():
            try:
                messages.success(request, act(article))
                return redirect("admin:portal_article_change", pk)
            except BarredError as refusal:
                for bar in refusal.bars:
                    field = bar.code.partition("_")[2]
                    form.add_error(field if field in form.fields else None, bar.text)
            except RegistryError as refusal:
                messages.error(request, str(refusal))
                return redirect("admin:portal_article_change", pk)
        return self.seen(request, article, form)


def may_edit(request: HttpRequest) -> bool:
    return Role.EDITOR in staff_of(request).roles


def refuse_others(request: HttpRequest) -> None:
    if not may_edit(request):
        raise PermissionDenied


def previewed(form: ArticleForm) -> list[Shown]:
    """As it would look now; nothing where it would be refused, and the form says why."""
    draft = form.draft()
    if bars := actions.bars_to_draft(draft):
        form.show_refusal(BarredError(bars))
        return []
    given = {name: getattr(draft, name) for name in ("kind", "listing", *actions.TEXTS)}
    return in_both(Article(**given))


def in_both(article: Article) -> list[Shown]:
    """In Chinese, and in English where there is any."""
    languages = ["zh-hans", "en"] if article.title_en else ["zh-hans"]
    found: list[Shown] = []
    for language in languages:
        with translation.override(language):
            found += shown([article], clock.now())
    return found
