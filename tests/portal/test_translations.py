"""Every sentence in both languages: Chinese in the code, English in the catalogue."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.test import Client

from registry.models import Entity, EntityChange, Identifier, ListRule
from registry.search import index
from tests.conftest import without
from tests.factories import (
    AS_OF,
    make_entity,
    make_identifier,
    make_listing,
    make_measure,
    make_name,
    make_rule,
    region,
)

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = "locale/en/LC_MESSAGES/django.po"
HAN = re.compile(r"[\u3400-\u9fff]")
VOID = {"meta", "link", "input", "img", "br", "hr"}


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


@pytest.fixture
def entity() -> Entity:
    """With every kind of data a page can show."""
    entity = make_entity(
        region=region(),
        address="测试路1号",
        capital="100万元人民币",
        company_type="有限责任公司",
        scope="测试服务；" * 40,
        status=Entity.Status.CANCELLED,
        status_source_id="REGISTRATION",
        successor=make_entity("蜀州承继测试有限公司"),
    )
    make_name(entity)
    make_identifier(entity, valid=False, flaw=Identifier.Flaw.CHECK_DIGIT)
    EntityChange.objects.create(
        entity=entity,
        field="capital",
        before="50万元人民币",
        after="100万元人民币",
        as_of=AS_OF,
        source=entity.source,
    )
    make_listing(make_described_rule(), party=entity, measures=("TEST_MEASURE",))
    index.rebuild()
    return entity


def make_described_rule() -> ListRule:
    """With something in every cell that a page of a list puts into words."""
    rule = make_rule(
        repair_docs="APP ID AUTH COM PERF",
        accept_wd=2,
        decide_wd=7,
        remove_wd=0,
        notice_zh="书面告知",
        notice_en="Written notice",
        early_condition_zh="已履行义务",
        early_condition_en="Duties done",
        term_min=12,
    )
    rule.measures.set([make_measure()])
    return rule


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "",
        "search/",
        "search/?q=x",
        "search/?q=nothing",
        "search/?q=测试",
        "search/?q=王测试",
        "components/",
        "nowhere/",
        "entities/{}/",
        "entities/{}/serious/",
        "lists/",
        "lists/TEST_LIST/",
        "lists/TEST_LIST/?year=x",
        "lists/TEST_LIST/?q=nothing",
        "listings/{case}/",
        "persons/check/",
    ],
)
def test_an_english_page_holds_no_chinese_but_data(
    client: Client, entity: Entity, path: str
) -> None:
    case = entity.listings.get().case
    inner = path.format(entity.public_id, case=case)

    page = client.get(f"/en/{inner}").content.decode()

    assert HAN.findall(text_in_english(page)) == []


def text_in_english(page: str) -> str:
    """The text outside elements in Chinese; what the visitor typed and names aside."""
    reader = EnglishReader()
    reader.feed(page)
    return re.sub(r"“.+?”|蜀州\w+", "", "".join(reader.texts))


class EnglishReader(HTMLParser):
    """Collects the text that no element around it declares to be Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[tuple[str, str]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            outer = self.languages[-1][1] if self.languages else ""
            self.languages.append((tag, dict(attributes).get("lang") or outer))

    def handle_endtag(self, tag: str) -> None:
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.languages and self.languages[-1][1] == "zh-Hans"):
            self.texts.append(data)
