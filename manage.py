#!/usr/bin/env python
"""Run a command of the portal: `python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line
from environs import EnvError

from portal.demo.environment import prepare

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] == ["demo"]:
        # The demo brings its own settings; everything else reads the environment as it is.
        prepare(os.environ)
    try:
        execute_from_command_line(sys.argv)
    except EnvError as error:
        # The sentence names the variable; where it was read helps nobody.
        sys.exit(str(error))
    except BrokenPipeError:
        # Whoever read our output has seen enough, as `head` does. Python would complain
        # once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
