"""The documents promise only what the code keeps, and leave nothing of it out."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from portal.celery import app
from tests.test_makefile import targets

ROOT = Path(__file__).resolve().parent.parent
OURS = ("portal", "repair", "registry")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shell_lines() -> Iterator[str]:
    """Every command line that a reader is told to type."""
    for page in GUIDES:
        content = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```", content, re.MULTILINE | re.DOTALL):
            yield from filter(
                None, (line.partition("#")[0].strip() for line in block.splitlines())
            )
        yield from re.findall(r"`((?:[A-Z_]+=\S+ )?make(?: [^`]+)?)`", content)


def our_commands() -> list[str]:
    return sorted(name for name, owner in get_commands().items() if owner in OURS)


def environment_variables() -> set[str]:
    """The names `portal/settings.py` asks the environment for."""
    asked = r'\b(?:env\.\w+|required)\(\s*"([A-Z_]+)"'
    return set(re.findall(asked, text("portal/settings.py")))


def check_ids() -> set[str]:
    sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("*/checks.py"))
    return set(re.findall(r'id="(\w+\.[EW]\d{3})"', sources))


def ids_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# --- Commands ---------------------------------------------------------------------------


def test_every_make_command_in_the_guides_exists() -> None:
    told = [line.split() for line in shell_lines() if "make" in line.split()]
    named = {words[words.index("make") + 1] for words in told if words[-1] != "make"}

    assert named
    assert named <= set(targets())


def test_every_target_is_explained_to_developers() -> None:
    assert all(
        f"make {target}" in text("CONTRIBUTING.md") for target in set(targets()) - {"help"}
    )


def test_every_other_command_in_the_guides_exists() -> None:
    for line in shell_lines():
        words = line.split()
        if "manage.py" in words:
            assert words[words.index("manage.py") + 1] in get_commands()
        elif "pytest" in words:
            files = [word for word in words if word.endswith(".py")]
            assert all((ROOT / file).exists() for file in files)
        else:
            assert "make" in words, line


@pytest.mark.parametrize("name", our_commands())
def test_every_command_is_documented_and_explains_itself(name: str) -> None:
    command = load_command_class(get_commands()[name], name)

    assert f"| `{name}` |" in text("docs/commands.md")
    assert command.help


def test_the_documented_commands_exist() -> None:
    table = text("docs/commands.md").partition("Django's own")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(our_commands())


def test_a_command_without_settings_names_the_variable() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Environment variable SECRET_KEY is not set.")
    assert done.stderr.count("\n") == 1


# --- Names ------------------------------------------------------------------------------


def test_every_setting_is_documented() -> None:
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", text("docs/settings.md"), re.MULTILINE)
    )

    assert len(environment_variables()) >= 9
    assert environment_variables() <= documented


def test_every_system_check_is_documented() -> None:
    assert check_ids() == set(re.findall(r"`(\w+\.[EW]\d{3})`", text("docs/settings.md")))


def test_every_task_is_documented() -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if name.startswith(OURS)}

    assert tasks
    assert all(f"`{name}`" in text("docs/commands.md") for name in tasks)


@pytest.mark.parametrize(
    "name", sorted(m.__name__ for m in apps.get_models() if m._meta.app_label in OURS)
)
def test_every_model_is_in_the_glossary(name: str) -> None:
    assert f"`{name}`" in text("docs/glossary.md")


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for one in OURS
        for path in (ROOT / one).rglob("*.py")
    )
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|", text("docs/glossary.md"), re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}

    assert len(names) > 20
    for name in names:
        assert all(re.search(rf"\b{part}\b", code) for part in name.split(".")), name


# --- Links ------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids_of)
def test_every_relative_link_resolves(document: Path) -> None:
    content = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", content):
        if "://" not in target:
            assert (document.parent / target).exists(), target
