"""What applicants, clerks and deciders do to applications for a repair."""

from collections.abc import Callable
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

from registry.days import day_of
from registry.models import Listing
from repair import actions
from repair.actions import Filed, FilingDraft
from repair.models import Application
from tests.factories import AT
from tests.model.cases import Cases
from tests.model.machine import On, chosen, several, texts
from tests.model.stage import DOCUMENT, REASON, SAID

mostly = st.sampled_from([True, True, True, True, True, True, False])
# When it was corrected, counted from today; not at all.
corrected = st.sampled_from([-1, -1, -30, 0, 1, None])

SAYING: dict[str, Any] = {"reason": REASON}
RULING: dict[str, Any] = {"court_document": DOCUMENT, "ruled_on": day_of(AT)}
# What is done at the desk, by whom and how; as it should be.
WAYS: dict[str, tuple[str, Callable[..., object]]] = {
    "accept application": ("clerk", actions.accept_application),
    "decline": ("clerk", partial(actions.decline_application, **SAYING)),
    "return": ("clerk", partial(actions.return_for_completion, **SAYING)),
    "propose grant": ("clerk", partial(actions.propose_grant, **SAYING)),
    "propose refusal": ("clerk", partial(actions.propose_refusal, **SAYING)),
    "propose shield": ("clerk", partial(actions.propose_shield, **SAYING, **RULING)),
    "grant": ("decider", partial(actions.grant_repair, document=DOCUMENT)),
    "refuse application": ("decider", partial(actions.refuse_repair, **SAYING)),
    "send back": ("decider", partial(actions.send_back, **SAYING)),
    "shield": ("decider", actions.shield),
    "prolong": ("decider", partial(actions.prolong_shield, **SAYING)),
}


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
        elif status in ("accepted", "shielded"):
            self.propose(application, "已核实", "", grant=True, decided_by="")
        else:
            self.grant(application, "示例修〔2026〕1号", "")

    @rule(application=applications, names=several(WAYS))
    def try_rightly(self, application: Application, names: list[str]) -> None:
        """By the right person and with all it takes, in whatever state it is."""
        for name in names:
            right, act = WAYS[name]
            go = partial(act, application, **self.by(right, ""))
            self.attempt(name, go, on(application))

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

    # --- A plan that a court approves ----------------------------------------------------

    @rule(
        application=applications,
        document=texts,
        off=corrected,
        who=chosen,
        held_by=st.sampled_from(["decider", "decider", "both", "clerk", ""]),
    )
    def propose_shield(
        self,
        application: Application,
        document: str,
        off: int | None,
        who: str,
        held_by: str,
    ) -> None:
        """And at once held, or not."""
        act = partial(
            actions.propose_shield,
            application,
            "重整计划已由法院裁定批准。",
            court_document=document,
            ruled_on=self.day(off or 0),
            **self.by("clerk", who),
        )
        if self.attempt("propose shield", act, on(application)) and held_by:
            self.shield(application, held_by)

    @rule(application=applications, who=chosen)
    def shield(self, application: Application, who: str) -> None:
        act = partial(actions.shield, application, **self.by("decider", who))
        self.attempt("shield", act, on(application))

    @rule(application=applications, reason=texts, who=chosen)
    def prolong_shield(self, application: Application, reason: str, who: str) -> None:
        act = partial(
            actions.prolong_shield, application, reason, **self.by("decider", who)
        )
        self.attempt("prolong", act, on(application))

    def by(self, right: str, instead: str) -> dict[str, Any]:
        return {"by": self.person(right, instead), "at": self.at}
