"""What a password has to be, in words that Django has in English only."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    def get_error_message(self) -> str:
        text = _("密码太短。请至少使用 %(n)d 个字符，可以是几个不相干的词。")
        return text % {"n": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(n)d 个字符，可以是几个不相干的词。") % {"n": self.min_length}
