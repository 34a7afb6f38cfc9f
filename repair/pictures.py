"""A picture becomes another one with the same points and nothing else: bytes in and out."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from repair.pdfs import FlawError

# A sheet of A4 at 600 points to the inch has 35 million; four bytes each, and twice that
# while it is turned, fit into what the process may use.
MOST_POINTS = 40_000_000
LONGEST_SIDE = 16_000
# Text stays legible; a second try where the first is larger than may be kept.
QUALITIES = (90, 75)
KEPT_MODES = {"jpeg": {"L", "RGB"}, "png": {"1", "L", "LA", "RGB", "RGBA"}}


def remade(content: bytes, kind: str, most_bytes: int) -> bytes:
    """Turned as it was held, without any word that came with it: no place, no camera, no
    comment, no profile of colours, and nothing behind its end.
    """
    with warnings.catch_warnings():
        # A warning of Pillow's about a bomb is a refusal here.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = opened(content, kind)
            return written(image, kind, most_bytes)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise FlawError("too_many_points") from bomb
        except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as broken:
            raise FlawError("broken") from broken


def opened(content: bytes, kind: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    image: Image.Image = Image.open(io.BytesIO(content), formats=[kind.upper()])
    width, height = image.size
    if width * height > MOST_POINTS or max(width, height) > LONGEST_SIDE:
        raise FlawError("too_many_points")
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode not in KEPT_MODES[kind]:
        clear = kind == "png" and ("transparency" in image.info or image.mode == "PA")
        image = image.convert("RGBA" if clear else "RGB")
    image.info.clear()
    return image


def written(image: Image.Image, kind: str, most_bytes: int) -> bytes:
    """As what it was; a picture that would not be packed well enough is refused."""
    for quality in QUALITIES:
        target = io.BytesIO()
        image.save(target, format=kind.upper(), quality=quality)
        if target.tell() <= most_bytes:
            return target.getvalue()
        if kind == "png":
            break
    raise FlawError("too_large_inside")
