"""What an editor fills in; nothing here changes anything."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.articles.actions import TEXTS, Draft
from portal.models import Article
from portal.models.article import LONGEST_BODY
from registry import clock
from registry.errors import BarredError
from registry.models import Listing

MARKDOWN_HELP = gettext_lazy(
    "用 Markdown 写：空一行另起一段，## 开头是小标题，- 开头是列表，"
    "[文字](portal:lists) 是站内链接。不能写 HTML。"
)


class ArticleForm(forms.ModelForm[Article]):
    case = forms.CharField(
        label=gettext_lazy("所涉名单记录"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "只用于典型案例。填记录页面的网址或者案件编号；正文中写 {当事人}，"
            "公示期间显示名称，停止公示以后自动隐去。"
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Article
        fields = ("kind", *TEXTS)
        widgets = {
            "body_zh": forms.Textarea({"rows": 16, "maxlength": LONGEST_BODY}),
            "body_en": forms.Textarea({"rows": 16, "maxlength": LONGEST_BODY}),
        }
        help_texts = {
            "body_zh": MARKDOWN_HELP,
            "title_en": gettext_lazy("可以不填。不填的，英文网页显示中文并注明。"),
        }

    field_order = ("kind", "case", *TEXTS)

    def clean_case(self) -> Listing | None:
        typed = self.cleaned_data["case"].rstrip("/").rpartition("/")[2]
        if not typed:
            return None
        shown = Listing.objects.on_display(clock.now()).of_organisations()
        if (found := shown.filter(case=typed).first()) is None:
            text = _("没有这条公示中的单位记录。请打开记录页面，复制它的网址。")
            raise forms.ValidationError(text)
        return found

    def draft(self) -> Draft:
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in ("kind", *TEXTS)}
        return Draft(**given, listing=self.cleaned_data["case"])

    def show_refusal(self, refusal: BarredError) -> None:
        """Each bar beside the field it is about, which its code is named after."""
        for bar in refusal.bars:
            field = bar.code.partition("_")[2]
            self.add_error(field if field in self.fields else None, bar.text)

    def _post_clean(self) -> None:
        """The row is made by the action, which says all bars at once."""


def initial_of(article: Article) -> dict[str, Any]:
    given = {name: getattr(article, name) for name in ("kind", *TEXTS)}
    case = article.listing.case if article.listing else ""
    return {**given, "case": case, "version": article.version}


class MomentField(forms.DateTimeField):
    """A moment of civil time, in the browser's own field for it."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class PublishForm(forms.Form):
    shown_from = MomentField(
        label=gettext_lazy("发布时间"),
        required=False,
        help_text=gettext_lazy("不填就是现在。北京时间。"),
    )
    shown_until = MomentField(
        label=gettext_lazy("撤下时间"),
        required=False,
        help_text=gettext_lazy("不填就一直显示。"),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("撤下的理由"), max_length=500)
