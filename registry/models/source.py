from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """信息来源单位: where a registration or record was taken from; shown beside it."""

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=200)

    class Meta:
        verbose_name = _("信息来源单位")
        verbose_name_plural = _("信息来源单位")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name
