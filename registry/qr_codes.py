"""What a telephone reads off a page: a QR code as a drawing that needs no style."""

import segno
from django.utils.safestring import SafeString, mark_safe

# Squares of the border that the standard asks for, and pixels of each.
BORDER, SCALE = 4, 4


def drawn(text: str) -> SafeString:
    """As SVG, dark on light in every colour scheme; what it says is told beside it."""
    code = segno.make_qr(text, error="m", boost_error=False)
    drawing = code.svg_inline(
        scale=SCALE, border=BORDER, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    # Squares alone: nothing of the text is in it as text.
    return mark_safe(drawing)  # noqa: S308
