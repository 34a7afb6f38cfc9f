"""Years of an honest register, one day after the other, from a seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.ledger_world.paper import Signer
from tests.ledger_world.register import NAME, Leaf, Register

DAY = timedelta(days=1)
# Days after which a closed case is reduced to its hashes; years in a real register.
REDACT_AFTER = 120


def months_later(day: date, months: int) -> date:
    """The last day of a term of whole months."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)


@dataclass(eq=False)
class Case:
    """What the operator knows of one case; the log knows less."""

    tag: str
    rule: Leaf
    notice: Leaf | None = None
    closes: date | None = None
    entry: Leaf | None = None
    start: date = date.min
    until: date | None = None
    review_by: date | None = None
    chain: date | None = None
    held: bool = False
    ask: Leaf | None = None
    answer_on: date | None = None
    ended: date | None = None
    follows: "Case | None" = None
    extended: bool = False

    @property
    def listed(self) -> bool:
        return self.entry is not None and self.ended is None

    def shown(self, today: date) -> bool:
        return (
            self.listed
            and not self.held
            and self.start <= today
            and not (self.until and self.until <= today)
            and not (self.review_by and self.review_by < today)
        )


class Life(Register):
    """`days` days of work, and the register as it is on the evening of the last."""

    def __init__(self, seed: int, days: int = 400) -> None:
        first = date(2024, 1, 1) + (seed * 131) % 3000 * DAY
        super().__init__(seed, first)
        self.cases: list[Case] = []
        self.rules: dict[str, Leaf] = {}
        self.redacts = seed % 3 == 0
        rotates = days // 2 if seed % 3 == 1 else -1
        self.write_rules()
        for n in range(days):
            self.today = first + n * DAY
            self.work(n)
            if n == rotates:
                self.rotate_key()
            self.close_day()
        self.settle()

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    # --- The law --------------------------------------------------------------------------

    def write_rules(self) -> None:
        self.write_rule("SERIOUS", max_m=6, min_m=3, notice_days=5)
        self.write_rule("RIDE", max_d=90)
        self.write_rule("DEFAULTER", open=True)
        self.write_rule("PERMIT")
        self.write_rule("TAX", max_m=3, notice_days=10)

    def write_rule(self, code: str, n: int = 1, **limits: Any) -> None:
        self.rules[code] = self.add(
            "rule",
            code=code,
            version=n,
            law=f"关于{code}的规定",
            list=code,
            severity="serious",
            in_force=self.today.isoformat(),
            **limits,
        )

    def rotate_key(self) -> None:
        signer = Signer.make(self.random, NAME, self.today.isoformat())
        self.add("key", purpose="ledger", key=signer.vkey, **{"from": signer.start})
        self.signers.append(signer)

    # --- A day ----------------------------------------------------------------------------

    def work(self, n: int) -> None:
        for case in [case for case in self.cases if case.listed]:
            if case.until and case.until <= self.today:
                self.end(case, "expired")
        self.write_manifest()
        if n == 200:
            self.write_rule("TAX", 2, max_m=4, notice_days=7)
        if self.maybe(0.25):
            self.give_notice(self.random.choice(["SERIOUS", "SERIOUS", "TAX"]))
        if self.maybe(0.25):
            self.take_in(self.random.choice(["RIDE", "RIDE", "DEFAULTER", "PERMIT"]))
        for case in self.cases[:]:
            self.care(case)

    def write_manifest(self) -> None:
        counts = {code: {"11000000000000000X": 1} for code in self.rules}
        digest = self.random.randbytes(32).hex()
        day = self.today.isoformat()
        self.add("manifest", day=day, counts=counts, files={"a.csv": digest}, active=digest)

    def care(self, case: Case) -> None:
        if case.listed:
            self.care_for_listed(case)
        elif case.notice and not case.ended and case.closes and case.closes <= self.today:
            if self.maybe(0.15):
                self.add("drop", case=case.tag)
                case.ended = self.today
            elif self.maybe(0.5):
                self.decide(case)

    def care_for_listed(self, case: Case) -> None:
        if case.ask:
            self.answer(case)
        elif case.review_by and case.review_by - self.today < 20 * DAY and self.maybe(0.2):
            self.review(case)
        elif self.maybe(0.03):
            chores = [self.amend, self.toggle_hold, self.ask, self.lift, self.extend]
            self.random.choice(chores)(case)

    # --- Into the list --------------------------------------------------------------------

    def give_notice(self, code: str, follows: Case | None = None) -> None:
        case = Case(self.random.randbytes(16).hex(), self.rules[code], follows=follows)
        days = case.rule["notice_days"] + self.random.randrange(4)
        on = self.today.isoformat()
        case.notice = self.add("notice", case=case.tag, rule=case.rule, on=on, days=days)
        case.closes = self.today + days * DAY
        self.cases.append(case)

    def take_in(self, code: str) -> None:
        """A decision made elsewhere, perhaps some time ago."""
        case = Case(self.random.randbytes(16).hex(), self.rules[code])
        began = date.fromisoformat(case.rule["in_force"])
        decided = max(began, self.today - self.random.randrange(8) * DAY)
        if code != "PERMIT":
            on = (decided - self.random.randrange(9) * DAY).isoformat()
            doc = self.random.randbytes(32).hex()
            case.notice = self.add(
                "notice", case=case.tag, rule=case.rule, on=on, prior=True, doc=doc
            )
        self.cases.append(case)
        self.decide(case, decided)

    def decide(self, case: Case, decided: date | None = None) -> None:
        decided = decided or self.today
        if case.follows and not case.follows.listed:
            self.add("drop", case=case.tag)
            case.ended = self.today
            return
        # The version in force on the day of the decision, not that of the notice.
        case.rule = self.rules[case.rule["code"]]
        old = case.follows
        case.chain = (old and old.chain) or decided
        case.start = self.today
        self.set_term(case, decided)
        if old and self.maybe(0.5):
            self.end(old, "superseded")
        self.write_listing(case, decided)
        if old and not old.ended:
            self.end(old, "superseded")

    def set_term(self, case: Case, decided: date) -> None:
        assert case.chain
        rule = case.rule.fields
        if "max_m" in rule:
            months = rule["max_m"] if case.follows else self.random.choice([2, 3])
            case.until = months_later(case.chain, months) + DAY
        elif "max_d" in rule:
            days = self.random.choice([45, rule["max_d"]])
            case.until = decided + days * DAY + DAY
        elif "open" in rule:
            case.review_by = months_later(self.today, self.random.choice([2, 12]))
        elif self.maybe(0.5):
            case.until = decided + self.random.randrange(20, 4000) * DAY

    def write_listing(self, case: Case, decided: date) -> None:
        core = {"name": f"虚构{case.tag[:4]}", "n": self.random.randrange(1000)}
        salt, committed = self.commit(core)
        fields: dict[str, Any] = {
            "case": case.tag,
            "kind": self.random.choice("po"),
            "auth": "11000000000000000X",
            "rule": case.rule,
            "decided": decided.isoformat(),
            "from": case.start.isoformat(),
            "term_from": decided.isoformat(),
            "C": committed,
            "appr": self.random.choice([2, 3]),
        }
        if case.notice:
            fields["notice"] = case.notice
        if case.until:
            fields["until"] = case.until.isoformat()
        else:
            fields["open"] = True
        if case.review_by:
            fields["review_by"] = case.review_by.isoformat()
        if case.follows:
            fields["follows"] = case.follows.entry
        case.entry = self.add("list", **fields)
        case.entry.salt, case.entry.core = salt, core

    # --- On the list ----------------------------------------------------------------------

    def amend(self, case: Case) -> None:
        core = {"name": f"更正{case.tag[:4]}"}
        salt, committed = self.commit(core)
        fields: dict[str, Any] = {"list": case.entry, "C": committed}
        if case.until and case.until - self.today > 20 * DAY and self.maybe(0.5):
            case.until -= 7 * DAY
            fields["until"] = case.until.isoformat()
        entry = self.add("amend", **fields)
        entry.salt, entry.core = salt, core

    def toggle_hold(self, case: Case) -> None:
        kind, case.held = ("unhold" if case.held else "hold"), not case.held
        self.add(kind, list=case.entry, why="court")

    def review(self, case: Case) -> None:
        case.review_by = months_later(self.today, 12)
        self.add(
            "review",
            list=case.entry,
            on=self.today.isoformat(),
            review_by=case.review_by.isoformat(),
            appr=2,
        )

    def extend(self, case: Case) -> None:
        if case.rule["code"] == "SERIOUS" and not case.extended and not case.follows:
            case.extended = True
            self.give_notice("SERIOUS", follows=case)

    def ask(self, case: Case) -> None:
        what = self.random.choice(["repair", "objection"])
        due = self.today + self.random.randrange(7, 20) * DAY
        on = self.today.isoformat()
        case.ask = self.add("ask", case=case.tag, what=what, on=on, due=due.isoformat())
        case.answer_on = (
            self.today + self.random.randrange((due - self.today).days + 1) * DAY
        )

    def answer(self, case: Case) -> None:
        if case.answer_on is None or case.answer_on > self.today:
            return
        if self.maybe(0.5):
            self.end(case, "repaired", ask=case.ask)
        else:
            self.add("answer", ask=case.ask, on=self.today.isoformat())
        case.ask = None

    def lift(self, case: Case) -> None:
        why = self.random.choice(["performed", "wrong", "revoked", "died"])
        self.end(case, why, doc=self.random.randbytes(32).hex())

    def end(self, case: Case, why: str, **ground: Any) -> None:
        on, appr = self.today.isoformat(), 0 if why == "expired" else 1
        self.add("end", list=case.entry, why=why, on=on, appr=appr, **ground)
        case.ended = self.today

    # --- The evening ----------------------------------------------------------------------

    def settle(self) -> None:
        """Put on display what belongs there, and reduce what has long been closed."""
        self.on_display = {
            case.entry for case in self.cases if case.entry and case.shown(self.today)
        }
        if self.redacts:
            self.reduce_closed_cases()

    def reduce_closed_cases(self) -> None:
        """A case that another one follows stays readable as long as that one."""
        kept: set[Case] = set()
        for case in reversed(self.cases):
            recent = case.ended is None or self.today - case.ended <= REDACT_AFTER * DAY
            if recent or case in kept:
                kept |= {case, case.follows or case}
                continue
            for entry in self.leaves_of(case):
                entry.redacted = True

    def leaves_of(self, case: Case) -> list[Leaf]:
        """All leaves of a case: by its tag, or through its list leaf or its asks."""
        own = {entry for entry in self.leaves if entry.fields.get("case") == case.tag}
        return [
            entry
            for entry in self.leaves
            if own & {entry, entry.fields.get("list"), entry.fields.get("ask")}
            and entry["t"] != "rule"
        ]
