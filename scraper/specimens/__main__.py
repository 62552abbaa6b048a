"""``python -m scraper.specimens``: write the answer key again from the threads' files."""

from scraper.specimens.key import write_key
from scraper.specimens.threads import FOLDER

if __name__ == "__main__":
    write_key(FOLDER)
