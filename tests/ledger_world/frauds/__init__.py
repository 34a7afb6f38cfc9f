"""What a dishonest operator may try: each fraud on a finished register, re-signed as if
nothing had happened, and the finding that a stranger must come to.
"""

from collections.abc import Callable

from tests.ledger_world.frauds import entrance, exits, party, past, term, writing
from tests.ledger_world.scene import Betrayal, Scene

FRAUDS: dict[str, Callable[[Scene], Betrayal]] = {
    act.__name__: act
    for module in (past, entrance, term, exits, party, writing)
    for act in module.FRAUDS
}
