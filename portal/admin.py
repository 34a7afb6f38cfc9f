"""The pages of the workplace that are about the site; Django finds it by its name."""

from portal.articles import admin

__all__ = ("admin",)
