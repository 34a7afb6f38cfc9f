"""The case desk: repair applications and objections in the workplace.

Django finds this package by its name; importing the module registers its pages.
"""

from repair.admin import applications, objections

__all__ = ("applications", "objections")
