"""A territory's scoring grid (CCH L441-2-8): data in TOML, checked whole before anything is scored with it."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from palier.demandes.rules.criteria import QUESTIONS, Question, Shape
from palier.demandes.rules.facts import Facts, Path, Proof
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr

_MOST_POINTS = 10_000
_CODE = re.compile(r"[A-Z0-9_]{1,30}")
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


class GridRefused(Refusal):
    """La grille {file} est refusée, {where} : {reason}."""


class GridsOverlap(Refusal):
    """Les grilles {first} et {second} valent le même jour pour le même territoire : mettez fin à la première."""


class Mode(StrEnum):
    """How the criteria of a rubric add up: the best alone, or all of them."""

    MAX = "MAX"
    SUM = "SUM"


class Status(StrEnum):
    """Where a grid comes from: published by its territory, or made for a demonstration."""

    PUBLISHED = "PUBLISHED"
    FICTIVE = "FICTIVE"


class Tie(StrEnum):
    """What orders equal scores."""

    SENIORITY = "SENIORITY"
    # A draw whose seed the territory published beforehand.
    SEED = "SEED"


class Step(NamedTuple):
    """A bound and the points that go with it."""

    bound: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of a rubric. `points` without steps, or `steps` in rising order of their bounds."""

    code: str
    label: str
    question: Question
    codes: frozenset[str] = frozenset()
    # The proof states that count; empty when the form asks for no proof.
    proofs: frozenset[Proof] = frozenset()
    points: int = 0
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Criteria of which the best counts (MAX), or which add up (SUM)."""

    code: str
    label: str
    mode: Mode
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalEffect:
    """What refusing an adapted dwelling does to the score, which the applicant must be told (CCH R441-2-17)."""

    # Zero or less, for each refusal that counts.
    points: int
    # Refusals without effect before the first that counts.
    tolerated: int
    # How many count at most.
    most: int

    def points_of(self, refused: int) -> int:
        """Zero or less."""
        return self.points * min(self.most, max(0, refused - self.tolerated))

    def sentence(self) -> str:
        """In French, for the applicant."""
        if not self.points:
            return "Refuser un logement adapté ne change pas la cotation."
        since = "dès le premier refus" if not self.tolerated else f"à partir du refus n°\u00a0{self.tolerated + 1}"
        most = "une seule fois" if self.most == 1 else f"{self.most} fois au plus"
        return f"Refuser un logement adapté retire {points_fr(-self.points)}, {since}, {most}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One version of a territory's grid, for a first access or for transfers."""

    territory: str
    name: str
    # INSEE codes: the grid weighs the applications that ask for one of them.
    communes: frozenset[str]
    version: str
    first_day: date
    last_day: date | None
    path: Path
    status: Status
    source: str
    rubrics: tuple[Rubric, ...]
    refusal: RefusalEffect
    ties: tuple[Tie, ...]
    seed: str
    # The file as it was read: what a session freezes, and what its digest is of.
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def holds_on(self, day: date) -> bool:
        """Whether the grid applies that day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def weighs(self, facts: Facts) -> bool:
        """Whether this grid is for that application: its path, and a wish on the territory."""
        return facts.path is self.path and not self.communes.isdisjoint(facts.wish.communes)


def points_fr(points: int) -> str:
    """« 12 points », « −10 points »."""
    sign = "−" if points < 0 else ""
    return f"{sign}{abs(points)}\u00a0point{'s' if abs(points) > 1 else ''}"


def grid_for(facts: Facts, grids: Sequence[Grid], *, territory: str, on: date) -> Grid | None:
    """The grid of that territory that weighs the application that day; none when it asks for nothing there."""
    return next((g for g in grids if g.territory == territory and g.holds_on(on) and g.weighs(facts)), None)


def checked_together(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """The grids, in the order of their territories and days. Raises GridsOverlap."""
    ordered = sorted(grids, key=lambda grid: (grid.territory, grid.path, grid.first_day))
    for first, second in pairwise(ordered):
        if (first.territory, first.path) == (second.territory, second.path) and (
            first.last_day is None or first.last_day >= second.first_day
        ):
            raise GridsOverlap(
                first=f"{first.territory} {first.version}", second=f"{second.territory} {second.version}"
            )
    return tuple(ordered)


def parse_grid(text: str, *, file: str) -> Grid:
    """A grid out of its TOML. Raises GridRefused, which says the line or the rubric at fault."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        where = f"ligne {found[1]}, colonne {found[2]}" if found else "à la fin du fichier"
        raise GridRefused(file=file, where=where, reason="ce n’est pas du TOML") from error
    top = _Table(content, "en tête", file, text)
    top.only("territory", "name", "communes", "version", "first_day", "last_day", "path", "status", "source",
             "ties", "seed", "refused_offer", "rubric")  # fmt: skip
    communes = top.texts("communes")
    for commune in communes:
        if not _COMMUNE.fullmatch(commune):
            raise top.fault(f"« {commune} » n’est pas un code de commune")
    first_day, last_day = top.day("first_day"), top.day("last_day") if "last_day" in content else None
    if last_day is not None and last_day < first_day:
        raise top.fault(f"elle finit le {day_fr(last_day)}, avant de commencer")
    rubrics = tuple(_rubric(table) for table in top.tables("rubric"))
    _once([rubric.code for rubric in rubrics], top)
    _once([criterion.code for rubric in rubrics for criterion in rubric.criteria], top)
    ties, seed = _ties(top)
    return Grid(
        territory=top.code("territory"),
        name=top.text("name"),
        communes=frozenset(communes),
        version=top.text("version", most=20),
        first_day=first_day,
        last_day=last_day,
        path=Path(top.choice("path", tuple(Path))),
        status=Status(top.choice("status", tuple(Status))),
        source=top.text("source"),
        rubrics=rubrics,
        refusal=_refusal(top.table("refused_offer")),
        ties=ties,
        seed=seed,
        text=text,
    )


