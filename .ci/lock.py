"""The lock files: `lock.py write` makes them, `lock.py check` says if they are fresh.

Each begins with a digest of what pyproject.toml asks for, so freshness is known
without asking an index.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.txt": (),
    "requirements-dev.txt": ("--extra", "test", "--extra", "dev"),
}


def digest() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    asked = [project[part] for part in ("dependencies", "optional-dependencies")]
    asked.append(project["requires-python"])
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def first_line() -> str:
    return f"# Locked from pyproject.toml, dependencies sha256:{digest()}\n"


def write() -> None:
    # The lock of the run comes first and binds the other: one venv holds both.
    for name, extras in LOCKS.items():
        bound = ("--constraint", "requirements.txt") if extras else ()
        subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *extras),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                *("--custom-compile-command", "make lock", "--quiet"),
                *(*bound, "--output-file", name),
            ],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        path = ROOT / name
        path.write_text(first_line() + path.read_text(encoding="utf-8"), encoding="utf-8")


def faults() -> Iterator[str]:
    for name in LOCKS:
        lock = (ROOT / name).read_text(encoding="utf-8")
        if not lock.startswith(first_line()):
            yield f"{name} does not match pyproject.toml: run `make lock`"
        # An address would tie every installation to one index.
        if re.search(r"https?://|^--", lock, re.MULTILINE):
            yield f"{name} names an index: remove the line"


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    elif found := list(faults()):
        sys.exit("\n".join(found))
