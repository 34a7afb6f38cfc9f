"""A job: what the site needs beside a database before it serves pages."""

from django.core.management import call_command


def job() -> None:
    call_command("compile_catalogs", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