def _ties(top: "_Table") -> tuple[tuple[Tie, ...], str]:
    named = top.texts("ties")
    if named not in (["SENIORITY"], ["SENIORITY", "SEED"]):
        raise top.fault('« ties » est ["SENIORITY"], ou ["SENIORITY", "SEED"] si le tirage est publié')
    seed = top.text("seed") if "SEED" in named else ""
    if not seed and "seed" in top.content:
        raise top.fault("« seed » est donné alors que « ties » ne nomme pas SEED")
    return tuple(Tie(tie) for tie in named), seed


def _refusal(table: "_Table") -> RefusalEffect:
    table.only("points", "tolerated", "most")
    points = table.number("points")
    if points > 0:
        raise table.fault("refuser un logement n’ajoute pas de points")
    return RefusalEffect(
        points=points, tolerated=table.number("tolerated", least=0), most=table.number("most", least=1)
    )


def _rubric(table: "_Table") -> Rubric:
    code = table.code("code")
    table = table.named(f"rubrique {code}", code)
    table.only("code", "label", "mode", "criterion")
    return Rubric(
        code=code,
        label=table.text("label"),
        mode=Mode(table.choice("mode", tuple(Mode))),
        criteria=tuple(_criterion(below, code) for below in table.tables("criterion")),
    )


def _criterion(table: "_Table", rubric: str) -> Criterion:
    code = table.code("code")
    table = table.named(f"rubrique {rubric}, critère {code}", code)
    question = QUESTIONS[table.choice("question", tuple(QUESTIONS))]
    has_codes, has_steps = question.shape is Shape.CODES, question.shape in (Shape.RISING, Shape.FALLING)
    table.only(
        "code",
        "label",
        "question",
        *(("codes",) if has_codes else ()),
        *(("proofs",) if question.has_proof else ()),
        "steps" if has_steps else "points",
    )
    codes = table.texts("codes") if has_codes else []
    for one in codes:
        if question.words is not None and one not in question.words:
            raise table.fault(f"code inconnu « {one} »")
    return Criterion(
        code=code,
        label=table.text("label"),
        question=question,
        codes=frozenset(codes),
        proofs=_proofs(table) if question.has_proof else frozenset(),
        points=0 if has_steps else table.number("points"),
        steps=_steps(table, question.shape) if has_steps else (),
    )


