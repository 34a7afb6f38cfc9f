"""What never belongs in a log."""

import logging
import re

from portal.outage import is_away

QUERY = re.compile(r"\?\S*")


class WithoutQuery(logging.Filter):
    """Cuts the query string off every address in what is logged: it may hold a name."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = QUERY.sub("?", record.getMessage()), ()
        return True


class OutageInOneLine(logging.Filter):
    """A database that is away is told in one line, without address and traceback.

    It happens to every request at once, and no page has anything to do with it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if is_away(fault):
            told = f"{fault}".partition("\n")[0]
            record.msg, record.args = "The database does not answer: %s", (told,)
            record.exc_info = record.exc_text = None
        return True
