"""Paper: what a letter says, how it is set, and the PDF it becomes.

    sheet = notices.notice_of(listing, number="…", dated_on=day, check_code=code)
    content = letters.printed(sheet)

A sheet is plain values in the language being spoken. One template sets every kind of
letter, so that another kind is another function that returns a sheet.
"""

from registry.letters.press import PressError, printed
from registry.letters.sheet import Sheet

__all__ = ("PressError", "Sheet", "printed")
