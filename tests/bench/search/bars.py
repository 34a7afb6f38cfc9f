"""What the search promises, each promise compared with what was measured."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Row = Mapping[str, Any]

# Found only by looking for what is similar.
NEAR = (
    "typo1",
    "wrong",
    "homophone",
    "missing",
    "added",
    "swapped",
    "no_hit_name",
)
QUICK_MS = 10
NEAR_MS = {"postgresql": 20, "sqlite": 30}
# Times the median bare look-up in the same seconds: decides where the machine is too noisy
# for milliseconds.
MOST_TIMES_BARE = 40
# One miss in sixty.
ONE_MISS = 0.983
QUALITY = (
    ("full_name", "fit_1", ONE_MISS),
    ("no_suffix", "fit_1", ONE_MISS),
    ("traditional", "fit_1", ONE_MISS),
    ("traditional_made", "fit_1", ONE_MISS),
    ("width_punct", "fit_1", ONE_MISS),
    ("uscc", "fit_1", ONE_MISS),
    ("brand_city", "fit_1", 0.95),
    ("brand_city", "recall_10", 0.98),
    ("brand2", "fit_10", 0.95),
    ("pinyin_brand", "fit_10", 1.0),
    ("pinyin_initials", "fit_10", 1.0),
    ("pinyin_core5", "fit_10", 1.0),
    ("pinyin_core5", "recall_10", 0.85),
    *((group, "recall_10", 0.85) for group in NEAR if group != "no_hit_name"),
)
SLOWER = ("brand2", "full_name", "no_hit", "common")
TIMES_SLOWER = 100
PAGE_MS, SHARE_OF_BARE = 60, 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise: `value` was measured, `bar` is its bound, `where` names the register."""

    where: str
    what: str
    value: float
    bar: str
    met: bool
    # Kept only because the bare look-up was slow, too.
    by_ratio: bool = False


def verdicts(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of the largest register on each engine, and of the pages."""
    largest = {one["engine"]: one for one in results["registers"]}
    found = [
        verdict
        for register in largest.values()
        for judge in (speeds, qualities, slower)
        for verdict in judge(register)
    ]
    if pages := results.get("pages"):
        found += page_speed(pages)
    return [asdict(verdict) for verdict in found]


def speeds(register: Row) -> Iterator[Verdict]:
    for row in register["groups"]:
        most = NEAR_MS[register["engine"]] if row["group"] in NEAR else QUICK_MS
        in_time, in_ratio = row["p95_ms"] <= most, row["ratio"] <= MOST_TIMES_BARE
        what = f"{row['group']}: p95, ms ({row['ratio']:g} x bare)"
        bar = f"<= {most}, or {MOST_TIMES_BARE} x bare"
        yield Verdict(
            register["engine"],
            what,
            row["p95_ms"],
            bar,
            met=in_time or in_ratio,
            by_ratio=in_ratio and not in_time,
        )


def qualities(register: Row) -> Iterator[Verdict]:
    rows = {row["group"]: row for row in register["groups"]}
    for group, figure, least in QUALITY:
        if group in rows:
            value = rows[group][figure]
            what = f"{group}: {figure}"
            yield Verdict(register["engine"], what, value, f">= {least:g}", value >= least)


def slower(register: Row) -> Iterator[Verdict]:
    for row in register["peers"]:
        if row["peer"] == "icontains" and row["group"] in SLOWER:
            met = row["ratio"] >= TIMES_SLOWER
            what = f"{row['group']}: icontains, times ours"
            yield Verdict(register["engine"], what, row["ratio"], f">= {TIMES_SLOWER}", met)


def page_speed(pages: Row) -> Iterator[Verdict]:
    p95 = pages["ours"]["p95_ms"]
    share = round(pages["ours"]["per_s"] / pages["bare"]["per_s"], 2)
    yield Verdict("page", "p95, ms", p95, f"<= {PAGE_MS}", p95 <= PAGE_MS)
    what = "throughput, share of a bare page"
    yield Verdict("page", what, share, f">= {SHARE_OF_BARE}", share >= SHARE_OF_BARE)
