"""The pages of the workplace that are about the register, by noun.

Django finds this package by its name; importing the modules registers their pages.
"""

from registry.admin import (
    accounts,
    cases,
    deliveries,
    proposals,
    reference,
    rule_proposals,
    running,
    scope,
    viewings,
)

__all__ = (
    "accounts",
    "cases",
    "deliveries",
    "proposals",
    "reference",
    "rule_proposals",
    "running",
    "scope",
    "viewings",
)
