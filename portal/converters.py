"""What stands in the paths of the site."""

from django.urls.converters import StringConverter


class CaseConverter(StringConverter):
    """The public name of a case: 16 bytes in hexadecimal digits, small letters only."""

    regex = "[0-9a-f]{32}"
