"""The registration file: which column is which field, and what one row says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField
from django.utils.translation import gettext as _

from registry import codes, names
from registry.intake.errors import IntakeError
from registry.models import Entity, Finding, Region

# Header as registers write it -> our field. The first of a field is the one we name.
COLUMNS = {
    "企业名称": "name",
    "主体名称": "name",
    "名称": "name",
    "统一社会信用代码": "code",
    "注册日期": "registered_on",
    "成立日期": "registered_on",
    "企业类型": "company_type",
    "登记类型": "company_type",
    "注册资金": "capital",
    "注册资本": "capital",
    "经营范围": "scope",
    "所在省份": "province",
    "地区": "city",
    "注册地址": "address",
    "住所": "address",
    "登记状态": "status",
    "经营状态": "status",
}
REQUIRED = {"name": "企业名称", "code": "统一社会信用代码"}
STATUSES = {
    "存续": Entity.Status.IN_OPERATION,
    "在业": Entity.Status.IN_OPERATION,
    "在营": Entity.Status.IN_OPERATION,
    "开业": Entity.Status.IN_OPERATION,
    "注销": Entity.Status.CANCELLED,
    "吊销": Entity.Status.REVOKED,
    "迁出": Entity.Status.MOVED_OUT,
}
# Registration department and organisation category: GB 32100-2015, first two characters.
KINDS = {
    "91": Entity.Kind.ENTERPRISE,
    "92": Entity.Kind.INDIVIDUAL_BUSINESS,
    "93": Entity.Kind.COOPERATIVE,
    "1": Entity.Kind.PUBLIC_BODY,
    "5": Entity.Kind.SOCIAL_ORGANISATION,
}


def longest(name: str) -> int:
    """How many characters the register keeps of a field."""
    field = Entity._meta.get_field(name)
    assert isinstance(field, CharField)
    assert field.max_length
    return field.max_length


LENGTHS = {name: longest(name) for name in ("name", "company_type", "capital", "address")}


@dataclass(slots=True)
class Row:
    """One record, understood: what the register would hold of it."""

    number: int
    name: str
    name_key: str
    code: codes.Code | None
    kind: str = Entity.Kind.OTHER
    region_id: str | None = None
    registered_on: date | None = None
    company_type: str = ""
    capital: str = ""
    scope: str = ""
    address: str = ""
    status: str = Entity.Status.UNKNOWN
    findings: list[Finding.Code] = field(default_factory=list)


class RejectedError(Exception):
    """The row is not taken."""

    def __init__(
        self, code: Finding.Code, *, name: str = "", number: str = "", detail: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.name = name
        self.number = number
        self.detail = detail


class RegistrationReader:
    """Reads rows of one file. Built from its header; raises IntakeError for a wrong one."""

    def __init__(self, header: Sequence[str]) -> None:
        self.width = len(header)
        self.index = {
            COLUMNS[name]: place for place, name in enumerate(header) if name in COLUMNS
        }
        missing = [title for key, title in REQUIRED.items() if key not in self.index]
        if missing:
            raise IntakeError(
                _("表头缺少：%(missing)s。第一行应当是列名，例如：%(example)s。")
                % {
                    "missing": "、".join(missing),
                    "example": "企业名称,统一社会信用代码,注册日期,所在省份,地区",
                }
            )
        self.regions = RegionFinder()

    def read(self, number: int, values: Sequence[str]) -> Row:
        """What the record says; raises RejectedError where it cannot be taken."""
        self.check(values)
        row = self.identify(number, values)
        if row.code is None:
            row.findings.append(Finding.Code.NO_CODE)
        elif not row.code.valid:
            row.findings.append(Finding.Code.WRONG_CODE)
        row.kind = kind_of(row.code, self.cell(values, "company_type"))
        self.read_date(row, values)
        if self.is_shifted(values):
            row.findings.append(Finding.Code.SHIFTED)
            row.kind = kind_of(row.code, "")
            row.region_id = self.regions.find("", "", row.code)
        else:
            self.read_rest(row, values)
        return row

    def check(self, values: Sequence[str]) -> None:
        if len(values) != self.width:
            raise RejectedError(
                Finding.Code.COLUMNS,
                name=names.clean(values[0])[: LENGTHS["name"]] if values else "",
                detail=_("应为 %(due)d 列，实为 %(found)d 列")
                % {"due": self.width, "found": len(values)},
            )

    def identify(self, number: int, values: Sequence[str]) -> Row:
        name = names.clean(values[self.index["name"]])
        raw_code = values[self.index["code"]]
        key = names.name_key(name)
        code = codes.read(raw_code)
        if code and codes.is_personal(code):
            # Neither the number nor the name beside it may be kept anywhere.
            raise RejectedError(Finding.Code.PERSONAL_NUMBER)
        about = {"name": name[: LENGTHS["name"]], "number": raw_code[: codes.LONGEST]}
        if not key:
            raise RejectedError(Finding.Code.NO_NAME, **about)
        if any("\ufffd" in value for value in values):
            raise RejectedError(Finding.Code.ENCODING, **about)
        if len(name) > LENGTHS["name"] or len(key) > LENGTHS["name"]:
            raise RejectedError(Finding.Code.LONG_FIELD, detail=_("名称"), **about)
        return Row(number, name, key, code)

    def cell(self, values: Sequence[str], key: str) -> str:
        """The text of a field; empty where the file has no such column or says N/A."""
        if key not in self.index:
            return ""
        value = values[self.index[key]].strip()
        return "" if value.upper() in codes.MISSING else value

    def is_shifted(self, values: Sequence[str]) -> bool:
        """Broken quotes push the columns apart: a province that is none gives it away.

        The columns in between have then been seen to hold names of persons.
        """
        province = self.cell(values, "province")
        return bool(province) and not self.regions.is_province(province)

    def read_date(self, row: Row, values: Sequence[str]) -> None:
        if text := self.cell(values, "registered_on"):
            try:
                row.registered_on = date.fromisoformat(text[:10].replace("/", "-"))
            except ValueError:
                row.findings.append(Finding.Code.WRONG_DATE)

    def read_rest(self, row: Row, values: Sequence[str]) -> None:
        for key in ("company_type", "capital", "address"):
            value = self.cell(values, key)
            if len(value) > LENGTHS[key]:
                raise RejectedError(
                    Finding.Code.LONG_FIELD, name=row.name, detail=COLUMN_TITLES[key]
                )
            setattr(row, key, value)
        row.scope = self.cell(values, "scope")
        row.status = STATUSES.get(self.cell(values, "status")[:2], Entity.Status.UNKNOWN)
        province, city = self.cell(values, "province"), self.cell(values, "city")
        row.region_id = self.regions.find(province, city, row.code)
        if row.region_id is None:
            row.findings.append(Finding.Code.UNKNOWN_REGION)


COLUMN_TITLES = {key: title for title, key in reversed(COLUMNS.items())}


def kind_of(code: codes.Code | None, company_type: str) -> Entity.Kind:
    """The kind of organisation, from its number if that tells, else from its type."""
    if code and code.kind == "uscc":
        for length in (2, 1):
            if kind := KINDS.get(code.value[:length]):
                return kind
    if company_type.startswith("个体"):
        return Entity.Kind.INDIVIDUAL_BUSINESS
    if "合作社" in company_type:
        return Entity.Kind.COOPERATIVE
    # GS15-2006: the sequence number of an individual business starts with 6 to 9.
    if code and code.kind == "reg15" and code.valid:
        individual = code.value[6] in "6789"
        return Entity.Kind.INDIVIDUAL_BUSINESS if individual else Entity.Kind.ENTERPRISE
    return Entity.Kind.ENTERPRISE if company_type else Entity.Kind.OTHER


class RegionFinder:
    """Province and city as registers write them -> division code."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.provinces: dict[str, str] = {}
        self.places: dict[tuple[str, str], str] = {}
        rows = Region.objects.order_by("level", "code").values_list(
            "code", "name", "short_name", "level"
        )
        # Larger divisions win a name: prefecture 吉林市 before a county called 吉林.
        depth = {level: place for place, level in enumerate(Region.Level.values)}
        for code, name, short_name, level in sorted(rows, key=lambda row: depth[row[3]]):
            self.add(code, (name, short_name), level)

    def add(self, code: str, forms: tuple[str, str], level: str) -> None:
        self.codes.add(code)
        for form in forms:
            if level == Region.Level.PROVINCE:
                self.provinces[form] = code
            else:
                self.places.setdefault((code[:2], form), code)

    def is_province(self, text: str) -> bool:
        return text in self.provinces

    def find(self, province: str, city: str, code: codes.Code | None) -> str | None:
        """The finest division that is sure.

        A city no table knows (a free-trade zone, a development area) gives way to
        the division in the number, if that lies in the same province.
        """
        home = self.provinces.get(province, "")
        if home and (found := self.places.get((home[:2], city))):
            return found
        issued = codes.division(code)
        if issued in self.codes and (not home or issued[:2] == home[:2]):
            return issued
        return home or None
