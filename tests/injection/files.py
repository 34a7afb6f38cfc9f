"""Official files whose cells are payloads: brought in, checked, and shown by two people."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.errors import RegistryError
from registry.intake import columns, layouts
from registry.intake.entities import import_entities
from registry.intake.errors import IntakeError
from registry.models import Authority, Source
from tests.deliveries import checked, released
from tests.factories import AT, make_list_type, make_rule, make_staff, make_uscc
from tests.injection.fields import TITLE, Cell
from tests.injection.payloads import Payload

# As of AT: what official examples say of days is later than that.
DAYS = {
    "decided_on": "2026-03-02",
    "noticed_on": "2026-02-10",
    "conduct_on": "2026-01-15",
    "valid_from": "2026-03-02",
    "found_on": "2026-03-02",
}
REGISTRATION = "registration"
PRIOR = {"notice_kind": "prior", "notice_n": 0, "notice_unit": "", "notice_from": ""}
# The list of each set of columns that belongs to no family.
PLAIN_LIST = "TEST_PRIOR"
FIRST_SERIAL = 800_000

Dealt = Sequence[tuple[Cell, Payload]]


def make_lists() -> None:
    """The lists that official files are for, beside those of penalties."""
    kinds = {"REG_PERMIT": "permits", "REG_COMMITMENT": "commitments"}
    for code, section in (*kinds.items(), (PLAIN_LIST, "serious")):
        kind = "register" if code in kinds else "blacklist"
        listed = make_list_type(code, kind=kind, section=section)
        make_rule(
            list_type=listed,
            subjects="EBFSO",
            person_lookup="none",
            details="content permit_name permit_kind commitment_kind court case_no field",
            **PRIOR,
        )


def bring_in(dealt: Dealt, authority: Authority, n: int) -> Iterator[str]:
    """One file for each set, of which every record has one payload; what went wrong."""
    by_set: dict[str, list[tuple[Cell, Payload]]] = defaultdict(list)
    for cell, payload in dealt:
        by_set[cell.column_set].append((cell, payload))
    for name, cells in by_set.items():
        serial = FIRST_SERIAL + n * 1_000
        content = table(name, cells, authority, serial)
        try:
            if name == REGISTRATION:
                register(content)
            else:
                deliver(name, content, cells[0][1].text, authority)
        except (RegistryError, IntakeError):
            # A file that is refused as a whole; another one carries its other payloads.
            yield name


def deliver(name: str, content: bytes, called: str, authority: Authority) -> None:
    lists = {one: code for code, sets in layouts.SETS.items() for one in sets}
    how = {"list_code": lists.get(name, PLAIN_LIST), "filename": f"{called}.csv"}
    maker, _checker = make_staff(authority)
    # Left as it is for the desk, and once more to the end for everybody.
    checked(content, maker, **how)
    released(content + b"\r\n", authority, **how)


def register(content: bytes) -> None:
    source = Source.objects.get(pk="REGISTRATION")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "registrations.csv"
        file.write_bytes(content)
        import_entities(file, source=source, as_of=AT, progress=lambda _batch: None)


def table(name: str, dealt: Dealt, authority: Authority, serial: int) -> bytes:
    """As CSV; a payload is all there is in its cell."""
    known = columns.column_set(name).columns
    titles = [column.name_zh.encode() for column in known]
    titles += [payload.sent for cell, payload in dealt if cell.code == TITLE][:1]
    lines = [titles]
    for n, (cell, payload) in enumerate(dealt):
        usual = record(name, authority, serial + n)
        if cell.code in usual:
            lines.append([*(usual | {cell.code: payload.sent}).values()])
        else:
            lines.append([*usual.values()])
    width = len(titles)
    return b"".join(line([*one, *[b""] * (width - len(one))]) for one in lines)


def line(values: Sequence[bytes]) -> bytes:
    """Bytes that are no text stay what they are."""
    text = StringIO()
    csv.writer(text).writerow([value.decode(errors="surrogateescape") for value in values])
    return text.getvalue().encode(errors="surrogateescape")


def record(name: str, authority: Authority, serial: int) -> dict[str, bytes]:
    """What the official example says, of a party and a decision of its own."""
    own = {
        "name": f"云澜市测试{serial}号商贸有限公司",
        "code": make_uscc(serial),
        "decision_no": f"云澜市测字〔2026〕{serial}号",
        "authority": authority.name,
        "authority_code": authority.uscc,
        **DAYS,
    }
    return {
        column.code: own.get(column.field, column.example).encode()
        for column in columns.column_set(name).columns
    }
