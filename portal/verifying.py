"""Whether a signed letter, or a file that claims to be one, is ours and as it was made."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry import signed_letters
from registry.ledger import canonical
from registry.ledger.errors import CanonicalError
from registry.models import SignedLetter
from repair import numbers

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 2
NUMBER_LENGTH = 16


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("编号"),
        max_length=40,
        help_text=_("在告知书上方，16 个字符。大小写、空格和连字符都不要紧。"),
        error_messages={"required": _("没有填写编号。请照告知书填写。")},
    )

    def clean_number(self) -> str:
        number = numbers.fold(self.cleaned_data["number"])
        if len(number) != NUMBER_LENGTH or not set(number) <= set(numbers.SYMBOLS):
            text = _("编号应当是 16 个字母和数字。请照告知书核对。")
            raise forms.ValidationError(text)
        return number


class FileForm(forms.Form):
    """Read in memory, compared, and let go."""

    file = forms.FileField(
        label=_("告知书的 PDF 或者 JSON 文件"),
        help_text=_("文件只用来比对，不保存。"),
        error_messages={
            "required": _("没有选择文件。请选择收到的 PDF 或者 JSON 文件。"),
            "empty": _("文件是空的。请重新下载后再试。"),
        },
    )

    def clean_file(self) -> bytes:
        sent: UploadedFile[bytes] = self.cleaned_data["file"]
        if (sent.size or 0) > MOST_MEGABYTES * MEGABYTE:
            text = _("文件超过 %(most)d MB，不是本站出具的告知书。请核对文件。")
            raise forms.ValidationError(text % {"most": MOST_MEGABYTES})
        content: bytes = sent.read()
        return content


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a letter. `matches` says of a file whether it is as we made it."""

    letter: SignedLetter | None = None
    matches: bool | None = None


def of_number(number: str) -> Verdict:
    return Verdict(SignedLetter.objects.filter(number=numbers.fold(number)).first())


def of_file(content: bytes) -> Verdict:
    """Of a PDF by its digest, of the file for machines field by field."""
    if content.startswith(b"%PDF-"):
        digest = hashlib.sha256(content).hexdigest()
        made = Q(digest_zh=digest) | Q(digest_en=digest)
        letter = SignedLetter.objects.filter(made).first()
        return Verdict(letter, letter is not None)
    try:
        row = canonical.decode(content.removesuffix(b"\n"))
        number = row["letter"]["number"]
    except (CanonicalError, KeyError, TypeError):
        return Verdict(matches=False)
    letter = SignedLetter.objects.filter(number=f"{number}"[:NUMBER_LENGTH]).first()
    return Verdict(letter, letter is not None and is_as_signed(letter, row, content))


def is_as_signed(letter: SignedLetter, row: dict[str, Any], content: bytes) -> bool:
    if letter.signed_at is None or not content.endswith(b"\n"):
        return False
    said = row.pop("letter")
    digest = signed_letters.digest_of(canonical.encode(said))
    return digest == letter.digest and row == signed_letters.signed(letter)
