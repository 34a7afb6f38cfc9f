class RulebookError(Exception):
    """The tables cannot be loaded; the message names the place and the way out.

    `field` and `fault` say the same of one cell, for whoever shows it beside the cell.
    """

    def __init__(self, text: str, *, field: str = "", fault: str = "") -> None:
        super().__init__(text)
        self.field, self.fault = field, fault or text
