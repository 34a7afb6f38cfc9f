"""A row of a table, read cell by cell; whatever is wrong is said with its place."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from registry import terms
from registry.rulebook.errors import RulebookError


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is the line in the file, as an editor or a spreadsheet counts it."""

    file: str
    line: int
    cells: dict[str, str]

    def refuse(self, field: str, fault: str) -> RulebookError:
        text = _("%(file)s 第 %(line)d 行 %(field)s：%(fault)s") % {
            "file": self.file,
            "line": self.line,
            "field": field,
            "fault": fault,
        }
        return RulebookError(text, field=field, fault=fault)

    def text(self, field: str) -> str:
        return self.cells[field]

    def one_of(self, field: str, known: Collection[str]) -> str:
        """A cell that holds one of the known codes."""
        value = self.cells[field]
        if value in known:
            return value
        names = "、".join(sorted(filter(None, known)))
        fault = _("不认识“%(value)s”。请改为：%(known)s。") % {
            "value": value,
            "known": names,
        }
        raise self.refuse(field, fault)

    def codes(self, field: str, known: Collection[str], home: str = "") -> tuple[str, ...]:
        """Codes joined by blanks; `home` is the table where a missing one can be added."""
        found = tuple(self.cells[field].split())
        for code in found:
            if code not in known and home:
                fault = _("没有代码“%(code)s”。请先把它加入 %(home)s，或者改正代码。")
                raise self.refuse(field, fault % {"code": code, "home": home})
            if code not in known:
                fault = _("不认识“%(value)s”。请改为：%(known)s。")
                names = "、".join(sorted(known))
                raise self.refuse(field, fault % {"value": code, "known": names})
        if len(set(found)) < len(found):
            raise self.refuse(field, _("同一代码写了两次，请删去一个。"))
        return found

    def integer(self, field: str) -> int | None:
        value = self.cells[field]
        if not value or (value.isascii() and value.isdigit() and len(value) < 10):
            return int(value) if value else None
        fault = _("“%(value)s”不是整数。请写成 0、3 这样的整数，或者留空。")
        raise self.refuse(field, fault % {"value": value})

    def flag(self, field: str) -> bool:
        return self.one_of(field, ("0", "1")) == "1"

    def day(self, field: str) -> date:
        if (day := self.day_or_none(field)) is None:
            raise self.refuse(field, _("缺少日期。请写成 2026-04-01 这样的日期。"))
        return day

    def day_or_none(self, field: str) -> date | None:
        value = self.cells[field]
        try:
            return date.fromisoformat(value) if value else None
        except ValueError as malformed:
            fault = _("“%(value)s”不是日期。请写成 2026-04-01 这样的日期。")
            raise self.refuse(field, fault % {"value": value}) from malformed

    def duration(self, field: str) -> terms.Duration | None:
        value = self.cells[field]
        try:
            return terms.read_duration(value) if value else None
        except ValueError as malformed:
            fault = _("“%(value)s”不是期限。请写成 P3Y、P12M 或者 P90D。")
            raise self.refuse(field, fault % {"value": value}) from malformed

    def count_of(self, field: str, unit: terms.Unit) -> int | None:
        """A duration that the model keeps in one unit only."""
        found = self.duration(field)
        if found is None or found.unit == unit or found.n == 0:
            return found.n if found else None
        example = "P12M" if unit == terms.Unit.MONTHS else "P90D"
        fault = _("期限单位不符。请写成 %(example)s 这样的期限。") % {"example": example}
        raise self.refuse(field, fault)


def read(path: Path, columns: Collection[str]) -> list[Row]:
    """Every row of a table that has exactly these columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval=None)
            header = tuple(reader.fieldnames or ())
            rows = [Row(path.name, reader.line_num, cells) for cells in reader]
    except FileNotFoundError as missing:
        sentence = _("找不到文件 %(path)s，请核对路径。") % {"path": path}
        raise RulebookError(sentence) from missing
    except UnicodeDecodeError as malformed:
        sentence = _("%(file)s 不是 UTF-8 编码，请另存为 UTF-8。") % {"file": path.name}
        raise RulebookError(sentence) from malformed
    refuse_columns(path.name, header, columns)
    for row in rows:
        if None in row.cells or None in row.cells.values():
            raise row.refuse(header[0], _("列数与表头不符，请核对逗号和引号。"))
    return [Row(r.file, r.line, {k: v.strip() for k, v in r.cells.items()}) for r in rows]


def refuse_columns(file: str, header: tuple[str, ...], columns: Collection[str]) -> None:
    missing, unknown = set(columns) - set(header), set(header) - set(columns)
    if missing or unknown:
        raise RulebookError(
            _("%(file)s 的表头不符：缺少 %(missing)s，多出 %(unknown)s。")
            % {
                "file": file,
                "missing": "、".join(sorted(missing)) or "-",
                "unknown": "、".join(sorted(unknown)) or "-",
            }
        )
