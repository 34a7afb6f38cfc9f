"""Registers filled from the registration files, kept under `var/` between runs.

What fills one depends on the files and the migrations: where these change it is
loaded again, or carried on by new migrations. Where only the code of the search has
changed, its index is made anew.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.bench.search.registrations import ROOT
from tests.servers import Server

KEPT = ROOT / "var" / "bench" / "registers"
ENGINES = ("postgresql", "sqlite")
# What decides what an index holds, beside the names themselves.
INDEXED_BY = ("registry/search", "registry/engines", "registry/names.py")


@dataclass(frozen=True, slots=True)
class Content:
    """What a register is filled with; `key` names the rows of these files and no others."""

    label: str
    key: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Register:
    """A database on one engine, and beside it what was measured while it was filled."""

    engine: str
    content: Content
    # None with SQLite.
    server: Server | None
    migrations: Mapping[str, str]

    @cached_property
    def name(self) -> str:
        key = text_digest(json.dumps(self.migrations, sort_keys=True))[:8]
        return f"{self.engine}_{self.content.key}_{key}"

    @property
    def folder(self) -> Path:
        """The DATA_DIR of whoever opens it: journal, keys, static files, locks."""
        return KEPT / self.name

    @property
    def url(self) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder / 'register.sqlite3'}"
        return urlsplit(self.server.url)._replace(path=f"/{self.name}").geturl()

    @property
    def facts_file(self) -> Path:
        return self.folder / "facts.json"

    def facts(self) -> dict[str, Any]:
        """Empty until it is filled."""
        if not self.facts_file.exists():
            return {}
        found: dict[str, Any] = json.loads(self.facts_file.read_text(encoding="utf-8"))
        return found

    def note(self, **facts: object) -> None:
        text = json.dumps(self.facts() | facts, ensure_ascii=False, indent=1)
        fresh = self.facts_file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.facts_file)

    def summary(self) -> dict[str, Any]:
        """What a result says of the register it was measured on."""
        facts = self.facts()
        return {
            "engine": self.engine,
            "label": self.content.label,
            "loaded": facts["loaded"],
            "indexed": facts["indexed"],
        }

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME")}
        ours = {
            "LANG": "C.UTF-8",
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "only-for-the-bench",
        }
        return inherited | ours | more

    def run(self, job: str, *arguments: object, **more: str) -> Any:
        """What a job of the bench, run on this register by itself, has to say."""
        answer = self.folder / f"{job}.json"
        command = [sys.executable, "-m", "tests.bench.search.job", str(answer), job]
        subprocess.run(
            [*command, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment(**more),
            check=True,
        )
        return json.loads(answer.read_text(encoding="utf-8"))


def open_register(engine: str, content: Content, server: Server | None) -> Register:
    """A register with this content and an index of today's code, filled where need be."""
    register = Register(engine, content, server, migrations())
    if not register.facts():
        begin(register)
        if older := predecessor(register):
            carry_on(older, register)
        else:
            make_database(register)
            loaded = register.run("load", *content.files)
            register.note(loaded=loaded, migrations=register.migrations)
    if register.facts().get("code") != code():
        register.note(indexed=register.run("index"), code=code())
    return register


def begin(register: Register) -> None:
    """With nothing of a load that was interrupted."""
    shutil.rmtree(register.folder, ignore_errors=True)
    register.folder.mkdir(parents=True)


def make_database(register: Register, template: str = "template0") -> None:
    """SQLite makes its file itself."""
    if register.server is None:
        return
    names = {
        "name": sql.Identifier(register.name),
        "template": sql.Identifier(template),
    }
    with psycopg.connect(register.server.url, autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {name}")
        make = sql.SQL("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template}")
        server.execute(drop.format(**names))
        server.execute(make.format(**names))


# --- What has changed since ---------------------------------------------------------------


def predecessor(register: Register) -> Register | None:
    """One with the same content on which today's migrations only need to go on."""
    for file in sorted(KEPT.glob(f"{register.engine}_{register.content.key}_*/facts.json")):
        applied = json.loads(file.read_text(encoding="utf-8")).get("migrations", {})
        if applied and applied.items() <= register.migrations.items():
            return Register(register.engine, register.content, register.server, applied)
    return None


def carry_on(older: Register, register: Register) -> None:
    make_database(register, older.name)
    shutil.copytree(older.folder, register.folder, dirs_exist_ok=True)
    register.facts_file.unlink()
    register.run("migrate")
    register.note(loaded=older.facts()["loaded"], migrations=register.migrations)


def migrations() -> dict[str, str]:
    """The migrations of our apps and the digest of each."""
    found = sorted(ROOT.glob("[!.]*/migrations/0*.py"))
    return {
        f"{path.parent.parent.name}.{path.stem}": text_digest(
            path.read_text(encoding="utf-8")
        )
        for path in found
    }


def code() -> str:
    """The digest of what makes the index."""
    places = [ROOT / place for place in INDEXED_BY]
    paths = [path for place in places for path in ([place, *place.rglob("*.py")])]
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths) if path.is_file()]
    return text_digest("\n".join(texts))


def text_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
