"""How often a name may be guessed at: ten times an hour, wherever the guesses come from.

Whoever has used them up is not locked out: from then on a guess is weighed only if it
comes with two codes in succession or a recovery code, which nobody guesses.
"""

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from registry.models import Guess

MOST = 10
WITHIN = timedelta(hours=1)


def spend(name: str, at: datetime) -> Guess | None:
    """One of the guesses that `name` has in an hour; None where all of them are spent.

    To be called outside a transaction: of guesses that come at the same time each has to
    see those that were written before it.
    """
    account = account_of(name)
    if n_recent(account, at) >= MOST:
        # What is not weighed writes nothing, or a flood would keep the database busy.
        return None
    Guess.objects.filter(at__lte=at - WITHIN).delete()
    own = Guess.objects.create(account=account, at=at)
    if Guess.objects.filter(account=account).count() <= MOST:
        return own
    # Others came at the same time. It is not weighed, so it is none.
    own.delete()
    return None


def give_back(guess: Guess | None) -> None:
    """It was none: it was right."""
    if guess is not None:
        guess.delete()


def forget(name: str) -> None:
    """Start to count anew, for an operator who knows who it was."""
    Guess.objects.filter(account=account_of(name)).delete()


def are_spent(name: str, at: datetime) -> bool:
    return n_recent(account_of(name), at) >= MOST


def n_recent(account: str, at: datetime) -> int:
    return Guess.objects.filter(account=account, at__gt=at - WITHIN).count()


def account_of(name: str) -> str:
    return salted_hmac("registry.guesses", name, algorithm="sha256").hexdigest()
