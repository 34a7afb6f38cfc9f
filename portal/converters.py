"""What stands in the paths of the site."""

from django.urls.converters import StringConverter


class CaseConverter(StringConverter):
    """The public name of a case: 16 bytes in hexadecimal digits, small letters only."""

    regex = "[0-9a-f]{32}"


class LedgerFileConverter(StringConverter):
    """The name of a public file of the ledger; whether there is one, publishing says."""

    regex = r"(?:checkpoint|keys|active|(?:entries|tile|proof)/[\w./-]*)"
