"""The registration file: which column is which field, and what one row says."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import CharField
from django.utils.translation import gettext as _

from registry import codes, names
from registry.intake.errors import IntakeError
from registry.models import Batch, Entity, Finding, Region
from registry.search import index

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
    "存续": Entity.Status.IN_OPERATION.value,
    "在业": Entity.Status.IN_OPERATION.value,
    "在营": Entity.Status.IN_OPERATION.value,
    "开业": Entity.Status.IN_OPERATION.value,
    "注销": Entity.Status.CANCELLED.value,
    "吊销": Entity.Status.REVOKED.value,
    "迁出": Entity.Status.MOVED_OUT.value,
}
# Registration department and organisation category: GB 32100-2015, first two characters.
KINDS = {
    "91": Entity.Kind.ENTERPRISE.value,
    "92": Entity.Kind.INDIVIDUAL_BUSINESS.value,
    "93": Entity.Kind.COOPERATIVE.value,
    "1": Entity.Kind.PUBLIC_BODY.value,
    "5": Entity.Kind.SOCIAL_ORGANISATION.value,
}


def longest(name: str) -> int:
    """How many characters the register keeps of a field."""
    field = Entity._meta.get_field(name)
    assert isinstance(field, CharField)
    assert field.max_length
    return field.max_length


UNKNOWN = Entity.Status.UNKNOWN.value
# The columns left of the place where broken quotes push the rest apart.
SURE = ("name", "code", "registered_on")
LENGTHS = {name: longest(name) for name in ("name", "company_type", "capital", "address")}


class Facts(NamedTuple):
    """What the register holds of a registration; one field for each column of `Entity`."""

    name: str
    name_key: str
    kind: str
    region_id: str | None
    status: str
    registered_on: date | None
    company_type: str
    capital: str
    scope: str
    address: str


class Row(NamedTuple):
    """One record, understood. `findings` are reservations, as values of `Finding.Code`."""

    number: int
    code: codes.Code | None
    facts: Facts
    # What the search index holds of the name.
    search_keys: tuple[str, str, str]
    findings: list[str]


class Refusal(NamedTuple):
    """One record that is not taken, with what the report may say of it."""

    number: int
    code: str
    about: dict[str, str]

    def finding(self, batch: Batch) -> Finding:
        return Finding(
            batch=batch, row=self.number, code=self.code, rejected=True, **self.about
        )


class RefusedError(Exception):
    """Leaves the reading of a row; the reader turns it into a Refusal."""

    def __init__(self, code: Finding.Code, **about: str) -> None:
        super().__init__(code)
        self.code = code
        self.about = about


class RegistrationReader:
    """Reads rows of one file. Built from its header; raises IntakeError for a wrong one."""

    def __init__(self, header: Sequence[str]) -> None:
        self.width = len(header)
        self.places = {
            COLUMNS[name]: place for place, name in enumerate(header) if name in COLUMNS
        }
        missing = [title for key, title in REQUIRED.items() if key not in self.places]
        if missing:
            raise IntakeError(
                _("表头缺少：%(missing)s。第一行应当是列名，例如：%(example)s。")
                % {
                    "missing": "、".join(missing),
                    "example": "企业名称,统一社会信用代码,注册日期,所在省份,地区",
                }
            )
        self.regions = RegionFinder()

    def read(self, number: int, values: Sequence[str]) -> Row | Refusal:
        """What the record says, or why it is not taken."""
        try:
            return self.understand(number, values)
        except RefusedError as refused:
            return Refusal(number, refused.code.value, refused.about)

    def understand(self, number: int, values: Sequence[str]) -> Row:
        self.check_width(values)
        cells = {key: values[place].strip() for key, place in self.places.items()}
        key = names.name_key(cells["name"])
        code = number_of(cells, key)
        check(cells, key, values)
        findings = [] if code and code.valid else [flag_of(code)]
        if self.is_shifted(cells):
            findings.append(Finding.Code.SHIFTED.value)
            cells = {key: cells.get(key, "") for key in SURE}
        facts = self.facts(cells, key, code, findings)
        return Row(number, code, facts, index.keys(key), findings)

    def check_width(self, values: Sequence[str]) -> None:
        if len(values) != self.width:
            # The name is sure, it comes first; what follows may belong to any column.
            raise RefusedError(
                Finding.Code.COLUMNS,
                name=names.clean(values[0])[: LENGTHS["name"]],
                detail=f"{len(values)}/{self.width}",
            )

    def is_shifted(self, cells: dict[str, str]) -> bool:
        """Broken quotes push the columns apart: a province that is none gives it away.

        The columns in between have then been seen to hold names of persons.
        """
        province = cells.get("province", "")
        return province not in codes.MISSING and province not in self.regions.provinces

    def facts(
        self, cells: dict[str, str], key: str, code: codes.Code | None, findings: list[str]
    ) -> Facts:
        said = {key: "" if text in codes.MISSING else text for key, text in cells.items()}
        get = said.get
        region = self.regions.find(get("province", ""), get("city", ""), code)
        if region is None:
            findings.append(Finding.Code.UNKNOWN_REGION.value)
        registered_on = day_in(text) if (text := get("registered_on", "")) else None
        if text and registered_on is None:
            findings.append(Finding.Code.WRONG_DATE.value)
        return Facts(
            name=names.clean(cells["name"]),
            name_key=key,
            kind=kind_of(code, get("company_type", "")),
            region_id=region,
            status=STATUSES.get(get("status", "")[:2], UNKNOWN),
            registered_on=registered_on,
            company_type=get("company_type", ""),
            capital=get("capital", ""),
            scope=get("scope", ""),
            address=get("address", ""),
        )


COLUMN_TITLES = {key: title for title, key in reversed(COLUMNS.items())}


def number_of(cells: dict[str, str], key: str) -> codes.Code | None:
    code = codes.read(cells["code"])
    if code and codes.is_personal(code, key):
        # Neither the number nor the name beside it may be kept anywhere.
        raise RefusedError(Finding.Code.PERSONAL_NUMBER)
    return code


def check(cells: dict[str, str], key: str, values: Sequence[str]) -> None:
    name, number = cells["name"][: LENGTHS["name"]], cells["code"][: codes.LONGEST]
    about = {"name": name, "number": number}
    if not key:
        raise RefusedError(Finding.Code.NO_NAME, **about)
    if "\ufffd" in "".join(values):
        raise RefusedError(Finding.Code.ENCODING, **about)
    for field, most in LENGTHS.items():
        # A folded name can be longer than the name: one character may stand for several.
        if len(cells.get(field, "")) > most or len(key) > LENGTHS["name"]:
            raise RefusedError(
                Finding.Code.LONG_FIELD, detail=COLUMN_TITLES[field], **about
            )


def flag_of(code: codes.Code | None) -> str:
    return (Finding.Code.WRONG_CODE if code else Finding.Code.NO_CODE).value


def day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        return None


def kind_of(code: codes.Code | None, company_type: str) -> str:
    """The kind of organisation, from its number if that tells, else from its type."""
    if code and code.kind == "uscc":
        head = code.value[:2]
        if kind := KINDS.get(head) or KINDS.get(head[0]):
            return kind
    if company_type.startswith("个体"):
        return Entity.Kind.INDIVIDUAL_BUSINESS.value
    if "合作社" in company_type:
        return Entity.Kind.COOPERATIVE.value
    # GS15-2006: the sequence number of an individual business starts with 6 to 9.
    if code and code.kind == "reg15" and code.valid:
        individual = code.value[6] in "6789"
        return (
            Entity.Kind.INDIVIDUAL_BUSINESS.value
            if individual
            else Entity.Kind.ENTERPRISE.value
        )
    return Entity.Kind.ENTERPRISE.value if company_type else Entity.Kind.OTHER.value


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
