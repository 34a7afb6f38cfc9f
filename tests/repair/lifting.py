"""A granted repair, as those tests need it that are about what comes after."""

from registry.actions import signed_letters
from registry.logbook import signing
from registry.models import SignedLetter, User
from repair import actions
from repair.actions import Filed
from tests.factories import AT


def grant(filing: Filed, clerk: User, decider: User) -> SignedLetter:
    """Granted; its lift notice is not signed yet."""
    application = filing.filing.applications.get()
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_grant(application, "已核实。", by=clerk, at=AT)
    actions.grant_repair(application, "示例修〔2026〕1号", by=decider, at=AT)
    return SignedLetter.objects.get(listing=application.listing)


def grant_and_sign(filing: Filed, clerk: User, decider: User) -> SignedLetter:
    letter = grant(filing, clerk, decider)
    signing.sign(AT)
    signed_letters.sign_letters(AT)
    letter.refresh_from_db()
    return letter
