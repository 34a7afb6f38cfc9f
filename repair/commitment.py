"""The credit commitment that comes with an application, in the applicant's language."""

from django.utils.translation import gettext as _


def sentences() -> tuple[str, ...]:
    """What is committed to, one sentence each, as the page shows and the row keeps them."""
    return (
        _("所填内容和所交材料真实、合法、有效。"),
        _("认定的行为已经改正，应当履行的义务已经履行完毕。"),
        _("今后依法诚信从事各项活动，不再发生同类行为。"),
        _("接受监督；承诺不实或者违反承诺的，同意撤销修复、恢复公示，并依法承担责任。"),
        _("同意依法公开本承诺书。"),
    )


def text() -> str:
    return "\n".join(sentences())
