"""What whoever objects, clerks, deciders and the superior authority do to objections."""

from collections.abc import Callable
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
from repair.actions import Filed, ObjectionDraft
from repair.models import Objection
from tests.model.cases import Cases, reasons
from tests.model.machine import On, chosen, several, texts
from tests.model.repairs import Repairs
from tests.model.stage import DOCUMENT, REASON, SAID

kinds = st.sampled_from([one for one in Objection.Kind if one != Objection.Kind.REVIEW])
# What stands beside the entry; what a clerk must not let stand there; nothing.
sayings = st.sampled_from(["", "", "已经申请行政复议。", "电话13800000000。"])
# Some are a change, and some are what the entry says already, or a later end.
corrections = st.sampled_from(
    [
        {"facts": "异议成立，更正事实。"},
        {"facts": "再次更正事实。", "performance": "full"},
        {"displayed_until": "2026-04-01"},
        {"displayed_until": "2040-01-01"},
        {},
    ]
)

SAYING: dict[str, Any] = {"reason": REASON}
FACTS: dict[str, Any] = {"changes": {"facts": "异议成立。"}}
# What is done at the desk, by whom and how; as it should be.
WAYS: dict[str, tuple[str, Callable[..., object]]] = {
    "accept objection": ("clerk", actions.accept_objection),
    "return objection": ("clerk", partial(actions.return_objection, **SAYING)),
    "clear objection": ("clerk", actions.clear_statement),
    "withhold objection": ("clerk", partial(actions.withhold_statement, **SAYING)),
    "propose to correct": ("clerk", partial(actions.propose_correction, **SAYING, **FACTS)),
    "propose to end": (
        "clerk",
        partial(actions.propose_end, end_reason="wrong", **SAYING),
    ),
    "propose to reject": ("clerk", partial(actions.propose_rejection, **SAYING)),
    "uphold objection": ("decider", partial(actions.uphold, document=DOCUMENT)),
    "reject objection": ("decider", partial(actions.reject, **SAYING)),
    "send back objection": ("decider", partial(actions.send_objection_back, **SAYING)),
    "extend objection": ("decider", partial(actions.extend_objection, **SAYING)),
}


def on(objection: Objection) -> On:
    return "objection", objection.pk


class Objections(Repairs):
    objections: Bundle[Objection] = Bundle("objections")

    @initialize(target=objections)
    def begin_with_objections(self) -> MultipleResults[Objection]:
        return multiple(*self.stage.objections)

    # --- Whoever objects -----------------------------------------------------------------

    @rule(
        target=objections,
        case=st.one_of(Repairs.curable, Cases.shown, Cases.cases),
        kind=kinds,
        said=sayings,
        text=texts,
    )
    def object_to(
        self, case: Listing, kind: Any, said: str, text: str
    ) -> MultipleResults[Objection]:
        draft = ObjectionDraft(
            listings=(case,),
            role="rep",
            statement=SAID,
            done=False,
            committed=False,
            kind=kind,
            said=said,
        )
        found = self.attempt("object", lambda: actions.file_objection(draft, at=self.at))
        if not isinstance(found, Filed):
            return multiple()
        return multiple(*found.filing.objections.all())

    @rule(objection=objections, text=texts)
    def complete_objection(self, objection: Objection, text: str) -> None:
        act = partial(actions.complete_objection, objection, text, at=self.at)
        self.attempt("complete objection", act, on(objection))

    @rule(objection=objections)
    def withdraw_objection(self, objection: Objection) -> None:
        act = partial(actions.withdraw_objection, objection, at=self.at)
        self.attempt("withdraw objection", act, on(objection))

    @rule(
        target=objections, refused=st.one_of(objections, Repairs.applications), reason=texts
    )
    def ask_for_review(self, refused: Any, reason: str) -> MultipleResults[Objection]:
        act = partial(actions.ask_for_review, refused, reason, at=self.at)
        kind = "objection" if isinstance(refused, Objection) else "application"
        found = self.attempt("ask for review", act, (kind, refused.pk))
        return multiple(*([found] if isinstance(found, Objection) else []))

    # --- The authority that decides ------------------------------------------------------

    @rule(
        objection=objections,
        who=chosen,
        reason=texts,
        name=st.sampled_from(["accept", "accept", "return", "clear", "withhold"]),
    )
    def look_into(self, objection: Objection, who: str, reason: str, name: str) -> None:
        run: dict[str, Any] = {
            "accept": actions.accept_objection,
            "return": partial(actions.return_objection, reason=reason),
            "clear": actions.clear_statement,
            "withhold": partial(actions.withhold_statement, reason=reason),
        }
        act = partial(run[name], objection, **self.at_desk(objection, "clerk", who))
        self.attempt(f"{name} objection", act, on(objection))

    @rule(
        objection=objections,
        who=chosen,
        reason=texts,
        changes=corrections,
        why=reasons,
        name=st.sampled_from(["correct", "end", "reject"]),
    )
    def propose_answer(
        self,
        objection: Objection,
        who: str,
        reason: str,
        changes: dict[str, Any],
        why: Any,
        name: str,
    ) -> None:
        run: dict[str, Any] = {
            "correct": partial(actions.propose_correction, changes=changes),
            "end": partial(actions.propose_end, end_reason=f"{why}"),
            "reject": actions.propose_rejection,
        }
        how = self.at_desk(objection, "clerk", who)
        act = partial(run[name], objection, reason=reason, **how)
        self.attempt(f"propose to {name}", act, on(objection))

    @rule(
        objection=objections,
        who=chosen,
        reason=texts,
        name=st.sampled_from(["uphold", "uphold", "reject", "send back", "extend"]),
    )
    def answer(self, objection: Objection, who: str, reason: str, name: str) -> None:
        run: dict[str, Any] = {
            "uphold": actions.uphold,
            "reject": actions.reject,
            "send back": actions.send_objection_back,
            "extend": actions.extend_objection,
        }
        how = self.at_desk(objection, "decider", who)
        act = partial(run[name], objection, reason, **how)
        self.attempt(f"{name} objection", act, on(objection))

    @rule(objection=objections, names=several(WAYS))
    def try_it_rightly(self, objection: Objection, names: list[str]) -> None:
        """By the right person and with all it takes, in whatever state it is; of the entry
        as it stands now.
        """
        for name in names:
            right, act = WAYS[name]
            now = Objection.objects.get(pk=objection.pk)
            go = partial(act, now, **self.at_desk(now, right, ""))
            self.attempt(name, go, on(now))

    @rule(objection=objections)
    def go_on_with(self, objection: Objection) -> None:
        """The right act by the right person, so that enough of them get far."""
        status = Objection.objects.get(pk=objection.pk).status
        if status == "received":
            self.look_into(objection, "", "理由", "accept")
        elif status == "returned":
            self.complete_objection(objection, "已补充")
        elif status == "accepted":
            self.propose_answer(objection, "", "理由", {}, "wrong", "end")
        else:
            self.answer(objection, "", "示例异〔2026〕1号", "uphold")

    def at_desk(self, objection: Objection, right: str, instead: str) -> dict[str, Any]:
        """A review is of the superior, whose people the others cannot stand in for."""
        if objection.kind == Objection.Kind.REVIEW and not instead:
            right = f"upper {right}"
        return self.by(right, instead)
