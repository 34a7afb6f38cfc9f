"""`python -m tests.bench.search.job ANSWER JOB ...`: one job on the database of a register.

In a process of its own, because settings are read once. A job is a module of this
folder with a function `job(*arguments)`; what it returns is written to ANSWER as JSON.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

import django


def main(answer: Path, job: str, *arguments: str) -> None:
    django.setup()
    # Imported by name, because a job needs Django set up.
    found = import_module(f"tests.bench.search.{job}").job(*arguments)
    answer.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
