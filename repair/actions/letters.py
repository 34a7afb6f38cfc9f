"""Letters of an application: set when first asked for, and from then on always the same.

They lie with the letters of the case, sealed under its key, and go with them.
"""

from datetime import datetime

from django.db import transaction

from registry import sealed_files, vault
from registry.actions import letters as of_cases
from registry.actions import papers
from registry.actions import trail as of_listings
from registry.days import day_of
from registry.letters import Sheet
from registry.models import Letter
from repair import letters
from repair.models import Step


def pdf_of(step: Step, language: str, *, at: datetime) -> bytes:
    """The letter of a step as PDF. GoneError once the case or the filing is erased."""
    application = step.of_application
    if application.listing.erased_at or application.filing.erased_at:
        raise sealed_files.GoneError(f"{step}")
    if letter := kept_for(step):
        return of_cases.read(letter, language)
    try:
        pages = {name: printed(step, name) for name in papers.LANGUAGES}
    except vault.VaultError as gone:
        raise sealed_files.GoneError(f"{step}") from gone
    return keep(step, pages, at)[language]


def printed(step: Step, language: str) -> bytes:
    def said() -> Sheet:
        return letters.letter_of(step, number=shown_number(step))

    return of_cases.in_language(of_cases.CODES[language], said)


@transaction.atomic
def keep(step: Step, pages: of_cases.Pages, at: datetime) -> of_cases.Pages:
    """What is kept from now on: these pages, or those of whoever was quicker."""
    listing = of_listings.locked(step.of_application.listing)
    if letter := kept_for(step):
        return {name: of_cases.read(letter, name) for name in pages}
    if step.by is None or step.by.authority_id != listing.authority_id:
        # Nobody of the authority stands for it any more; it is set anew each time.
        return pages
    papers.give_key(listing, at)
    letter = Letter(
        listing=listing,
        kind=kind_of(step),
        number=number_of(step),
        dated_on=day_of(step.at),
        made_by=step.by,
        made_at=at,
    )
    of_cases.seal(letter, pages)
    letter.save()
    return pages


def kept_for(step: Step) -> Letter | None:
    made = step.of_application.listing.letters.filter(
        kind=kind_of(step), number=number_of(step), erased_at=None
    )
    return made.select_related("listing").first()


def kind_of(step: Step) -> Letter.Kind:
    return letters.KINDS[Step.Act(step.act)]


def number_of(step: Step) -> str:
    """The number of the application, and which of its letters it is."""
    steps = step.of_application.steps.filter(act__in=Step.WITH_LETTER, at__lte=step.at)
    n_th = steps.exclude(at=step.at, pk__gt=step.pk).count()
    return f"{step.of_application.filing.shown_number}-{n_th}"


def shown_number(step: Step) -> str:
    """A decision bears the number that its decider gave it."""
    decided = step.act in (Step.Act.GRANT, Step.Act.REFUSE)
    return (step.of_application.document if decided else "") or number_of(step)
