"""Answers as the schema shows them: made up, complete, and checked by a test."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample

CASE = "5f0c2a9be1d34c7786a1b5d0e4f39c21"
ABOUT = {
    "list": 40,
    "case": CASE,
    "code": "SAMR_ABNORMAL",
    "kind": "o",
    "page": f"/listings/{CASE}/",
}

LISTED_AND_ENDED = OpenApiExample(
    "listed-and-ended",
    summary=_("公示和终止"),
    value={
        "changes": [
            {
                "n": 40,
                "t": "list",
                **ABOUT,
                "auth": "11990000MB0000001X",
                "rule": 3,
                "decided": "2026-03-02",
                "from": "2026-03-05",
                "term_from": "2026-03-02",
                "until": "2029-03-03",
            },
            {"n": 57, "t": "end", **ABOUT, "why": "repaired", "on": "2027-04-12"},
        ],
        "next": 57,
        "more": True,
        "signed": 1204,
    },
    status_codes=["200"],
)
