"""What the process that reads a file may use, and what it knows of this machine."""

import ctypes
import os
import resource
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator

from registry.intake.child import Items
from registry.intake.tables.limits import MEGABYTE
from registry.intake.tables.rows import Record

MEMORY = 512 * MEGABYTE
# Seconds, on the processor and on the clock, for every `ROWS` rows or part of them. The
# clock is slower where others work too.
SECONDS, SECONDS_BY_THE_CLOCK = 60, 300
ROWS = 100_000
PR_SET_PDEATHSIG = 1
# Sentences are translated by the parent. The child knows no setting and so no secret.
PREPARE = "from django.conf import settings; settings.configure(USE_I18N=False); "
NEEDED = ("PATH", "PYTHON", "LD_LIBRARY_PATH")
# How a process ends that has used up its time, and its memory where it cannot say so.
OUT_OF_TIME = {-signal.SIGXCPU, -signal.SIGALRM}
OUT_OF_MEMORY = {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS}


def environment() -> dict[str, str]:
    """What Python needs to start, and nothing that opens a database."""
    return {name: text for name, text in os.environ.items() if name.startswith(NEEDED)}


def confine() -> None:
    """Bind this process to the bounds, for good: only a child made for it calls this."""
    # Elsewhere, on a developer's machine, neither can be asked for.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    # What a library thinks of the styles of a workbook is nobody's concern.
    warnings.simplefilter("ignore")
    allow_more_time()


def allow_more_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, hard))
    signal.alarm(SECONDS_BY_THE_CLOCK)


def metered(records: Iterable[Record]) -> Iterator[Record]:
    """The same records; each `ROWS` of them bring the time for the next."""
    for n, record in enumerate(records, start=1):
        yield record
        if n % ROWS == 0:
            allow_more_time()


def unhurried(chunks: Iterable[Items]) -> Iterator[Items]:
    """The same chunks; the clock stands while the parent takes one, which may be busy."""
    for chunk in chunks:
        left = signal.alarm(0)
        yield chunk
        signal.alarm(left)
