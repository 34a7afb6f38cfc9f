"""What applicants, clerks and deciders do to applications for a repair."""

from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    initialize,
    multiple,
    rule,
)

from registry.models import Listing
from repair import actions
from repair.actions import Filed, FilingDraft
from repair.models import Application
from tests.model.cases import Cases
from tests.model.machine import On, chosen, texts
from tests.model.stage import SAID

mostly = st.sampled_from([True, True, True, True, True, True, False])
# When it was corrected, counted from today; not at all.
corrected = st.sampled_from([-1, -1, -30, 0, 1, None])


def on(application: Application) -> On:
    return "application", application.pk


class Repairs(Cases):
    applications: Bundle[Application] = Bundle("applications")
    # From the first day on they can be repaired.
    curable: Bundle[Listing] = Bundle("curable")

    @initialize(target=curable)
    def begin_with_curable(self) -> MultipleResults[Listing]:
        return multiple(*self.stage.curable)

    @initialize(target=applications)
    def begin_with_applications(self) -> MultipleResults[Application]:
        return multiple(*self.stage.applications)

    # --- The applicant -------------------------------------------------------------------

    @rule(
        target=applications,
        case=st.one_of(curable, curable, curable, Cases.shown, Cases.cases),
        done=mostly,
        committed=mostly,
        text=texts,
        off=corrected,
    )
    def file(
        self, case: Listing, done: bool, committed: bool, text: str, off: int | None
    ) -> MultipleResults[Application]:
        draft = FilingDraft(
            listings=(case,),
            role="rep",
            statement=replace(SAID, text=text),
            done=done,
            committed=committed,
            corrected_on=None if off is None else self.day(off),
        )
        found = self.attempt("file", lambda: actions.file_application(draft, at=self.at))
        if not isinstance(found, Filed):
            return multiple()
        return multiple(*found.filing.applications.all())

    @rule(application=applications, text=texts)
    def complete(self, application: Application, text: str) -> None:
        act = partial(actions.complete_application, application, text, at=self.at)
        self.attempt("complete", act, on(application))

    @rule(application=applications)
    def withdraw_application(self, application: Application) -> None:
        act = partial(actions.withdraw_application, application, at=self.at)
        self.attempt("withdraw application", act, on(application))

    @rule(application=applications)
    def go_on(self, application: Application) -> None:
        """The right act by the right person, so that enough of them get far."""
        status = Application.objects.get(pk=application.pk).status
        if status == "received":
            self.accept_application(application, "")
        elif status == "returned":
            self.complete(application, "已补充")
        elif status == "accepted":
            self.propose(application, "已核实", "", grant=True, decided_by="")
        else:
            self.grant(application, "示例修〔2026〕1号", "")

    # --- The clerk -----------------------------------------------------------------------

    @rule(application=applications, who=chosen)
    def accept_application(self, application: Application, who: str) -> None:
        act = partial(actions.accept_application, application, **self.by("clerk", who))
        self.attempt("accept application", act, on(application))

    @rule(
        application=applications,
        reason=texts,
        who=chosen,
        name=st.sampled_from(["decline", "return"]),
    )
    def turn_away(self, application: Application, reason: str, who: str, name: str) -> None:
        run: Any = {
            "decline": actions.decline_application,
            "return": actions.return_for_completion,
        }[name]
        act = partial(run, application, reason, **self.by("clerk", who))
        self.attempt(name, act, on(application))

    @rule(
        application=applications,
        reason=texts,
        who=chosen,
        grant=mostly,
        decided_by=st.sampled_from(["decider", "decider", "both", "clerk", ""]),
    )
    def propose(
        self, application: Application, reason: str, who: str, grant: bool, decided_by: str
    ) -> None:
        """And at once decided, or not."""
        run: Any = actions.propose_grant if grant else actions.propose_refusal
        name = "propose grant" if grant else "propose refusal"
        act = partial(run, application, reason, **self.by("clerk", who))
        if self.attempt(name, act, on(application)) and decided_by:
            self.grant(application, "示例修〔2026〕1号", decided_by)

    # --- The decider ---------------------------------------------------------------------

    @rule(application=applications, document=texts, who=chosen)
    def grant(self, application: Application, document: str, who: str) -> None:
        act = partial(
            actions.grant_repair, application, document, **self.by("decider", who)
        )
        self.attempt("grant", act, on(application))

    @rule(
        application=applications,
        reason=texts,
        who=chosen,
        name=st.sampled_from(["refuse application", "send back"]),
    )
    def say_no(self, application: Application, reason: str, who: str, name: str) -> None:
        run: Any = {
            "refuse application": actions.refuse_repair,
            "send back": actions.send_back,
        }[name]
        act = partial(run, application, reason, **self.by("decider", who))
        self.attempt(name, act, on(application))

    def by(self, right: str, instead: str) -> dict[str, Any]:
        return {"by": self.person(right, instead), "at": self.at}
