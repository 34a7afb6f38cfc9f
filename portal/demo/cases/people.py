"""Fictitious persons: rare surnames, uncommon given names, numbers of nowhere."""

from datetime import date

from stdnum.iso7064 import mod_11_2

from portal.demo.vocabulary import BRAND_FIRST, BRAND_SECOND, PROVINCE
from registry.models import Person
from registry.parties import PersonDraft

SURNAMES = "仉逄亓郗乜佘咎宓殳麴"
# Three persons bear it, to show that a name alone points at nobody.
NAMESAKE = "仉砚舟"


def person(serial: int, *, name: str = "") -> PersonDraft:
    """An adult; another serial, another person."""
    born = date(1958 + serial * 13 % 40, 1 + serial * 5 % 12, 1 + serial * 11 % 28)
    body = f"{PROVINCE.code}{born:%Y%m%d}{serial:03}"
    return PersonDraft(
        name=name or name_of(serial),
        document=Person.Document.RESIDENT,
        number=f"{body}{mod_11_2.calc_check_digit(body)}",
    )


def name_of(serial: int) -> str:
    rest, surname = divmod(serial, len(SURNAMES))
    rest, first = divmod(rest + surname, len(BRAND_FIRST))
    return (
        SURNAMES[surname]
        + BRAND_SECOND[(rest + first + surname * 5) % len(BRAND_SECOND)]
        + BRAND_FIRST[first]
    )


# Answers for the breach of a company the greeting names.
EXAMPLE = person(900)
