"""How much of a file is taken: more is a mistake or an attack, never an official file."""

MEGABYTE = 1 << 20
# The file as it was uploaded, unless whoever takes it says otherwise.
MOST_BYTES = 200 * MEGABYTE
# Columns of a table; the widest official set has 33.
MOST_COLUMNS = 64
# Characters of a cell; facts and grounds stay far below.
MOST_CHARACTERS = 4_000
# Rows that no sheet of a spreadsheet exceeds, header included.
MOST_ROWS = 1_048_576
# One line of JSON: every column at its longest, escaped.
MOST_LINE = MOST_COLUMNS * MOST_CHARACTERS * 6
# Text that is packed better than this was made to burst.
MOST_RATIO = 100
# Below this much text no ratio does harm, and few repeated rows pack very well.
HARMLESS = 4 * MEGABYTE
