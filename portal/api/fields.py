"""Fields of answers, each with its words for the schema.

Serializers here name and describe what is handed out; nothing passes through them on
its way, because a page of a thousand changes would pay for it.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

Field = serializers.Field[Any, Any, Any, Any]
Serializer = serializers.Serializer[Any]
Words = Any


def whole(words: Words, **options: Any) -> Field:
    return serializers.IntegerField(help_text=words, min_value=0, **options)


def day(words: Words, **options: Any) -> Field:
    return serializers.DateField(help_text=words, **options)


def text(words: Words, pattern: str = "", **options: Any) -> Field:
    if pattern:
        return serializers.RegexField(pattern, help_text=words, **options)
    return serializers.CharField(help_text=words, **options)


def one_of(choices: Sequence[tuple[str, Any]], words: Words, **options: Any) -> Field:
    return serializers.ChoiceField(choices=choices, help_text=words, **options)


def flag(words: Words, **options: Any) -> Field:
    return serializers.BooleanField(help_text=words, **options)


def constant(value: str | bool, words: Words, **options: Any) -> Field:
    """Always this value; what is optional is missing where it does not hold."""
    of_its_own = type("Constant", (serializers.Field,), {})
    kind = "boolean" if isinstance(value, bool) else "string"
    described = extend_schema_field({"type": kind, "const": value})(of_its_own)
    field: Field = described(help_text=words, **options)
    return field


class Record(Serializer):
    """An object of an answer; its fields come as a table, because `from` is one of them."""

    told: Mapping[str, Field]

    def get_fields(self) -> dict[str, Field]:
        return deepcopy({**self.told})


def record(name: str, told: Mapping[str, Field], **options: Any) -> Serializer:
    made: Serializer = type(name, (Record,), {"told": told, "__doc__": ""})(**options)
    return made
