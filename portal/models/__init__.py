"""What the site itself keeps: its pulse, and what its editors write."""

from portal.models.article import Article, ArticleAct, ArticleKind, ArticleStep
from portal.models.heartbeat import Heartbeat

__all__ = ("Article", "ArticleAct", "ArticleKind", "ArticleStep", "Heartbeat")
