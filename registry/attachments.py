"""Answers that a browser saves under a name and never shows."""

from typing import Any

from django.http import HttpResponse

from registry.logbook import publishing


def attached(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def receipt(found: dict[str, Any]) -> HttpResponse:
    """A receipt as a file, whose name says nothing about anybody."""
    name = f"receipt-{found['index']}.json"
    return attached(publishing.written(found), name, "application/json")


def from_outside(content: bytes, name: str) -> HttpResponse:
    """A file that somebody sent: no page shows it, and where a browser does so anyway it
    has no right there.
    """
    response = attached(content, name, "application/octet-stream")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
