"""What a person is told: one whole sentence in the language of the reader."""

import re
from collections.abc import Iterator

from django.utils.translation import get_language

HAN = re.compile("[\u4e00-\u9fff]")
WORDS = re.compile("[A-Za-z]{2,}")


def flaws(sentence: str, *, is_whole: bool = True) -> Iterator[str]:
    """What is wrong with it; names that it quotes from a file may be in any language."""
    in_english = get_language() == "en"
    if "\n" in sentence or "%(" in sentence or "<" in sentence.partition("“")[0]:
        yield f"no plain sentence: {sentence!r}"
    if is_whole and not sentence.endswith("." if in_english else "。"):
        yield f"no whole sentence: {sentence!r}"
    if in_english and (HAN.match(sentence) or len(WORDS.findall(sentence)) < 2):
        yield f"not in English: {sentence!r}"
    if not in_english and not HAN.search(sentence):
        yield f"not in Chinese: {sentence!r}"
