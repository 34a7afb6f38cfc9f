"""Text that no spreadsheet takes for a formula: strings in, strings out."""

# A cell that starts with one of these would run as a formula; the quote stops it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """Behind a quote what would be a formula; the same with one quote more is quoted too,
    so that taking one away gives back every text.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text
