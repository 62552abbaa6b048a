"""A small web of the project's own wording, served on loopback in each engine's real shape."""

from scraper.specimens.server import Specimens, serve
from scraper.specimens.threads import FOLDER

__all__ = ["FOLDER", "Specimens", "serve"]
