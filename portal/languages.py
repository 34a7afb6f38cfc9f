"""What a row says in the language being read; in Chinese where it has no English."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header


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


def asked_for(accept_language: str) -> str:
    """The language a header prefers among ours; Chinese where it names none of them."""
    for name, weight in parse_accept_lang_header(accept_language.lower()):
        if weight and name == "*":
            break
        try:
            if weight:
                return get_supported_language_variant(name)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
