"""`python -m tests.bench.search.publish`: the latest run becomes the page in docs/.

Apart from the run, so that a look in between changes no document.
"""

import json
import sys

from tests.bench.search.page import page
from tests.bench.search.registrations import ROOT

LATEST = ROOT / "var" / "bench" / "search.json"
RESULTS = ROOT / "docs" / "results" / "search-bench.json"
PAGE = ROOT / "docs" / "search-results.md"


def main() -> None:
    text = LATEST.read_text(encoding="utf-8")
    RESULTS.write_text(text, encoding="utf-8")
    PAGE.write_text(page(json.loads(text)), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} tells of {LATEST.name}.\n")


if __name__ == "__main__":
    main()
