"""Every sentence in both languages: Chinese in the code, English in the catalogue."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.test import Client

from registry.search import index
from tests.conftest import without
from tests.factories import make_entity, make_name

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = "locale/en/LC_MESSAGES/django.po"
HAN = re.compile(r"[\u3400-\u9fff]")
# Data and the name of the other language are Chinese on an English page.
DATA = ("蜀州", "无名", "旧名", "测试", "有限公司", "简体中文", "企业登记公开数据")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(ROOT / CATALOGUE))


def test_nothing_is_untranslated_or_doubtful(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_english_is_written_in_latin_letters(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if HAN.search(entry.msgstr)] == []


def test_placeholders_survive_translation(catalogue: polib.POFile) -> None:
    holes = re.compile(r"%\(\w+\)[sd]")

    wrong = [
        entry.msgid
        for entry in catalogue
        for english in (entry.msgstr_plural or {0: entry.msgstr}).values()
        if sorted(holes.findall(entry.msgid)) != sorted(holes.findall(english))
    ]

    assert wrong == []


def test_every_sentence_of_the_code_is_in_the_catalogue(
    catalogue: polib.POFile, tmp_path: Path
) -> None:
    if shutil.which("xgettext") is None:
        without("GNU gettext is missing: no xgettext on the path")
    copy = tmp_path / "copy"
    kept_out = shutil.ignore_patterns(".*", "var", "tests", "docs", "*.pyc")
    shutil.copytree(ROOT, copy, ignore=kept_out)

    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "en", "--no-obsolete"],
        cwd=copy,
        check=True,
        capture_output=True,
    )

    extracted = {entry.msgid for entry in polib.pofile(str(copy / CATALOGUE))}
    assert extracted - {entry.msgid for entry in catalogue} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["", "search/", "search/?q=x", "search/?q=nothing", "search/?q=测试", "nowhere/"],
)
def test_an_english_page_holds_no_chinese_but_data(client: Client, path: str) -> None:
    make_name(make_entity())
    index.rebuild()

    page = client.get(f"/en/{path}").content.decode()

    for text in DATA:
        page = page.replace(text, "")
    assert HAN.findall(page) == []


@pytest.mark.django_db
def test_an_english_entity_page_holds_no_chinese_but_data(client: Client) -> None:
    entity = make_entity()
    make_name(entity)

    page = client.get(f"/en/entities/{entity.public_id}/").content.decode()

    for text in DATA:
        page = page.replace(text, "")
    assert HAN.findall(page) == []
