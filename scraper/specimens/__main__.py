"""``python -m scraper.specimens``: write the answer key again from the threads' files."""

from __future__ import annotations

import sys

from scraper.rules import DataError
from scraper.specimens.key import write_key
from scraper.specimens.threads import FOLDER

if __name__ == "__main__":
    try:
        write_key(FOLDER)
    except DataError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
