"""Medium: a tag's or an author's feed leads to articles, which are pages of their own."""

from scraper.engines.article import read

__all__ = ["read"]
