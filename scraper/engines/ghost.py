"""Ghost: a blog's home, tag or feed leads to articles, which are pages of their own."""

from scraper.engines.article import read

__all__ = ["read"]
