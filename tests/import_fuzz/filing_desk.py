"""Where parties hand in the papers of a repair: what is taken, and how it lies there."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError

from registry.models import Authority
from repair import papers
from repair.actions.filing import add_papers
from repair.forms import PaperField
from repair.models import Evidence
from repair.papers import Paper
from tests.factories import AT, make_listing
from tests.import_fuzz.evidence import Sent
from tests.import_fuzz.sentences import flaws
from tests.repair.making import filed, make_cure_rule

# Of a paper: so long that it stands nowhere by chance.
PIECE = 32


class FilingDesk:
    """One filing, which gets every paper that is taken."""

    def __init__(self, authority: Authority) -> None:
        today = date(2026, 3, 16)
        listing = make_listing(make_cure_rule(), authority=authority, decided_on=today)
        self.filing = filed(listing).filing
        self.ways: Counter[str] = Counter()

    def hand_in(self, it: Sent) -> Iterator[str]:
        """Through the field of the form, and then as the action stores it."""
        try:
            paper = PaperField().clean(SimpleUploadedFile(it.name, it.content))
        except (ValidationError, SuspiciousFileOperation) as refusal:
            self.ways["evidence refused"] += 1
            yield from self.refused(it, refusal)
            return
        self.ways["evidence taken"] += 1
        if paper is None or not it.may_be_taken:
            yield f"a paper of another kind is taken: {it.content[:16]!r}"
        else:
            yield from self.stored(paper)

    def refused(self, it: Sent, refusal: Exception) -> Iterator[str]:
        if isinstance(refusal, ValidationError):
            for sentence in refusal.messages:
                yield from flaws(sentence)
        if it.is_honest and it.has_a_name:
            yield f"refused: {refusal}"

    def stored(self, paper: Paper) -> Iterator[str]:
        with ExitStack() as undo:
            add_papers(self.filing, (paper,), at=AT, undo=undo)
            undo.pop_all()
        evidence = Evidence.objects.latest("pk")
        place = papers.place(evidence)
        if papers.read(evidence) != paper.content:
            yield "another paper is given back"
        if len(paper.content) >= PIECE and paper.content[:PIECE] in place.read_bytes():
            yield "a paper lies in clear"
        if place.stat().st_mode & 0o077:
            yield "others can read the file of a paper"
