"""The results as a page: Markdown from the JSON of a run, nothing else is asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Results = Mapping[str, Any]
GROUPS = {
    "full_name": "full name",
    "no_suffix": "without legal form",
    "traditional": "traditional characters",
    "traditional_made": "traditional characters, made",
    "width_punct": "width, blanks, marks",
    "uscc": "code",
    "brand2": "brand of two characters",
    "brand_city": "brand and place",
    "substring": "part of a name",
    "pinyin_brand": "pinyin of the brand",
    "pinyin_core5": "pinyin, five syllables",
    "pinyin_initials": "initials",
    "typo1": "one wrong character",
    "wrong": "one wrong character, made",
    "homophone": "a homophone",
    "missing": "a character missing",
    "added": "a character added",
    "swapped": "two characters swapped",
    "common": "very common words",
    "two_common": "two common words",
    "mid": "pairs in 0.07 to 1 % of names",
    "no_hit": "nothing like it",
    "no_hit_name": "a name of nobody",
    "filter_common": "common words, filtered",
    "filter_rare": "brands, filtered",
    "next_page": "pages two and five",
    "typeahead": "suggestions while typing",
    "facets": "facets",
}
SHARES = {
    "found": "found",
    "hit_1": "hit@1",
    "recall_10": "recall@10",
    "fit_1": "fit@1",
    "fit_10": "fit@10",
}
ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
INTRODUCTION = """\
# Search, measured

Made by `make bench B=search` from [its JSON](results/search-bench.json). Milliseconds
belong to the machine that ran it; ratios are of contestants side by side in the same run.
p50 and p95 are medians over three rounds, warm, one client. *x bare* is p95 over the median
of a bare look-up by number through Django's cursor, one before each question. *hit@1*
and *recall@10* ask for the one entity that was meant, *fit@1* and *fit@10* for any that
fits as well, by rules of the bench's own; *found* is the share that found anything. Where
many are meant, what found nothing is left out of the fit.
"""


def page(results: Results) -> str:
    parts = [INTRODUCTION, told_run(results), promises(results)]
    for register in results["registers"]:
        parts += [told_register(register), answers(register), others(register)]
    parts.append(growth(results["registers"]))
    if results.get("pages"):
        parts.append(pages(results["pages"]))
    return "\n".join(filter(None, parts))


def told_run(results: Results) -> str:
    return f"Revision {results['revision']}, Python {results['python']}.\n"


# --- Parts --------------------------------------------------------------------------------


def promises(results: Results) -> str:
    verdicts = results["verdicts"]
    missed = [one for one in verdicts if not one["met"]]
    n_kept, n_by_ratio = len(verdicts) - len(missed), sum(v["by_ratio"] for v in verdicts)
    told = f"""## Promises

{n_kept} of {len(verdicts)} are kept, {n_by_ratio} of them by the ratio and not in time.
"""
    if not missed:
        return told
    rows = [(one["where"], one["what"], one["value"], one["bar"]) for one in missed]
    return f"{told}\n{table(('missed on', 'what', 'value', 'bar'), rows)}"


def told_register(register: Results) -> str:
    loaded, indexed = register["loaded"], register["indexed"]
    rates = " and ".join(
        f"{one['n_rows']:,} rows at {one['rows_per_s']:,} a second"
        for one in loaded["imports"]
    )
    return f"""\
## {title(register)}

Imported at revision {loaded["revision"]}: {rates}; {loaded["n_listed"]:,} listings of
parties that do not exist. The index was made anew in {indexed["build_s"]:g} s and takes
{megabytes(indexed["bytes"])} of the {megabytes(indexed["register_bytes"])} of the register.
"""


def answers(register: Results) -> str:
    rows = sorted(register["groups"], key=lambda row: list(GROUPS).index(row["group"]))
    header = ("group", "n", "p50", "p95", "x bare", *SHARES.values())
    return table(header, map(answer, rows))


def answer(row: Results) -> Sequence[object]:
    shares = (row.get(name, "") for name in SHARES)
    refused = f", {row['n_refused']} refused" if row["n_refused"] else ""
    return (
        GROUPS[row["group"]],
        f"{row['n']}{refused}",
        milliseconds(row["p50_ms"]),
        milliseconds(row["p95_ms"]),
        row["ratio"],
        *shares,
    )


def others(register: Results) -> str:
    facts = "; ".join(told_facts(*one) for one in register["peer_facts"].items() if one[1])
    rows = [
        (
            GROUPS[row["group"]],
            row["peer"],
            milliseconds(row["ours_ms"]),
            milliseconds(row["theirs_ms"]),
            row["ratio"],
            f"{row['n_found']} of {row['n']}",
        )
        for row in register["peers"]
    ]
    header = ("group", "beside", "ours", "theirs", "theirs / ours", "they found some for")
    return f"{table(header, rows)}\n{facts}.\n"


def told_facts(name: str, facts: Results) -> str:
    return f"{name}: {megabytes(facts['bytes'])}"


def growth(registers: Sequence[Results]) -> str:
    """The same questions to a part and to all."""
    parts = []
    for engine, name in ENGINES.items():
        sizes = [one for one in registers if one["engine"] == engine]
        if len(sizes) > 1:
            parts.append(f"## Growth on {name}\n\n{grown(sizes[0], sizes[-1])}")
    return "\n".join(parts)


def grown(part: Results, whole: Results) -> str:
    before = {row["group"]: row for row in part["groups"]}
    rows = [
        (
            GROUPS[row["group"]],
            milliseconds(before[row["group"]]["p95_ms"]),
            milliseconds(row["p95_ms"]),
            round(row["p95_ms"] / before[row["group"]]["p95_ms"], 1),
        )
        for row in whole["groups"]
        if row["group"] in before
    ]
    n_before, n_after = (one["loaded"]["n_entities"] for one in (part, whole))
    return table(("group", f"p95 at {n_before:,}", f"at {n_after:,}", "times"), rows)


def pages(found: Results) -> str:
    rows = [
        (name, found[key]["p50_ms"], found[key]["p95_ms"], found[key]["per_s"])
        for name, key in (("search page", "ours"), ("bare Django page", "bare"))
    ]
    told = (
        f"Over HTTP on PostgreSQL with {found['n_entities']:,} entities, four clients,"
        f" pages of {found['n_bytes']:,} bytes.\n"
    )
    return f"## Pages\n\n{told}\n{table(('', 'p50', 'p95', 'a second'), rows)}"


# --- Words and tables ---------------------------------------------------------------------


def title(register: Results) -> str:
    return f"{ENGINES[register['engine']]}, {register['loaded']['n_entities']:,} entities"


def milliseconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1_000_000:,.0f} MB"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "".join(f"{line}\n" for line in lines(header, rows))


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
