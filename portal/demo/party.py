"""What one fictitious organisation consists of, and how its numbers are made."""

from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from portal.demo.vocabulary import Division
from registry import codes, names
from registry.models import Entity

# The 31 symbols of GB 32100-2015; six of them follow "MA" in an organisation code.
SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Coprime to 31, so serials stay apart while the codes look unrelated.
STRIDE = 48_271_009


@dataclass(frozen=True, slots=True)
class Party:
    """One fictitious organisation with everything its registration says."""

    kind: Entity.Kind
    name: str
    division: Division
    registered_on: date
    number: str = ""
    older_number: str = ""
    status: Entity.Status = Entity.Status.IN_OPERATION
    status_on: date | None = None
    company_type: str = ""
    capital: str = ""
    scope: str = ""
    address: str = ""
    english: str = ""
    short: str = ""
    former: str = ""
    former_until: date | None = None
    # The names of the organisation that followed, and of the record that is kept.
    successor: str = ""
    merged_into: str = ""


def uscc_of(prefix: str, division: Division, serial: int) -> str:
    """A valid unified social credit code in a division that does not exist.

    `prefix` is registration department and category (GB 32100-2015).
    """
    scattered, body = serial * STRIDE % 31**6, "MA"
    for _ in range(6):
        scattered, symbol = divmod(scattered, 31)
        body += SYMBOLS[symbol]
    code = f"{prefix}{division.code}{body}{codes.organisation_digit(body)}"
    return f"{code}{uscc.calc_check_digit(code)}"


def reg15_of(division: Division, serial: int) -> str:
    """A valid registration number as it was before 2015."""
    number = f"{division.code}{serial:08}"
    return f"{number}{mod_11_10.calc_check_digit(number)}"


def with_wrong_check_digit(number: str) -> str:
    last = SYMBOLS.index(number[-1])
    return number[:-1] + SYMBOLS[(last + 1) % len(SYMBOLS)]


def romanised(text: str) -> str:
    return "".join(names.pinyin(text)).capitalize()
