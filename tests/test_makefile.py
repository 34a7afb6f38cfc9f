"""What make says where something is missing, and what it lists."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def make(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    # A `make test` around this run must not pass its own options on.
    inherited = {
        key: text for key, text in os.environ.items() if not key.startswith("MAKE")
    }
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=inherited | environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def targets() -> list[str]:
    (line,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    found: list[str] = line.split()
    return found


def fake_python(folder: Path, status: int) -> str:
    """A program that answers as a Python that lacks something."""
    program = folder / "python3.11"
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    return str(program)


def test_plain_make_lists_every_target() -> None:
    listed = make().stdout

    for target in set(targets()) - {"help"}:
        assert f"make {target} " in listed
    assert listed == make("help").stdout


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_it_says_what_to_do_without_python(target: str, tmp_path: Path) -> None:
    done = make(target, "PYTHON=/nonexistent", f"VENV={tmp_path}/venv")

    assert done.returncode != 0
    assert done.stdout.startswith("/nonexistent was not found. Install Python 3.11")
    assert done.stdout.count("\n") == 1
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(3, "is too old"), (4, "apt-get install python3.11-venv"), (127, "was not found")],
)
def test_it_says_what_a_python_lacks(status: int, sentence: str, tmp_path: Path) -> None:
    done = make("demo", f"PYTHON={fake_python(tmp_path, status)}", f"VENV={tmp_path}/venv")

    assert done.returncode != 0
    assert sentence in done.stdout
    assert done.stdout.count("\n") == 1


def test_an_installation_that_failed_asks_to_run_it_again(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    Path(fake_python(venv / "bin", 1)).rename(venv / "bin" / "python")
    (venv / "venv.stamp").touch()

    done = make("demo", f"VENV={venv}")

    assert done.returncode != 0
    assert "Run the same command again." in done.stdout
    assert not (venv / "run.stamp").exists()


def test_port_and_day_reach_the_demo_unharmed() -> None:
    done = make("--dry-run", "demo", "PORT=80 80", "AT=2028-03-01", "VENV=.venv")

    assert '--port "$PORT" --at "$AT"' in done.stdout


def test_without_a_day_the_clock_is_left_alone() -> None:
    assert "--at" not in make("--dry-run", "demo", AT="").stdout


def test_each_stamp_is_written_last() -> None:
    rules = re.findall(r"^\$\(VENV\)/\w+\.stamp:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)

    assert len(rules) == 3
    assert all(rule.rstrip().endswith('@touch "$@"') for rule in rules)
