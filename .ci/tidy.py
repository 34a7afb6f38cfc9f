"""What no linter looks at: files too large for a repository, and paths of one machine.

`tidy.py` checks the checkout; `tidy.py templates` lists the templates for `xargs -0`.
Reads the folders itself, because a checkout need not be a git repository.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 1_000_000
# Folders that are made, not written.
MADE = {".git", ".venv", "var", "__pycache__", "node_modules", ".hypothesis"}
MACHINE_PATH = re.compile(rb"(?<![\w./}>-])/(?:root|work|home|Users|farm)/\w")


def files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in MADE or path.name.endswith("_cache"):
            continue
        if path.is_dir():
            yield from files(path)
        elif path.suffix not in {".pyc", ".mo"}:
            yield path


def faults(path: Path) -> Iterator[str]:
    place = path.relative_to(ROOT)
    if path.stat().st_size > LARGEST:
        yield f"{place}: larger than {LARGEST:,} bytes"
        return
    content = path.read_bytes()
    for found in MACHINE_PATH.finditer(content):
        line = content.count(b"\n", 0, found.start()) + 1
        yield f"{place}:{line}: the path of one machine"


def main() -> int:
    if sys.argv[1:] == ["templates"]:
        pages = (path for path in files(ROOT / "templates") if path.suffix == ".html")
        sys.stdout.write("".join(f"{page}\0" for page in pages))
        return 0
    found = [fault for path in files() for fault in faults(path)]
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
