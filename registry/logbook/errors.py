from django.utils.translation import gettext as _

from registry.errors import RegistryError


class OvertakenError(RegistryError):
    """The day of the act is over in the ledger: what begins on it would look backdated."""

    def __init__(self) -> None:
        super().__init__(_("办理时已过零点，没有公示。请再审核一次。"))


class RestoringError(RegistryError):
    """The database is behind the journal, or there is none: nothing is written."""

    def __init__(self) -> None:
        text = _(
            "登记正在按日志恢复，暂时不能办理。请稍后再试；仍不能办理的，请联系运维人员。"
        )
        super().__init__(text)


class CrowdedError(RegistryError):
    """Others write so much that it is not our turn in time; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("正在成批公示，暂时不能办理。请过一分钟再试。"))
