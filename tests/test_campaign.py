"""The frame of the campaign: it goes on where it was stopped, and says what came of it."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from registry.ledger import merkle
from tests.campaign import e15_proofs
from tests.campaign.__main__ import known, main
from tests.campaign.frame import Experiment, Outcome, due, git
from tests.servers import MissingError
from tests.test_makefile import make

ROOT = Path(__file__).resolve().parent.parent
KEYS = {"name", "seed", "n", "failures", "wall_s", "rev", "scale"}
# A campaign of one experiment in a process of its own, which kills itself within step 3
# of its first start, when the step has left its mark but was not yet written down.
KILLED = """
import os, signal, sys
from pathlib import Path
from registry.ledger import merkle
from tests.campaign import e15_proofs
from tests.campaign.__main__ import main
from tests.campaign.frame import Experiment, Outcome

folder = Path(sys.argv[1])

def step(seed, i):
    with (folder / "steps").open("a") as file:
        file.write(f"{seed}/{i}\\n")
    if i == 3 and not (folder / "killed").exists():
        (folder / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(10)

it = Experiment("E98", "KILLED", 7, {"full": 5, "ci": 1}, step)
sys.exit(main(["E98", "--state", sys.argv[1], "--results", sys.argv[1]], {"E98": it}))
"""


def make_experiment(
    name: str = "E98", bad: int = -1, seed: int = 7, n_steps: int = 4
) -> Experiment:
    def step(seed: int, i: int) -> Outcome:
        return Outcome(10, ("the tenth of them",) if i == bad else ())

    return Experiment(name, "DULL", seed, {"full": n_steps, "ci": 1}, step)


def campaign(folder: Path, arguments: list[str], *experiments: Experiment) -> int:
    places = ["--state", str(folder / "state"), "--results", str(folder / "results")]
    return main([*arguments, *places], {it.name: it for it in experiments})


def results(folder: Path, name: str = "E98") -> list[Mapping[str, object]]:
    file = folder / "results" / f"{name}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def test_a_finished_experiment_leaves_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert campaign(tmp_path, ["E98"], make_experiment(), make_experiment("E99")) == 0

    (row,) = results(tmp_path)
    assert row.keys() == KEYS
    assert (row["name"], row["seed"], row["n"], row["failures"]) == ("E98", 7, 40, 0)
    assert not results(tmp_path, "E99")
    assert not list((tmp_path / "state").iterdir())
    assert capsys.readouterr().out.splitlines()[-1] == "Campaign: E98 met the figure."


def test_without_a_name_it_runs_all_and_a_list_may_be_small_letters(
    tmp_path: Path,
) -> None:
    both = make_experiment(), make_experiment("E99")

    assert campaign(tmp_path, [], *both) == 0
    assert campaign(tmp_path, ["e98, e99", "--scale", "ci"], *both) == 0
    assert [row["n"] for row in results(tmp_path, "E99")] == [40, 10]
    assert [row["scale"] for row in results(tmp_path)] == ["full", "ci"]


def test_one_failure_among_many_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dull, bad = make_experiment(), make_experiment("E99", bad=2)

    assert campaign(tmp_path, ["E99,E98"], dull, bad) == 1
    (row,) = results(tmp_path, "E99")
    said = capsys.readouterr().out.splitlines()
    assert row["failures"] == 1
    assert "E99: the tenth of them" in said
    assert said[-1] == "Campaign: E99 did not meet the figure."


def test_what_all_steps_together_did_not_see_is_a_failure_of_the_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def step(seed: int, i: int) -> Outcome:
        return Outcome(10, seen={"often": 2, f"in {i}": 1})

    def lacking(seen: Mapping[str, int]) -> list[str]:
        wanted = {"often": 8, "in 0": 1, "in 3": 1, "in 4": 1}
        return [what for what, n in wanted.items() if seen.get(what, 0) < n]

    steps = {"full": 4, "ci": 1}
    it = Experiment("E98", "LOOKING", 7, steps, step, lacking=lacking)

    assert campaign(tmp_path, ["E98", "--scale", "ci"], it) == 0
    assert campaign(tmp_path, ["E98"], it) == 1
    assert [row["failures"] for row in results(tmp_path)] == [0, 1]
    assert "E98: in 4" in capsys.readouterr().out.splitlines()


def test_an_unknown_name_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert campaign(tmp_path, ["E98,E77"], make_experiment()) == 2
    assert capsys.readouterr().out == "There is no experiment E77, only E98.\n"
    assert not results(tmp_path)


def test_it_stops_when_its_time_is_up_and_the_same_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert campaign(tmp_path, ["E98", "--chunk", "-1"], make_experiment()) == 3
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "E98 DULL: 0 of 4 steps"
    assert said[-1] == "Campaign: E98 not finished; the same command goes on."
    assert not results(tmp_path)

    assert campaign(tmp_path, ["E98"], make_experiment()) == 0


def test_a_kill_loses_the_step_it_hit_and_no_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    first = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    second = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)

    assert (first.returncode, second.returncode) == (-signal.SIGKILL, 0), second.stderr
    steps = (tmp_path / "steps").read_text().split()
    assert steps == ["7/0", "7/1", "7/2", "7/3", "7/3", "7/4"]
    (row,) = map(json.loads, (tmp_path / "E98.jsonl").read_text().splitlines())
    assert row["n"] == 50


def test_what_another_revision_or_seed_began_is_begun_again(tmp_path: Path) -> None:
    state = tmp_path / "state" / "E98-full.json"
    state.parent.mkdir()
    begun = {"rev": "long ago", "seed": 7, "done": 3, "n": 999}
    state.write_text(json.dumps(begun), encoding="utf-8")

    assert campaign(tmp_path, ["E98"], make_experiment()) == 0
    assert [row["n"] for row in results(tmp_path)] == [40]


@pytest.mark.parametrize(
    ("scale", "required", "code"),
    [("ci", "", 0), ("ci", "1", 1), ("full", "", 1), ("full", "1", 1)],
)
def test_only_a_slice_may_leave_out_what_has_no_server_here(
    scale: str,
    required: str,
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def step(seed: int, i: int) -> Outcome:
        raise MissingError("Redis", "not installed")

    monkeypatch.setenv("REQUIRE_SERVICES", required)
    lacking = Experiment("E98", "LACKING", 7, {"full": 1, "ci": 1}, step)

    assert campaign(tmp_path, ["--scale", scale], lacking) == code
    said = capsys.readouterr().out.splitlines()[0]
    left_out = "E98: step 0 left out: Redis is missing: not installed"
    assert said == (left_out if code == 0 else "E98: Redis is missing: not installed")


def test_a_result_holds_until_what_it_covers_changes(tmp_path: Path) -> None:
    it = Experiment("E98", "DULL", 7, {"full": 1, "ci": 1}, unused, covers=("core",))
    results = tmp_path / "results"
    commit(tmp_path, core="one", page="one")
    assert due(it, results, tmp_path) == "never run in full"
    rev = git("rev-parse", "--short", "HEAD", root=tmp_path)
    row(results, rev=rev, failures=0, scale="full")
    row(results, rev="0000000", failures=1, scale="ci")

    commit(tmp_path, page="two")
    assert due(it, results, tmp_path) == ""

    # What is not yet committed has changed as well.
    (tmp_path / "core").write_text("two")
    assert due(it, results, tmp_path) == f"changed since {rev}: core"


@pytest.mark.parametrize(
    ("rev", "failures", "reason"),
    [
        ("HEAD", 1, "did not meet the figure at HEAD"),
        ("0000000", 0, "run at 0000000, which is not known here"),
    ],
)
def test_a_failure_and_an_unknown_revision_hold_nothing(
    rev: str, failures: int, reason: str, tmp_path: Path
) -> None:
    commit(tmp_path, core="one")
    row(tmp_path / "results", rev=rev, failures=failures, scale="full")
    it = Experiment("E98", "DULL", 7, {"full": 1, "ci": 1}, unused, covers=("core",))

    assert due(it, tmp_path / "results", tmp_path) == reason


def test_what_is_due_is_told_without_running_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert campaign(tmp_path, ["--due"], make_experiment()) == 1
    assert capsys.readouterr().out == "E98: never run in full\n"
    assert not results(tmp_path)


def unused(seed: int, i: int) -> Outcome:
    raise AssertionError("nothing is run")


def commit(folder: Path, **files: str) -> None:
    """A commit with these files, in a repository of its own."""
    for name, text in files.items():
        (folder / name).write_text(text)
    git("init", "--quiet", root=folder)
    git("add", *files, root=folder)
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    git(*author, "commit", "--quiet", "--message", "Change", root=folder)


def row(folder: Path, **fields: object) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / "E98.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(fields) + "\n")


def test_every_experiment_says_what_it_covers() -> None:
    for experiment in known().values():
        assert experiment.covers
        assert all((ROOT / path).exists() for path in experiment.covers)


def test_the_experiments_are_named_after_their_files() -> None:
    for name, experiment in known().items():
        files = list((ROOT / "tests" / "campaign").glob(f"{name.lower()}_*.py"))

        assert [file.stem.partition("_")[2].upper() for file in files] == [experiment.title]
        assert experiment.steps["ci"] < experiment.steps["full"]


def test_e15_tells_of_a_verifier_that_believes_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert e15_proofs.step(1, 0).failures == ()
    monkeypatch.setattr(merkle, "verify_inclusion", lambda *_: True)

    failures = e15_proofs.step(1, 0).failures

    # One for each of the 36 inclusions in trees of up to eight leaves.
    assert [said.partition(" ")[0] for said in failures] == ["believed:"] * 36


def test_make_hands_names_scale_and_chunk_on_unharmed() -> None:
    done = make("--dry-run", "campaign", "E=E15,E16; false", "VENV=.venv")

    assert '-m tests.campaign "$E" --scale "$SCALE" --chunk "$CHUNK"' in done.stdout
    assert "false" not in done.stdout


def test_the_real_command_says_which_experiments_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaign", "E77"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == f"There is no experiment E77, only {', '.join(known())}.\n"
