"""A letter's text: a small Markdown, fields of a closed list, passages that a yes-or-no field opens.

Headings, paragraphs, lists, bold, italic, tables; nothing else is markup. What a text asks that is not here is refused
by its line and its column, counted from 1: neither the page nor the PDF ever reads a text as its own language.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from palier.correspondence.rules.fields import FIELDS, Gives, nearest
from palier.foundation.errors import Refusal
from palier.mail.glyphs import drawable

LONGEST: Final = 20_000
MOST_COLUMNS: Final = 8
MOST_ROWS: Final = 60
MOST_FAULTS: Final = 20

_OPEN, _CLOSE = "\ue000", "\ue001"
_CODES: Final = tuple(FIELDS)
_FIRST: Final = 0xE100
_FIELD: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_ALONE: Final = re.compile(r"\s*\{\{\s*([^{}]*?)\s*\}\}\s*")
_HELD: Final = re.compile(f"{_OPEN}(.){_CLOSE}", re.DOTALL)
_RAW: Final = (
    (re.compile(r"</?[A-Za-z][^>\n]{0,200}>|<!"), "du HTML : écrivez le texte seul, avec ** pour le gras"),
    (re.compile(r"#(?:import|include|set|show|let|eval|read|image|link|context)\b"), "une commande de mise en page"),
    (re.compile(r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)"), "un lien ou une image : une lettre imprimée n’en a pas"),
)
_READER: Final = MarkdownIt("zero").enable(["heading", "list", "table", "emphasis", "escape", "newline"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a text, and where; lines and columns from 1."""

    line: int
    column: int
    reason: str


class TextRefused(Refusal):
    """Ligne {line}, colonne {column} : {reason}."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault found, in the order of the text."""
        found = self.facts["faults"]
        return found if isinstance(found, tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words, or a field, set in one way. `is_break`: the line ends there."""

    text: str = ""
    field: str = ""
    bold: bool = False
    italic: bool = False
    is_break: bool = False


Pieces: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Title:
    pieces: Pieces
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Pieces, ...]
    is_numbered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`figures`: the columns aligned on the right."""

    columns: tuple[Pieces, ...]
    rows: tuple[tuple[Pieces, ...], ...]
    figures: frozenset[int]


@dataclass(frozen=True, slots=True)
class Address:
    field: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands when the field says yes, and what stands in its place."""

    field: str
    yes: "tuple[Block, ...]"
    no: "tuple[Block, ...]"


Block: TypeAlias = Title | Paragraph | Listing | Table | Address | Passage


@dataclass(frozen=True, slots=True)
class LetterText:
    """A text that was read: its blocks, and every field that it names."""

    blocks: tuple[Block, ...]
    fields: frozenset[str]


def read_text(source: str) -> LetterText:
    """The blocks of a text. Raises TextRefused with the first fault; it holds them all."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    faults = _faults_of_signs(text)
    reading = _Reading(faults)
    if not faults:
        reading.read(text.split("\n"))
    if faults:
        faults.sort(key=lambda each: (each.line, each.column))
        first = faults[0]
        raise TextRefused(line=first.line, column=first.column, reason=first.reason, faults=tuple(faults[:MOST_FAULTS]))
    return LetterText(tuple(reading.blocks), frozenset(reading.fields))


def _faults_of_signs(text: str) -> list[Fault]:
    """What no reading of the text is needed for: its length, raw languages, signs that the font cannot draw."""
    if len(text) > LONGEST:
        reason = f"le texte a {len(text)} signes ; une lettre en a {LONGEST} au plus"
        return [Fault(line=text.count("\n", 0, LONGEST) + 1, column=1, reason=reason)]
    if not text.strip():
        return [Fault(line=1, column=1, reason="le texte est vide")]
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), start=1):
        for pattern, reason in _RAW:
            faults += [Fault(line=number, column=m.start() + 1, reason=reason) for m in pattern.finditer(line)]
        for place, sign in enumerate(line):
            if sign not in drawable() and sign != "\t":
                said = f"« {sign} » " if sign.isprintable() else ""
                reason = f"{said}(U+{ord(sign):04X}) ne se dessine pas dans la police des documents"
                faults.append(Fault(line=number, column=place + 1, reason=reason))
        if len(faults) > MOST_FAULTS:
            break
    return faults


@dataclass(slots=True)
class _Opened:
    """A passage being read."""

    code: str
    line: int
    column: int
    yes: list[Block] = field(default_factory=list)
    no: list[Block] | None = None


