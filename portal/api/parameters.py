"""What was asked, read strictly: a slip is told, never guessed at or passed over."""

import re
from typing import Any, NoReturn

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.api.problems import (
    BAD_PARAMETERS,
    ProblemError,
    bad_parameter,
    repeated_parameter,
    unknown_parameter,
)

# Python's int() also reads ４２, 4_2, +42 and blanks around it.
PLAIN = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
# The largest whole number that every JSON reader keeps exactly.
LARGEST = 2**53 - 1


class WholeNumber(serializers.IntegerField):
    """Plain digits between two bounds, and one sentence for everything else."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(min_value=least, max_value=most, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is serializers.empty:
            return super().run_validation(data)
        if not PLAIN.fullmatch(data) or not self.least <= int(data) <= self.most:
            self.refuse()
        return int(data)

    def refuse(self) -> NoReturn:
        text = _("请填写 %(least)d 到 %(most)d 之间的整数，只用数字 0 到 9。")
        raise serializers.ValidationError(text % {"least": self.least, "most": self.most})


class Parameters(serializers.Serializer[Any]):
    """The parameters of one endpoint: no others, and each of them once."""

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, Any]:
        """The values by name; ProblemError with everything that is wrong."""
        asked = cls(data=query.dict())
        known = tuple(asked.fields)
        errors = [unknown_parameter(name, known) for name in query if name not in known]
        errors += [
            repeated_parameter(name)
            for name, values in query.lists()
            if name in known and len(values) > 1
        ]
        asked.is_valid()
        errors += [
            bad_parameter(name, str(sentence))
            for name, sentences in asked.errors.items()
            for sentence in sentences
        ]
        if errors:
            raise ProblemError(BAD_PARAMETERS, errors=errors)
        return dict(asked.validated_data)
