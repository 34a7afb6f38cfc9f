"""What a row says in the language being read; in Chinese where it has no English."""

from django.db import models
from django.utils.translation import get_language


def in_language(row: models.Model, field: str) -> str:
    """`field_zh` or `field_en` of a row that has both."""
    chinese = str(getattr(row, f"{field}_zh"))
    if get_language() != "en":
        return chinese
    return str(getattr(row, f"{field}_en")) or chinese


def sentences(*said: str) -> str:
    """Sentences in a row; Chinese puts nothing between them. Empty ones do not count."""
    between = " " if get_language() == "en" else ""
    return between.join(filter(None, said))
