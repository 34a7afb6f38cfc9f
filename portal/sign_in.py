"""Signing in to the workplace: name, password and code at once."""

from typing import Any, cast

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from registry import clock, guesses, second_factor
from registry.models import Guess
from registry.step_up import code_field


class SignInForm(AdminAuthenticationForm):
    """One sentence whichever of the three was wrong, after the same work.

    From one address a name can be tried a few times (axes), from all of them together
    ten times an hour (`registry.guesses`). What comes then is weighed only with two codes
    in succession or a recovery code: a flood of guesses never locks the owner out.
    """

    # Not required here: a missing code has to be answered like a wrong one.
    token = code_field(required=False)
    refusal = gettext_lazy(
        "用户名、密码或者动态验证码不正确，没有登录。请核对后重新填写，"
        "验证码请等下一个出现后再填。"
    )
    error_messages = {"invalid_login": refusal, "inactive": refusal}
    beset = gettext_lazy(
        "没有登录。这个用户名一小时内登录失败已满十次，现在要接连填写两个动态验证码："
        "先填当前的，等下一个出现后接着填在后面，中间不用空格；也可以填一个恢复码。"
    )

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password") or self.is_refused(name):
            # Axes answers for the address; nothing was weighed.
            return super().clean()
        guess = guesses.spend(name, clock.now())
        self.weigh(name, guess)
        guesses.give_back(guess)
        return self.cleaned_data

    def is_refused(self, name: str) -> bool:
        return not AxesProxyHandler.is_allowed(self.request, {"username": name})

    def weigh(self, name: str, guess: Guess | None) -> None:
        """Whether all three are right, and the code is then used up."""
        code = self.cleaned_data.get("token", "")
        fits = second_factor.fits(name, code, pair=guess is None)
        if guess is None:
            self.error_messages = dict.fromkeys(self.error_messages, self.beset)
            if not fits:
                # The password is not looked at, and that must not show.
                make_password(self.cleaned_data["password"])
                raise self.refused(name)
        super().clean()
        user = cast(Any, self.get_user())
        # django-otp reads the device off the user when the session begins.
        user.otp_device = second_factor.use(user, code) if fits else None
        if user.otp_device is None:
            raise self.refused(name)

    def refused(self, name: str) -> ValidationError:
        """Counted like a wrong password, or the code could be guessed for ever."""
        user_login_failed.send(
            sender=__name__, credentials={"username": name}, request=self.request
        )
        return self.get_invalid_login_error()
