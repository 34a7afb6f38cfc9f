"""What never belongs in a log."""

import logging
import re

QUERY = re.compile(r"\?\S*")


class WithoutQuery(logging.Filter):
    """Cuts the query string off every address in what is logged: it may hold a name."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = QUERY.sub("?", record.getMessage()), ()
        return True


class WithoutOutage(logging.Filter):
    """Leaves out what every request says while nothing is served.

    Django would log the path of each, with a traceback that has nothing to do with it;
    `portal.views.errors` has told what is the matter.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return not getattr(request, "is_out_of_service", False)