class _Reading:
    """One reading of a text, line by line: marks that stand alone cut it, Markdown reads what lies between."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.blocks: list[Block] = []
        self.fields: set[str] = set()
        # A page read aloud skips no level: a sub-title needs its title, which no passage may take away.
        self.has_title = False
        self._title_stands = False
        self._opened: _Opened | None = None
        self._waiting: list[str] = []
        self._first = 1

    def read(self, lines: Sequence[str]) -> None:
        for number, line in enumerate(lines, start=1):
            alone = _ALONE.fullmatch(line)
            if alone is None or not self._is_mark(alone.group(1), number, line):
                if not self._waiting:
                    self._first = number
                self._waiting.append(self._held(line, number))
        self._flush()
        if self._opened is not None:
            opened = self._opened
            reason = f"le passage « si {opened.code} » n’est pas fermé : écrivez {{{{ fin }}}} seul sur une ligne"
            self._refuse(opened.line, opened.column, reason)

    def _refuse(self, line: int, column: int, reason: str) -> None:
        self.faults.append(Fault(line=line, column=column, reason=reason))

    def _is_mark(self, words: str, number: int, line: str) -> bool:
        """True for a mark that stands alone on its line and cuts the text there."""
        column = line.index("{{") + 1
        if words.startswith("si "):
            self._open(words.removeprefix("si ").strip(), number, column)
        elif words == "sinon":
            self._flush()
            if self._opened is None or self._opened.no is not None:
                self._refuse(number, column, "« sinon » ne répond à aucun « si »")
            else:
                self._opened.no = []
                self.has_title = self._title_stands
        elif words == "fin":
            self._shut(number, column)
        elif words in FIELDS and FIELDS[words].gives is Gives.ADDRESS:
            self._flush()
            self.fields.add(words)
            self._here.append(Address(words))
        else:
            return False
        return True

    def _open(self, code: str, number: int, column: int) -> None:
        self._flush()
        if self._opened is not None:
            self._refuse(number, column, "un passage ne s’ouvre pas dans un autre : fermez d’abord le premier")
            return
        known = FIELDS.get(code)
        if known is None or known.gives is not Gives.YES_NO:
            flags = [each.code for each in FIELDS.values() if each.gives is Gives.YES_NO]
            what = "n’est pas un champ oui ou non" if known is not None else "n’est pas un champ"
            self._refuse(number, column, f"« {code[:60]} » {what}{_told(nearest(code, among=flags))}")
        self._opened = _Opened(code=code, line=number, column=column)
        self._title_stands = self.has_title

    def _shut(self, number: int, column: int) -> None:
        self._flush()
        if self._opened is None:
            self._refuse(number, column, "« fin » ne ferme aucun passage")
            return
        opened, self._opened = self._opened, None
        self.has_title = self._title_stands
        if opened.code in FIELDS:
            self.fields.add(opened.code)
        self.blocks.append(Passage(opened.code, tuple(opened.yes), tuple(opened.no or ())))

    @property
    def _here(self) -> list[Block]:
        if self._opened is None:
            return self.blocks
        return self._opened.yes if self._opened.no is None else self._opened.no

    def _held(self, line: str, number: int) -> str:
        """The line with each field as one sign, so that nothing in a field's name is read as Markdown."""
        kept, end = "", 0
        for found in _FIELD.finditer(line):
            kept += line[end : found.start()]
            end = found.end()
            code = found.group(1)
            if self._is_field(code, number, found.start() + 1):
                self.fields.add(code)
                kept += f"{_OPEN}{chr(_FIRST + _CODES.index(code))}{_CLOSE}"
        kept += line[end:]
        for braces in ("{{", "}}"):
            if braces in kept:
                self._refuse(number, line.index(braces) + 1, "ces accolades ne s’ouvrent ou ne se ferment pas")
                return ""
        return kept

    def _is_field(self, code: str, number: int, column: int) -> bool:
        known = FIELDS.get(code)
        if known is not None and known.gives is Gives.WORDS:
            return True
        if known is not None and known.gives is Gives.YES_NO:
            reason = f"« {code} » dit oui ou non : écrivez {{{{ si {code} }}}} seul sur une ligne"
        elif known is not None or code in ("sinon", "fin") or code.startswith("si "):
            reason = f"« {code[:60]} » tient seul sur sa ligne"
        else:
            words = [each.code for each in FIELDS.values() if each.gives is not Gives.YES_NO]
            reason = f"« {code[:60]} » n’est pas un champ{_told(nearest(code, among=words))}"
        self._refuse(number, column, reason)
        return False

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if any(line.strip() for line in waiting):
            self._here.extend(_Blocks(self, self._first).of(_READER.parse("\n".join(waiting))))

    def refuse_at(self, line: int, reason: str) -> None:
        """A fault of a whole line."""
        self._refuse(line, 1, reason)


