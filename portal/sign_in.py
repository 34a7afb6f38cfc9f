"""Signing in to the workplace: name, password and code at once."""

from typing import Any, cast

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from registry import clock, guesses, limits, second_factor
from registry.step_up import code_field


def address_of(request: HttpRequest) -> str | None:
    """Where axes takes an attempt to come from."""
    return limits.address_of(request) or None


class SignInForm(AdminAuthenticationForm):
    """One sentence whichever of the three was wrong, after the same work.

    From one address a name can be tried a few times (axes), from all of them together
    ten times an hour (`registry.guesses`). What comes then is weighed only with two codes
    in succession or a recovery code: a flood of guesses never locks the owner out, not
    even one from the owner's own address.
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
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        is_locked = not AxesProxyHandler.is_allowed(self.request, {"username": name})
        if is_locked and not second_factor.fits(name, self.code, pair=True):
            # Axes answers for the address; nothing was weighed.
            return super().clean()
        guess = None if is_locked else guesses.spend(name, clock.now())
        if is_locked:
            # Whoever shows what nobody guesses is not whom the address was locked for.
            address = address_of(cast(HttpRequest, self.request))
            AxesProxyHandler.reset_attempts(username=name, ip_address=address)
        elif guess is None:
            self.error_messages = dict.fromkeys(self.error_messages, self.beset)
        self.weigh(name, is_owners=guess is None)
        guesses.give_back(guess)
        return self.cleaned_data

    @property
    def code(self) -> str:
        return str(self.cleaned_data.get("token", ""))

    def weigh(self, name: str, *, is_owners: bool) -> None:
        """Whether all three are right, and the code is then used up.

        With `is_owners` only what the owner alone has is looked at; and a password is then
        weighed ten times an hour with the same of it, for it may be a stolen paper.
        """
        fits = second_factor.fits(name, self.code, pair=is_owners)
        guess = None
        if is_owners:
            if fits:
                held = f"{name} {second_factor.digits(self.code)}"
                guess = guesses.spend(held, clock.now())
            if guess is None:
                # Nothing is weighed, hashed or written: a flood slows nobody else down.
                raise self.get_invalid_login_error()
        super().clean()
        user = cast(Any, self.get_user())
        # django-otp reads the device off the user when the session begins.
        user.otp_device = second_factor.use(user, self.code) if fits else None
        if user.otp_device is None:
            raise self.refused(name)
        guesses.give_back(guess)

    def refused(self, name: str) -> ValidationError:
        """Counted like a wrong password, or the code could be guessed for ever."""
        user_login_failed.send(
            sender=__name__, credentials={"username": name}, request=self.request
        )
        return self.get_invalid_login_error()
