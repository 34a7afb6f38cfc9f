"""The quick select writes what Django's writes."""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import gettext_lazy as _

from portal.selects import Select

HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("choices", "value"),
    [
        pytest.param([("", _("全部")), ("a", "甲"), ("b", "乙")], "b", id="plain"),
        pytest.param([("", "-"), ("组", [("a", "甲"), ("b", "乙")])], "a", id="groups"),
        pytest.param([("a", "甲")], None, id="nothing chosen"),
        pytest.param([("a", "甲")], "x", id="chosen what is not there"),
        pytest.param([], "", id="empty"),
        pytest.param(
            [(HOSTILE, HOSTILE), (HOSTILE, [("a", HOSTILE)])], HOSTILE, id="hostile"
        ),
        pytest.param([(1, "一"), (None, "无")], 1, id="numbers and none"),
    ],
)
@pytest.mark.parametrize("attrs", [{}, {"id": "id_x", "required": True, "lang": HOSTILE}])
def test_it_writes_what_django_writes(
    choices: list[Any], value: Any, attrs: dict[str, Any]
) -> None:
    ours = Select(attrs, choices).render("x", value)
    djangos = forms.Select(attrs, choices).render("x", value)

    assert parse_html(ours) == parse_html(djangos)
    assert "<script" not in ours
