"""What a visitor does against a candidate: object, without an account."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from registry import actions
from registry.days import day_of
from registry.errors import OutOfTurnError
from registry.models import Candidacy, CandidateObjection
from registry.objections import Said
from repair import access, numbers
from repair.actions.filing import SAME_FORM


class Objected(NamedTuple):
    """The objection, and its secret in clear: to be shown now and never again."""

    objection: CandidateObjection
    secret: str


@transaction.atomic
def object_to_candidate(
    candidacy: Candidacy, said: Said, *, at: datetime, key: str | None = None
) -> Objected:
    """File an objection with number and secret; the authority has to answer it.

    A form sent twice within the hour finds its own and gets a new secret for it.
    """
    hashed, secret = access.key_hash(key) if key else None, numbers.new_secret()
    if key and (found := CandidateObjection.objects.filter(key=hashed).first()):
        return again(found, secret, at)
    number = numbers.new_number(day_of(at).year)
    objection = actions.file_objection(
        candidacy,
        said,
        number=number,
        secret_hash=access.secret_hash(number, secret),
        at=at,
        key=hashed,
    )
    return Objected(objection, secret)


def again(objection: CandidateObjection, secret: str, at: datetime) -> Objected:
    if at > objection.filed_at + SAME_FORM:
        raise OutOfTurnError(objection)
    objection.secret_hash = access.secret_hash(objection.number, secret)
    objection.save(update_fields=("secret_hash",))
    return Objected(objection, secret)
