"""Official files as rows of text, whatever they came as.

CSV (UTF-8 or GB18030), XLSX and JSON lines, the text kinds also packed with gzip; the
kind is told by the content, never by the name. What a row means is not known here.
"""

from registry.intake.tables.errors import TableError
from registry.intake.tables.rows import is_rounded
from registry.intake.tables.table import Table, open_table

__all__ = ("Table", "TableError", "is_rounded", "open_table")