def _proofs(table: "_Table") -> frozenset[Proof]:
    proofs = table.texts("proofs")
    for proof in proofs:
        if proof not in (Proof.DECLARED, Proof.PROVED):
            raise table.fault("« proofs » nomme DECLARED, PROVED ou les deux")
    return frozenset(Proof(proof) for proof in proofs)


def _steps(table: "_Table", shape: Shape) -> tuple[Step, ...]:
    word = "from" if shape is Shape.RISING else "below"
    steps = []
    for below in table.tables("steps"):
        below.only(word, "points")
        steps.append(Step(below.number(word, least=0), below.number("points")))
    bounds = [step.bound for step in steps]
    if bounds != sorted(set(bounds)):
        raise table.fault("les paliers ne montent pas")
    return tuple(steps)


def _once(codes: Sequence[str], table: "_Table") -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise table.fault(f"le code {code} y est deux fois")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file that knows where it stands, to say it when something is wrong."""

    content: Mapping[str, object]
    where: str
    file: str
    text_of_file: str

    def fault(self, reason: str) -> GridRefused:
        return GridRefused(file=self.file, where=self.where, reason=reason)

    def named(self, where: str, code: str) -> "_Table":
        """The same, placed by its code: « ligne 31, rubrique SITUATION »."""
        lines = self.text_of_file.splitlines()
        line = next((n for n, said in enumerate(lines, 1) if re.fullmatch(rf'\s*code\s*=\s*"{code}".*', said)), None)
        return _Table(self.content, f"ligne {line}, {where}" if line else where, self.file, self.text_of_file)

    def only(self, *names: str) -> None:
        unknown = [name for name in self.content if name not in names]
        if unknown:
            raise self.fault(f"« {unknown[0]} » n’y a pas sa place")

    def text(self, name: str, *, most: int = 300) -> str:
        text = self.content.get(name)
        if not isinstance(text, str) or not text.strip() or len(text) > most:
            raise self.fault(f"« {name} » manque, ou dépasse {most} caractères")
        if any(unicodedata.category(sign) == "Cc" for sign in text):
            raise self.fault(f"« {name} » contient un caractère de commande, invisible")
        return text

    def code(self, name: str) -> str:
        code = self.text(name)
        if not _CODE.fullmatch(code):
            raise self.fault(f"« {name} » s’écrit en capitales, sans espace")
        return code

    def choice(self, name: str, among: Sequence[str]) -> str:
        word = self.text(name)
        if word not in among:
            raise self.fault(f"« {name} » est l’un de {', '.join(among)}, et non « {word} »")
        return word

    def texts(self, name: str) -> list[str]:
        texts = self.content.get(name)
        if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
            raise self.fault(f"« {name} » n’est pas une liste de mots")
        return [str(one) for one in texts]

    def number(self, name: str, *, least: int = -_MOST_POINTS) -> int:
        number = self.content.get(name)
        # A TOML true is a Python int: it would load as 1.
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= _MOST_POINTS:
            raise self.fault(f"« {name} » n’est pas un nombre entier de {least} à {_MOST_POINTS}")
        return number

    def day(self, name: str) -> date:
        day = self.content.get(name)
        if not isinstance(day, date) or isinstance(day, datetime):
            raise self.fault(f"« {name} » n’est pas une date")
        return day

    def table(self, name: str) -> "_Table":
        below = self.content.get(name)
        if not isinstance(below, dict):
            raise self.fault(f"« {name} » manque")
        return _Table(below, name, self.file, self.text_of_file)

    def tables(self, name: str) -> list["_Table"]:
        below = self.content.get(name)
        if not isinstance(below, list) or not below or not all(isinstance(one, dict) for one in below):
            raise self.fault(f"« {name} » manque")
        return [_Table(one, self.where, self.file, self.text_of_file) for one in below]
