"""Text and its folded views.  A `View` is a stretch of a document as patterns want to see it (white space and
page marks gone, widths unified), one character for one character of the source, with the way back to offsets.

All extraction works on views; only `View.spans` leads back, so a normalised form can never leak into a quote.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, compress
from pathlib import Path

from index_build.model import Document, Span
from index_build.radicals import RADICALS

_MARK = r"[^\S\n]*(?:# Page \d+:|— ?\d+ ?—)[^\S\n]*"
PAGE_MARK = re.compile(rf"(?m)^{_MARK}$")
_MARKED_LINE = re.compile(rf"\n{_MARK}(?=\n)")  # in text between line ends: four times as fast

# Variants that patterns should not have to know: of width, and radicals.  One character for one character.
_FULL = "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ．％／＋－＝"
_HALF = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.%/+-="
UNIFY = str.maketrans(
    _FULL + "():;,!?〔〕［］[]﹝﹞﹙﹚❨❩｢｣∶︰﹕꞉﹔﹐､｡" + "".join(RADICALS),
    _HALF + "（）：；，！？（）（）（）（）（）（）「」：：：：；，、。" + "".join(RADICALS.values()),
)
_VARIANT = re.compile("[" + "".join(re.escape(chr(c)) for c in UNIFY) + "]")


def unify(text: str) -> str:
    """One width for every sign, character for character.

    Few of the variants stand in one text: replacing each of these is several times faster than translating."""
    found = _VARIANT.search(text)
    while found:
        sign = found.group()
        text = text.replace(sign, chr(UNIFY[ord(sign)]))
        found = _VARIANT.search(text, found.end())
    return text


@dataclass(frozen=True, slots=True)
class View:
    """Folded text and, for each of its characters, the offset in the document: len(text) == len(offsets)."""

    document: Document
    text: str
    offsets: Sequence[int]

    def index(self, offset: int) -> int:
        """The folded position of the first kept character at or after document offset `offset`."""
        return bisect_left(self.offsets, offset)

    def span(self, start: int, end: int) -> Span:
        """One span over folded [start, end), including whatever white space lies between."""
        return self.document.span(self.offsets[start], self.offsets[end - 1] + 1)

    def has_gap(self, start: int, end: int) -> bool:
        """Was anything left out between the characters of folded [start, end)?"""
        return self.offsets[end - 1] - self.offsets[start] != end - 1 - start

    def spans(self, stretches: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """`span` of each folded [start, end)."""
        offsets = self.offsets
        return self.document.spans([(offsets[start], offsets[end - 1] + 1) for start, end in stretches])

    def printed(self, start: int, end: int) -> str:
        """The source's own characters of folded [start, end), white space and page marks left out."""
        source, offsets = self.document.text, self.offsets
        if start < end and not self.has_gap(start, end):
            return source[offsets[start] : offsets[end - 1] + 1]
        return "".join([source[o] for o in offsets[start:end]])


HAN = re.compile("[\u4e00-\u9fff]")
_GAP = re.compile(r"(\s\s*)")  # twice, as a search for a plain sign is much faster than for a repeated one
_LINE_END = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")


@lru_cache(maxsize=1)  # slices of it are cheaper than counting again for every run of every document
def _counted(size: int) -> array[int]:
    return array("I", range(size))


def _blanked(mark: re.Match[str]) -> str:
    return "\n".ljust(len(mark.group()))


def view(document: Document) -> View:
    """A document folded."""
    return view_lines(document)[0]


def view_lines(document: Document) -> tuple[View, list[int]]:
    """A document folded, and the folded places where its printed lines begin."""
    text = _MARKED_LINE.sub(_blanked, f"\n{document.text}\n")[1:-1]
    pieces = _GAP.split(text)
    edges = [0, *accumulate(map(len, pieces))]
    counted = _counted(max(1 << len(text).bit_length(), 1 << 18))  # one for all documents of common length
    offsets = array("I")  # four bytes a character: a list would take thirty-six
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        offsets += counted[start:end]
    runs, gaps = pieces[::2], pieces[1::2]
    ends_line = {gap: _LINE_END.search(gap) is not None for gap in set(gaps)}
    folded = accumulate(map(len, runs))
    lines = [0, *compress(folded, map(ends_line.__getitem__, gaps))]  # no gap after the last
    return View(document, unify("".join(runs)), offsets), lines


def fold(text: str) -> str:
    """White space and page marks gone, widths unified: what two texts are compared by."""
    return unify("".join(_without_page_marks(text).split()))


def _without_page_marks(text: str) -> str:
    return PAGE_MARK.sub("", text) if "#" in text or "—" in text else text


_SPACE = re.compile(r"\s\s*")
_LATIN_GAP = re.compile(r"(?<=[0-9A-Za-z,.;:%)])\s+(?=[A-Za-z(])|(?<=[A-Za-z])\s+(?=[0-9A-Za-z(])")


def tidy(text: str) -> str:
    """The source's words for people: page marks and line breaks gone, spaces kept only between Latin words."""
    flat = _SPACE.sub(" ", _without_page_marks(text)).strip()
    kept = _LATIN_GAP.sub("\0", flat)
    return kept.replace(" ", "").replace("\0", " ")


@cache
def _simple_characters() -> dict[int, str]:
    """Traditional character -> simplified: the first form that OpenCC's own character list gives.

    It serves comparing, never showing, so a wrong choice (乾 for a name) does no harm as both sides make it."""
    import opencc  # noqa: PLC0415  (only texts that are cut into words need the list)

    table: dict[int, str] = {}
    listed = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    for line in listed.read_text(encoding="utf-8").splitlines():
        character, _, simple = line.partition("\t")
        options = simple.split()
        if len(character) == 1 and options and len(options[0]) == 1 and options[0] != character:
            table[ord(character)] = options[0]
    return table


# Characters that a traditional text of this kind cannot do without.
_TRADITIONAL = re.compile(
    "[區縣務廳門單責處會辦關總團隊發財稅銀環運術業農衛設與時間領導實現內聯劃規監審標證項]"
)
_NOT_PLAIN = re.compile(f"{_VARIANT.pattern[:-1]}{_TRADITIONAL.pattern[1:]}")


def plainly(text: str) -> str:
    """One width for every sign and, where a text is traditional, simplified characters: what patterns look at."""
    if _NOT_PLAIN.search(text) is None:
        return text
    unified = unify(text)
    return simplify(unified) if _TRADITIONAL.search(unified) else unified


def nested(title: str) -> str:
    """A title as it stands inside title marks: 《…〈…〉…》."""
    if title.startswith("《") and title.endswith("》") and title.count("《") == 1:
        title = title[1:-1]
    return title.replace("《", "〈").replace("》", "〉")


def titled(title: str) -> str:
    """A title within title marks."""
    return f"《{nested(title)}》"


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, one for one, so that positions stay."""
    return text.translate(_simple_characters())
