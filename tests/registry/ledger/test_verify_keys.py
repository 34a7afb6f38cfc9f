"""Who signs: keys that follow each other, and the lines under a checkpoint."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger_world import paper
from tests.ledger_world.life import Life
from tests.ledger_world.outsider import ask
from tests.ledger_world.register import NAME

# --- Keys, and the time between two publications ------------------------------------------


def sign_by_the_old_key(life: Life, folder: Path) -> None:
    hashes = [paper.leaf(entry) for entry in life.entries()]
    text = life.checkpoint(hashes, life.signers[0])
    (folder / "ledger" / "checkpoint").write_text(text, encoding="utf-8")


def test_a_key_long_replaced_signs_nothing_new(tmp_path: Path) -> None:
    life = Life(seed=3, days=60)
    life.rotate_key()
    life.publish(tmp_path)
    sign_by_the_old_key(life, tmp_path)

    assert ask(tmp_path, life.moment()).status == 0
    assert ask(tmp_path, life.moment() + timedelta(days=1)).codes() == {"bad-signature"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(-30, set(), id="made long before"),
        pytest.param(0, set(), id="on its first day"),
        pytest.param(1, {"bad-signature"}, id="a day later"),
    ],
)
@pytest.mark.parametrize("told", ["keys", "log"])
def test_a_new_key_is_in_both_places_when_it_has_begun(
    told: str, days: int, expected: set[str], tmp_path: Path
) -> None:
    life = Life(seed=3, days=60)
    start = (life.today - timedelta(days=days)).isoformat()
    fresh = paper.Signer.make(life.random, NAME, start)
    if told == "keys":
        life.signers.append(fresh)
    else:
        life.add("key", purpose="ledger", key=fresh.vkey, **{"from": start})
    life.publish(tmp_path)
    sign_by_the_old_key(life, tmp_path)

    assert ask(tmp_path, life.moment()).codes() == expected


def test_a_key_signs_nothing_that_does_not_announce_it(tmp_path: Path) -> None:
    life = Life(seed=3, days=60)
    fresh = paper.Signer.make(life.random, NAME, f"{life.today}")
    life.signers.append(fresh)

    assert ask(life.publish(tmp_path), life.moment()).codes() == {"bad-signature"}
    life.add("key", purpose="ledger", key=fresh.vkey, **{"from": fresh.start})
    assert ask(life.publish(tmp_path), life.moment()).status == 0


def test_a_key_signs_nothing_before_its_day(tmp_path: Path) -> None:
    life = Life(seed=3, days=60)
    start = (life.today + timedelta(days=2)).isoformat()
    fresh = paper.Signer.make(life.random, NAME, start)
    life.signers.append(fresh)
    life.add("key", purpose="ledger", key=fresh.vkey, **{"from": start})
    life.publish(tmp_path)

    assert ask(tmp_path, life.moment()).codes() == {"bad-signature"}
    sign_by_the_old_key(life, tmp_path)
    assert ask(tmp_path, life.moment()).status == 0


@pytest.mark.parametrize(
    ("name", "start"),
    [
        pytest.param(NAME, "2020-01-01", id="from an earlier day"),
        pytest.param("other.example/ledger", "2099-01-01", id="of another name"),
    ],
)
def test_a_key_that_does_not_go_on_from_the_one_before(
    name: str, start: str, tmp_path: Path
) -> None:
    life = Life(seed=3, days=60)
    life.signers.append(paper.Signer.make(life.random, name, start))
    life.publish(tmp_path)
    sign_by_the_old_key(life, tmp_path)

    assert ask(tmp_path, life.moment()).codes() == {"bad-signature"}


def test_keys_only_grow(tmp_path: Path) -> None:
    """A key that was seen and withdrawn is missed, also before it begins."""
    life = Life(seed=3, days=60)
    fresh = paper.Signer.make(life.random, NAME, "2099-01-01")
    state = ("--state", str(tmp_path / "state"))
    life.signers.append(fresh)
    life.publish(tmp_path)
    sign_by_the_old_key(life, tmp_path)
    assert ask(tmp_path, life.moment(), *state).status == 0

    life.signers.pop()

    verdict = ask(life.publish(tmp_path), life.moment(), *state)
    assert verdict.codes() == {"bad-signature"}


# --- Lines under a checkpoint -------------------------------------------------------------


def signed_lines(life: Life, folder: Path, *lines: str) -> None:
    """Our own line, and others before and after it."""
    file = life.publish(folder) / "ledger" / "checkpoint"
    text, _, under = file.read_text(encoding="utf-8").partition("\n\n")
    file.write_text("\n".join([text, "", *lines, under.rstrip("\n"), *lines, ""]), "utf-8")


STRANGERS = [
    pytest.param(f"— witness.example {paper.b64(b'wwww' + bytes(72))}", id="a witness"),
    pytest.param(f"— witness.example {paper.b64(b'wwww' + bytes(5000))}", id="long"),
    pytest.param(f"— {NAME} {paper.b64(b'wwww' + bytes(64))}", id="another key"),
    pytest.param(f"— {NAME}.cn {paper.b64(b'wwww' + bytes(64))}", id="a longer name"),
    pytest.param("— witness.example", id="no signature"),
    pytest.param("— witness.example %%%", id="no base64"),
    pytest.param("— a b c d", id="five words"),
    pytest.param("whatever", id="anything"),
    pytest.param("— witness.example\x0b\x1c\u2028 x", id="line ends of another kind"),
]


@pytest.mark.parametrize("line", STRANGERS)
def test_lines_of_others_are_passed_over(line: str, life: Life, tmp_path: Path) -> None:
    signed_lines(life, tmp_path, line)

    assert ask(tmp_path, life.moment()).status == 0


def test_a_wrong_line_of_a_known_key_is_none(life: Life, tmp_path: Path) -> None:
    wrong = paper.b64(life.signers[0].id + bytes(64))
    signed_lines(life, tmp_path, f"— {NAME} {wrong}")

    assert ask(tmp_path, life.moment()).codes() == {"bad-signature"}


def test_the_origin_is_the_name_of_the_key(life: Life, tmp_path: Path) -> None:
    hashes = [paper.leaf(entry) for entry in life.entries()]
    text = f"{NAME}/test\n{len(hashes)}\n{paper.b64(paper.root(hashes))}\n"
    life.publish(tmp_path)
    (tmp_path / "ledger" / "checkpoint").write_text(life.signers[0].note(text), "utf-8")

    assert ask(tmp_path, life.moment()).codes() == {"bad-signature"}
