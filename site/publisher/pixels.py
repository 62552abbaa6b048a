"""Pictures of words and lines in pixels, thousands of them in seconds.

A word is drawn once, as vl-convert draws it, and then set wherever it stands again: drawing
each picture whole takes ten times as long.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import vl_convert

from publisher.outputs import digest, fingerprint
from publisher.remembered import remembered

Pixels = npt.NDArray[np.uint8]

SHADES = 16
"""How many steps there are from the paper to a colour of type."""

SPACE = 0.33
"""Width of the room between words, in sizes of type."""


@dataclass(frozen=True)
class Text:
    """A line of type; ``x`` and ``y`` are where its base line begins, all in px."""

    x: float
    y: float
    size: int
    colour: str
    words: str
    bold: bool = False


@dataclass(frozen=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Picture:
    """What is drawn on a sheet of that size and colour: boxes first, type over them."""

    width: int
    height: int
    paper: str
    boxes: Sequence[Box]
    texts: Sequence[Text]


def png(picture: Picture, family: str) -> bytes:
    """*picture* as a PNG file with a palette (ISO/IEC 15948), type set in the font *family*.

    What was painted once rests in the user's cache.
    """
    known = digest(_painted_by(), repr(picture), family)
    return remembered(f"pictures/{known}.png", lambda: _painted(picture, family))


@cache
def _painted_by() -> str:
    """What a picture depends on beside what it shows: this module and the library."""
    return digest(fingerprint([Path(__file__)]), version("vl-convert-python"))


def _painted(picture: Picture, family: str) -> bytes:
    used = [box.colour for box in picture.boxes] + [text.colour for text in picture.texts]
    colours = list(dict.fromkeys(used))
    sheet = np.zeros((picture.height, picture.width), np.uint8)
    for box in picture.boxes:
        rows = slice(round(box.y), round(box.y + box.height))
        columns = slice(round(box.x), round(box.x + box.width))
        sheet[rows, columns] = (colours.index(box.colour) + 1) * SHADES - 1
    for text in picture.texts:
        _set(sheet, text, colours.index(text.colour) * SHADES, family)
    return _written(sheet, _palette(picture.paper, colours))


def _set(sheet: Pixels, text: Text, first: int, family: str) -> None:
    """Set a line of type; its shades stand in the palette from *first* on."""
    x = round(text.x)
    for word in text.words.split(" "):
        ink, above = drawn_word(word, text.size, text.bold, family)
        y = round(text.y) - above
        place = sheet[max(y, 0) : y + ink.shape[0], x : x + ink.shape[1]]
        shades = ink[: place.shape[0], : place.shape[1]]
        np.copyto(place, shades + np.uint8(first), where=shades > 0)
        x += ink.shape[1] + round(SPACE * text.size)


def _palette(paper: str, colours: Sequence[str]) -> bytes:
    """From the paper to each colour in equal steps; the first entry is the paper itself."""
    ground = np.array([*bytes.fromhex(paper[1:])])
    steps = np.arange(SHADES)[:, None] / (SHADES - 1)
    ramps = [ground + (np.array([*bytes.fromhex(c[1:])]) - ground) * steps for c in colours]
    return bytes(np.concatenate(ramps).round().astype(np.uint8).tobytes())


def _written(sheet: Pixels, palette: bytes) -> bytes:
    height, width = sheet.shape
    unfiltered = np.hstack([np.zeros((height, 1), np.uint8), sheet]).tobytes()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(unfiltered, 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@cache
def drawn_word(word: str, size: int, bold: bool, family: str) -> tuple[Pixels, int]:
    """The shades of a word, cut to its ink, and how far it reaches above its base line."""
    width, height, base = (len(word) + 2) * size, 2 * size, round(1.4 * size)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="{size}" y="{base}" font-size="{size}" font-weight="{600 if bold else 400}" '
        f'font-family="{escape(family)}">{escape(word)}</text></svg>'
    )
    alpha = decoded(bytes(vl_convert.svg_to_png(svg)))[:, :, 3]
    shades = (alpha.astype(np.uint16) * (SHADES - 1) + 127) // 255
    rows, columns = np.nonzero(shades.any(axis=1))[0], np.nonzero(shades.any(axis=0))[0]
    if not len(rows):
        return np.zeros((0, 0), np.uint8), 0
    cut = shades[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut.astype(np.uint8), base - int(rows[0])


def decoded(file: bytes) -> Pixels:
    """Rows, columns and RGBA of a PNG file as vl-convert writes it.

    Raises:
        ValueError: its pixels are of another kind than eight bits of RGBA, not interlaced.
    """
    chunks = dict(_chunks(file))
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if kind != [8, 6, 0, 0, 0]:
        raise ValueError(f"a picture of kind {kind} where RGBA of eight bits was expected")
    data = zlib.decompress(b"".join(body for name, body in _chunks(file) if name == b"IDAT"))
    lines = np.frombuffer(data, np.uint8).reshape(height, 1 + 4 * width)
    above = np.zeros((width, 4), np.uint8)
    made = []
    for line in lines:
        above = _unfiltered(int(line[0]), line[1:].reshape(width, 4), above)
        made.append(above)
    return np.stack(made)


def _unfiltered(kind: int, line: Pixels, above: Pixels) -> Pixels:
    """One line of pixels without the filter it was written with (ISO/IEC 15948, 9.2)."""
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    if kind == 2:
        return line + above
    made, left, corner = np.zeros_like(line), np.zeros(4, int), np.zeros(4, int)
    for place, (pixel, up) in enumerate(zip(line.astype(int), above.astype(int), strict=True)):
        guess = (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
        left, corner = (pixel + guess) % 256, up
        made[place] = left
    return made


def _paeth(
    left: npt.NDArray[np.int_], up: npt.NDArray[np.int_], corner: npt.NDArray[np.int_]
) -> npt.NDArray[np.int_]:
    near = left + up - corner
    a, b, c = abs(near - left), abs(near - up), abs(near - corner)
    return np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))


def _chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(file):
        (size,) = struct.unpack_from(">I", file, place)
        yield file[place + 4 : place + 8], file[place + 8 : place + 8 + size]
        place += 12 + size
