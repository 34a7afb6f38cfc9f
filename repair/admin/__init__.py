"""The case desk: repair applications in the workplace.

Django finds this package by its name; importing the module registers its pages.
"""

from repair.admin import applications

__all__ = ("applications",)
