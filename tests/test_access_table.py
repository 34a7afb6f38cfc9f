"""The table of access knows every address of the site and everybody who may ask."""

from types import SimpleNamespace

import pytest
from django.urls import include, path, re_path

from portal import urls, views
from tests.access_world import strangers, table
from tests.access_world.cast import CALLERS

GROUPS = sorted({one.group for one in table.addresses()})


def test_every_address_has_a_line() -> None:
    assert not (missing := table.unlisted()), "\n".join(missing)


def test_no_line_is_about_an_address_that_is_gone() -> None:
    assert table.gone() == []


def test_an_address_without_a_line_is_told_what_to_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [path("letters/<int:pk>/print/<slug:kind>/", views.home)]
    site = [re_path(r"^post/(?P<day>[0-9]{4}(?:-[0-9]{2})?)/$", views.home), *found]
    patterns = [*urls.urlpatterns, path("office/", include(site))]
    resolver = SimpleNamespace(url_patterns=patterns)
    monkeypatch.setattr(table, "get_resolver", lambda: resolver)

    missing = table.unlisted()

    assert len(missing) == 2
    assert "office/post/<day>/,day=@NAME,,GROUP" in missing[0]
    wanted = "office/letters/<pk>/print/<kind>/,pk=@NAME kind=@NAME,,GROUP"
    assert wanted in missing[1]
    assert "tests/access_world/addresses.csv" in missing[1]


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_says_what_everybody_is_answered(group: str) -> None:
    for caller in CALLERS:
        verdict = table.verdict_for(group, caller)
        assert verdict.get
        assert verdict.post
        assert verdict.bare


def test_no_verdict_is_of_a_group_or_caller_that_is_not_there() -> None:
    used = {*GROUPS, *(group.rpartition(".")[0] for group in GROUPS)}
    named = {*CALLERS, table.OTHERS}

    assert {group for group, _who in table.verdicts()} <= used
    assert {who for _group, who in table.verdicts()} <= named


def test_what_belongs_to_an_authority_is_known_to_the_stranger() -> None:
    """A new kind of row with an authority of its own: say in OWNERS how it is found."""
    assert strangers.kinds() <= strangers.OWNERS.keys() | strangers.NO_PAGE