class _Blocks:
    """Markdown's tokens turned into blocks."""

    def __init__(self, reading: _Reading, first: int) -> None:
        self._reading = reading
        self._first = first

    def of(self, tokens: Sequence[Token]) -> Iterator[Block]:
        place = 0
        while place < len(tokens):
            token = tokens[place]
            end = _end_of(tokens, place)
            inside = tokens[place + 1 : end]
            line = self._first + (token.map[0] if token.map else 0)
            if token.type == "heading_open":
                level = int(token.tag[1])
                if level > 2:
                    self._reading.refuse_at(line, "un titre a un ou deux # : # ou ##")
                elif level == 2 and not self._reading.has_title:
                    self._reading.refuse_at(line, "un sous-titre ## vient après un titre #")
                self._reading.has_title |= level == 1
                yield Title(_pieces(inside), min(level, 2))
            elif token.type == "paragraph_open":
                yield Paragraph(_pieces(inside))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                yield self._listing(inside, is_numbered=token.type == "ordered_list_open")
            elif token.type == "table_open":
                yield self._table(inside, line)
            place = end + 1

    def _listing(self, inside: Sequence[Token], *, is_numbered: bool) -> Listing:
        items: list[Pieces] = []
        for place, token in enumerate(inside):
            if token.type == "list_item_open":
                item = inside[place + 1 : _end_of(inside, place)]
                if any(each.type not in ("paragraph_open", "paragraph_close", "inline") for each in item):
                    self._reading.refuse_at(
                        self._first + (token.map[0] if token.map else 0), "une liste ne contient que des phrases"
                    )
                items.append(_pieces(item))
        return Listing(tuple(items), is_numbered)

    def _table(self, inside: Sequence[Token], line: int) -> Table:
        rows: list[list[Pieces]] = []
        figures: set[int] = set()
        for place, token in enumerate(inside):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                if token.type == "th_open" and "right" in str(token.attrGet("style") or ""):
                    figures.add(len(rows[-1]))
                rows[-1].append(_pieces(inside[place + 1 : _end_of(inside, place)]))
        columns = rows[0] if rows else []
        if len(columns) > MOST_COLUMNS:
            reason = f"ce tableau a {len(columns)} colonnes ; la page en porte {MOST_COLUMNS}"
            self._reading.refuse_at(line, reason)
        if len(rows) - 1 > MOST_ROWS:
            self._reading.refuse_at(line, f"ce tableau a {len(rows) - 1} lignes ; une lettre en porte {MOST_ROWS}")
        return Table(tuple(columns), tuple(tuple(row) for row in rows[1:]), frozenset(figures))


def _end_of(tokens: Sequence[Token], place: int) -> int:
    """Where the block that opens at `place` closes."""
    depth = 0
    for rank in range(place, len(tokens)):
        depth += tokens[rank].nesting
        if depth == 0:
            return rank
    return len(tokens) - 1


def _pieces(tokens: Sequence[Token]) -> Pieces:
    found: list[Piece] = []
    for token in tokens:
        if token.type == "inline":
            if found:
                found.append(Piece(is_break=True))
            found += _inline(token.children or [])
    return tuple(found)


def _inline(children: Sequence[Token]) -> Iterator[Piece]:
    bold = italic = False
    for child in children:
        match child.type:
            case "strong_open" | "strong_close":
                bold = child.nesting == 1
            case "em_open" | "em_close":
                italic = child.nesting == 1
            case "softbreak":
                yield Piece(text=" ", bold=bold, italic=italic)
            case "hardbreak":
                yield Piece(is_break=True)
            case _:
                for rank, part in enumerate(_HELD.split(child.content)):
                    if rank % 2:
                        yield Piece(field=_CODES[ord(part) - _FIRST], bold=bold, italic=italic)
                    elif part:
                        yield Piece(text=part, bold=bold, italic=italic)


def _told(names: Sequence[str]) -> str:
    if not names:
        return " de la liste"
    return f" de la liste. {'Les plus proches' if len(names) > 1 else 'Le plus proche'} : {', '.join(names)}"
