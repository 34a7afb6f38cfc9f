"""Workbooks made part by part, as no spreadsheet program would always make them."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Sheet(NamedTuple):
    """One sheet; its rows as XML, its dimension as its program claims it."""

    rows: str
    name: str = "数据"
    state: str = "visible"
    dimension: str = "A1"


def cell(place: str, value: object, *, style: int = 0) -> str:
    """A cell that holds a number where the value is one, else a string."""
    mark = f' s="{style}"' if style else ""
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{place}"{mark} t="inlineStr">{text}</c>'
    return f'<c r="{place}"{mark}><v>{value}</v></c>'


def row(number: int, *values: object) -> str:
    cells = "".join(
        cell(f"{chr(65 + place)}{number}", value)
        for place, value in enumerate(values)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def rows(*lines: Iterable[object]) -> str:
    return "".join(row(number, *line) for number, line in enumerate(lines, start=1))


def sheet_xml(sheet: Sheet) -> str:
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="{sheet.dimension}"/>'
        f"<sheetData>{sheet.rows}</sheetData></worksheet>"
    )


def styles_xml(formats: Iterable[int | str]) -> str:
    """Styles from 1 on: the number of a format that Excel knows, or its code."""
    codes, cells = [], ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>']
    for place, wanted in enumerate(formats):
        number = wanted if isinstance(wanted, int) else 164 + place
        if isinstance(wanted, str):
            quoted = escape(wanted, {'"': "&quot;"})
            codes.append(f'<numFmt numFmtId="{number}" formatCode="{quoted}"/>')
        cells.append(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/>')
    own = f'<numFmts count="{len(codes)}">{"".join(codes)}</numFmts>' if codes else ""
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}">{own}<fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs></styleSheet>'
    )


def strings_xml(strings: Iterable[str]) -> str:
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return f'{HEAD}<sst xmlns="{MAIN}">{items}</sst>'


def parts(
    *sheets: Sheet,
    formats: Iterable[int | str] = (),
    strings: Iterable[str] = (),
    from_1904: bool = False,
) -> dict[str, str]:
    """Every part of the workbook by its name."""
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(
        f'<sheet name="{sheet.name}" sheetId="{n}" state="{sheet.state}" r:id="rId{n}"/>'
        for n, sheet in numbered
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet"'
        f' Target="worksheets/sheet{n}.xml"/>'
        for n, _sheet in numbered
    )
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{TYPES}.{kind}+xml"/>'
        for name, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
            *((f"worksheets/sheet{n}", "worksheet") for n, _sheet in numbered),
        )
    )
    epoch = '<workbookPr date1904="1"/>' if from_1904 else ""
    return {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{overrides}</Types>"
        ),
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{epoch}'
            f"<sheets>{listed}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
            f"{related}</Relationships>"
        ),
        "xl/styles.xml": styles_xml(formats),
        "xl/sharedStrings.xml": strings_xml(strings),
        **{f"xl/worksheets/sheet{n}.xml": sheet_xml(sheet) for n, sheet in numbered},
    }


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in members.items():
            # Always of the same moment, so that the same parts are the same bytes.
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=method)
    return content.getvalue()


def workbook(*lines: Iterable[object]) -> bytes:
    """One sheet with these rows."""
    return packed(parts(Sheet(rows(*lines))))
