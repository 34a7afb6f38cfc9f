"""The search: how well and how fast it answers, beside others, and its page over HTTP.

On registers that hold the real registrations; see `search/setting.py` for what can be
left out, and `search/registers.py` for what is kept.
"""

from pathlib import Path

from tests.bench.frame import revision
from tests.bench.search import pages, queries
from tests.bench.search.report import SearchReport, report
from tests.bench.search.setting import Setting
from tests.processes import Workspace

READS_FILE = True


def bench(_: Path) -> SearchReport:
    # Before it starts: the tree may move on during a long run.
    rev = revision()
    with Workspace() as workspace:
        setting = Setting(workspace)
        asked = workspace.path / "queries.json"
        queries.save(asked, setting.queries)
        answers, largest = [], None
        for register in setting.registers():
            answers.append(register.summary() | register.run("measure", asked))
            if register.engine == "postgresql":
                largest = register
        over_http = pages.measured(largest, setting.queries) if largest else None
    return report(rev, answers, over_http)
