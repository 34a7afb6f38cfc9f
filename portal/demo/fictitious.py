"""A fictitious register: the same organisations every time, none of them real.

Names are made of invented divisions and brands, numbers carry a division code
that GB/T 2260 does not have. Dates lie before the day that is given.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from portal.demo import vocabulary as words
from portal.demo.party import Party, reg15_of, romanised, uscc_of, with_wrong_check_digit
from portal.demo.vocabulary import Division
from registry.models import Authority, Entity

MEMORABLE = Path(__file__).parent / "memorable.csv"
SEED = 990_000
N_SERIALS = 2_600
DAYS_OF_YEAR = 365.25
# Serial numbers of the authorities, far above those of everybody else.
FIRST_OFFICE = 900_000

DIVISIONS = {division.name: division for division in words.divisions()}
# What a visitor may type first: part of a name, its pinyin, and its code.
EXAMPLES = ("澄川机电", "chengchuan", uscc_of("91", DIVISIONS["砚湖区"], 1))

Kind, Status = Entity.Kind, Entity.Status
# Registration department and category of the number, and what registers call the type.
KINDS = {
    Kind.ENTERPRISE: ("91", "有限责任公司"),
    Kind.INDIVIDUAL_BUSINESS: ("92", "个体工商户"),
    Kind.COOPERATIVE: ("93", "农民专业合作社"),
    Kind.PUBLIC_BODY: ("12", "事业单位"),
    Kind.SOCIAL_ORGANISATION: ("51", "社会团体"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """One fictitious authority; `superior` is the name of the one above it."""

    name: str
    english: str
    level: Authority.Level
    division: Division
    number: str
    superior: str


def offices() -> list[Office]:
    """The fictitious authorities, a superior always before those below it."""
    name, english = words.NATIONAL_OFFICE
    province = DIVISIONS[words.PROVINCE.name]
    number = uscc_of("11", province, FIRST_OFFICE)
    found = [Office(name, english, Authority.Level.NATIONAL, province, number, "")]
    for branch in words.OFFICES:
        for division in DIVISIONS.values():
            if division.level != "county" or branch.in_counties:
                found.append(office(branch, division, FIRST_OFFICE + len(found)))
    for name, english in words.SINGLE_OFFICES:
        number = uscc_of("11", province, FIRST_OFFICE + len(found))
        found.append(Office(name, english, Authority.Level.NATIONAL, province, number, ""))
    return found


def office(branch: words.OfficeName, division: Division, serial: int) -> Office:
    return Office(
        office_name(branch, division),
        f"{romanised(division.short_name)} {branch.english}",
        Authority.Level(division.level),
        division,
        uscc_of("11", division, serial),
        superior_name(branch, division),
    )


def office_name(branch: words.OfficeName, division: Division) -> str:
    if not division.parent:
        return division.name + branch.province
    is_county = division.level == "county"
    return division.name + ((is_county and branch.county) or branch.below)


def superior_name(branch: words.OfficeName, division: Division) -> str:
    for above in DIVISIONS.values():
        if above.code == division.parent:
            return office_name(branch, above)
    return words.NATIONAL_OFFICE[0] if branch == words.OFFICES[0] else ""


def parties(today: date) -> list[Party]:
    """Every organisation of the demo: the memorable ones first, then the drawn ones."""
    return list(Register(today).parties())


class Register:
    """Draws the organisations in a fixed order, no drawn name twice."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.random = Random(SEED)  # noqa: S311 - the same draw every time is the point
        self.serial = 0
        self.names: set[str] = set()
        self.counties = [place for place in DIVISIONS.values() if place.level == "county"]

    def parties(self) -> Iterator[Party]:
        for party in (*self.memorable(), *self.authorities(), *self.bodies()):
            self.names.add(party.name)
            yield party
        while self.serial < N_SERIALS:
            party = self.drawn()
            if party.name not in self.names:
                self.names.add(party.name)
                yield party

    # --- Written by hand --------------------------------------------------------------

    def memorable(self) -> Iterator[Party]:
        with MEMORABLE.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield self.remembered(row)

    def remembered(self, row: dict[str, str]) -> Party:
        division = DIVISIONS[row["division"]]
        party = replace(
            self.party(Kind(row["kind"]), row["name"], division),
            registered_on=self.years_ago(row["years"]) or self.today,
            status=Status(row["status"]),
            status_on=self.years_ago(row["status_years"]),
            former_until=self.years_ago(row["former_years"]),
            address=f"{full_name(division)}{row['address']}" if row["address"] else "",
            capital=row["capital"],
            scope=row["scope"],
            english=row["english"],
            short=row["short"],
            former=row["former"],
            successor=row["successor"],
            merged_into=row["merged_into"],
        )
        if not row["number"]:
            return replace(party, number="")
        if row["number"] == "wrong":
            return replace(party, number=with_wrong_check_digit(party.number))
        older = reg15_of(division, self.serial) if row["older_number"] else ""
        return replace(party, older_number=older)

    def years_ago(self, years: str) -> date | None:
        if not years:
            return None
        return self.today - timedelta(days=int(float(years) * DAYS_OF_YEAR))

    # --- Public bodies: every one of a list in every division ----------------------------

    def authorities(self) -> Iterator[Party]:
        """An authority is an organisation too, with the same number."""
        for one in offices():
            party = self.party(Kind.PUBLIC_BODY, one.name, one.division)
            yield replace(
                party, number=one.number, company_type="机关", english=one.english
            )

    def bodies(self) -> Iterator[Party]:
        for division in DIVISIONS.values():
            for ending in words.PUBLIC_BODIES:
                yield self.party(Kind.PUBLIC_BODY, division.name + ending, division)
            for ending in words.ASSOCIATIONS:
                yield self.party(Kind.SOCIAL_ORGANISATION, division.name + ending, division)
            if division.level == "prefecture":
                for ending in words.UNIVERSITIES:
                    yield self.party(Kind.PUBLIC_BODY, division.name + ending, division)

    # --- Drawn --------------------------------------------------------------------------

    def drawn(self) -> Party:
        kind = self.random.choices(
            (Kind.ENTERPRISE, Kind.INDIVIDUAL_BUSINESS, Kind.COOPERATIVE), (72, 20, 8)
        )[0]
        draw = self.random.choice
        division = draw(self.counties)
        brand = draw(words.BRAND_FIRST) + draw(words.BRAND_SECOND)
        if kind == Kind.ENTERPRISE:
            party = self.enterprise(division, brand)
        elif kind == Kind.COOPERATIVE:
            product = draw(words.PRODUCTS)
            name = f"{division.name}{brand}{product}农民专业合作社"
            party = replace(
                self.party(kind, name, division), scope=f"{product}的生产、收购与销售。"
            )
        else:
            party = self.party(kind, f"{division.name}{brand}{draw(words.SHOPS)}", division)
        return self.with_history(party)

    def enterprise(self, division: Division, brand: str) -> Party:
        """Some carry their city or district in the name, as registers ask of small ones."""
        trade = self.random.choice(words.TRADES)
        city = full_name(division).removeprefix(words.PROVINCE.name)[:3]
        region = self.random.choice(("", city, city[:2], division.name))
        form = self.random.choices(
            ("有限公司", "有限责任公司", "股份有限公司"), (80, 14, 6)
        )[0]
        party = self.party(Kind.ENTERPRISE, f"{region}{brand}{trade.name}{form}", division)
        older, english, former = (self.random.random() for _ in range(3))
        return replace(
            party,
            company_type="股份有限公司" if form == "股份有限公司" else "有限责任公司",
            capital=f"{self.random.choice((10, 50, 100, 200, 500, 1000, 5000))}万元人民币",
            scope=trade.scope,
            older_number=reg15_of(division, self.serial) if older < 0.1 else "",
            english=f"{romanised(brand)} {trade.english} Co., Ltd."
            if english < 0.15
            else "",
            former=f"{city}{brand}{trade.name}部" if former < 0.06 else "",
            former_until=self.day_after(party.registered_on) if former < 0.06 else None,
        )

    def with_history(self, party: Party) -> Party:
        """What happened to it since, and what its source got wrong."""
        status = self.random.choices(
            (None, Status.CANCELLED, Status.REVOKED, Status.MOVED_OUT, Status.UNKNOWN),
            (84, 8, 4, 1, 3),
        )[0]
        if status is not None:
            known = status != Status.UNKNOWN
            since = self.day_after(party.registered_on) if known else None
            party = replace(party, status=status, status_on=since)
        fate = self.random.random()
        if fate < 0.004:
            return replace(party, number=with_wrong_check_digit(party.number))
        return replace(party, number="") if fate < 0.012 else party

    def party(self, kind: Entity.Kind, name: str, division: Division) -> Party:
        self.serial += 1
        prefix, company_type = KINDS[kind]
        registered_on = self.today - timedelta(days=self.random.randint(40, 9_000))
        road, house = self.random.choice(words.ROADS), self.random.randint(1, 199)
        return Party(
            kind,
            name,
            division,
            registered_on,
            number=uscc_of(prefix, division, self.serial),
            status_on=registered_on,
            company_type=company_type,
            address=f"{full_name(division)}{road}{house}号",
        )

    def day_after(self, day: date) -> date:
        return day + timedelta(days=self.random.randint(1, (self.today - day).days))


def full_name(division: Division) -> str:
    """From the province down."""
    for above in DIVISIONS.values():
        if above.code == division.parent:
            return full_name(above) + division.name
    return division.name
