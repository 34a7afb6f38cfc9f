"""The cast of a repair: a listed organisation, its authority's clerk and decider."""

from datetime import date

import pytest

from registry.models import Authority, Listing, ListRule, Role, User
from repair.models import Application
from tests.factories import make_authority, make_listing, make_user
from tests.repair.making import file, make_cure_rule


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def clerk(authority: Authority) -> User:
    return make_user("clerk", authority, Role.REPAIR_CLERK)


@pytest.fixture
def decider(authority: Authority) -> User:
    return make_user("decider", authority, Role.REPAIR_DECIDER)


@pytest.fixture
def stranger() -> User:
    """Clerk and decider of another authority."""
    other = make_authority("测试省另一监督管理局")
    return make_user("stranger", other, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)


@pytest.fixture
def rule(authority: Authority) -> ListRule:
    return make_cure_rule()


@pytest.fixture
def listing(rule: ListRule, authority: Authority) -> Listing:
    """On display, and repairable from its first day on."""
    return make_listing(rule, authority=authority, decided_on=date(2026, 3, 16))


@pytest.fixture
def application(listing: Listing) -> Application:
    return file(listing)
