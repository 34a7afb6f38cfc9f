"""The pages of the workplace that are about the register, by noun.

Django finds this package by its name; importing the modules registers their pages.
"""

from registry.admin import cases, proposals, reference, running, scope

__all__ = ("cases", "proposals", "reference", "running", "scope")
