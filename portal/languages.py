"""Which language a header asks for."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header


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
