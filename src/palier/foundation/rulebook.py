"""A rule as something that can be listed, shown, run on a case, and quoted later by name, version and digest."""

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from palier.foundation.baremes import Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.money import MOST_DIGITS, Cents, cents_from_text, shortened
from palier.foundation.periods import day_fr, parse_day

JsonValue: TypeAlias = "bool | int | str | Decimal | list[JsonValue] | dict[str, JsonValue] | None"


class NotACase(Refusal):
    """Un cas est un objet JSON, par exemple {example} ; la règle a reçu : {found}."""


class UnknownFields(Refusal):
    """Données inconnues de la règle « {rule} » : {fields}. Elle attend : {expected}."""


class MissingFields(Refusal):
    """Il manque à la règle « {rule} » : {fields}."""


class WrongKind(Refusal):
    """« {field} » ({label}) : la règle attend {expected} ; elle a reçu : {found}."""


class OutOfBounds(Refusal):
    """« {field} » ({label}) : {found} est refusé, il faut {bounds}."""


class FieldRefused(Refusal):
    """« {field} » ({label}) : {reason}"""


class Kind(StrEnum):
    """What a field holds, and so how it is written in JSON."""

    AMOUNT = "amount"
    AREA = "area"
    NUMBER = "number"
    PERCENT = "percent"
    COUNT = "count"
    YEAR = "year"
    FLAG = "flag"
    CHOICE = "choice"
    DAY = "day"
    WORD = "word"
    LIST = "list"

    @property
    def label(self) -> str:
        """What is expected, in French."""
        return _KINDS_FR[self]


_KINDS_FR = {
    Kind.AMOUNT: 'un montant à deux décimales au plus, comme "453.20"',
    Kind.AREA: 'une surface à deux décimales au plus, comme "64.50"',
    Kind.NUMBER: 'un nombre décimal, comme "1.0115"',
    Kind.PERCENT: 'un pourcentage, comme "1.04"',
    Kind.COUNT: "un nombre entier",
    Kind.YEAR: "une année en quatre chiffres",
    Kind.FLAG: "true ou false",
    Kind.CHOICE: "un mot de la liste",
    Kind.DAY: 'une date, comme "2026-07-01"',
    Kind.WORD: "un mot d’une à soixante lettres",
    Kind.LIST: "une liste d’objets",
}
_DECIMALS = {Kind.AREA: 2, Kind.NUMBER: 6}
_LONGEST_WORD = 60
_LONGEST_LIST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One named value of a case or of a result. Bounds are included."""

    name: str
    kind: Kind
    label: str
    unit: str = ""
    choices: tuple[str | int, ...] = ()
    least: int = 0
    most: int | None = None
    above_zero: bool = False
    # May be null, or left out of the case.
    optional: bool = False
    # What each object of a list holds.
    items: tuple["Field", ...] = ()

    def parse(self, raw: JsonValue) -> "Parsed":
        """The value as the rule computes with it. Raises WrongKind, OutOfBounds, FieldRefused."""
        if raw is None and self.optional:
            return None
        if self.kind is Kind.LIST:
            return self._list(raw)
        if self.kind is Kind.WORD:
            return self._word(raw)
        if self.kind is Kind.FLAG:
            return self._flag(raw)
        if self.kind is Kind.CHOICE:
            return self._choice(raw)
        if self.kind is Kind.DAY:
            return self._day(raw)
        if self.kind in (Kind.COUNT, Kind.YEAR):
            return self._whole(raw)
        return self._amount(raw) if self.kind is Kind.AMOUNT else self._number(raw)

    def expected(self) -> str:
        """What the field expects, in French."""
        return " ou ".join(str(choice) for choice in self.choices) if self.choices else self.kind.label

    def _list(self, raw: JsonValue) -> tuple["Case", ...]:
        if not isinstance(raw, list):
            raise self._wrong(raw)
        if len(raw) > _LONGEST_LIST:
            raise FieldRefused(field=self.name, label=self.label, reason=f"la liste dépasse {_LONGEST_LIST} objets.")
        return tuple(read_fields(self.name, self.items, each) for each in raw)

    def _word(self, raw: JsonValue) -> str:
        if not isinstance(raw, str) or not raw or len(raw) > _LONGEST_WORD:
            raise self._wrong(raw)
        return raw

    def _flag(self, raw: JsonValue) -> bool:
        if not isinstance(raw, bool):
            raise self._wrong(raw)
        return raw

    def _choice(self, raw: JsonValue) -> str:
        # true equals 1 for Python, never for a reader of the case.
        if isinstance(raw, bool) or not isinstance(raw, str | int) or str(raw) not in map(str, self.choices):
            raise self._wrong(raw)
        return str(raw)

    def _day(self, raw: JsonValue) -> date:
        if not isinstance(raw, str):
            raise self._wrong(raw)
        try:
            return parse_day(raw)
        except Refusal as refusal:
            raise FieldRefused(field=self.name, label=self.label, reason=refusal) from refusal

    def _whole(self, raw: JsonValue) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise self._wrong(raw)
        self._check_bounds(Decimal(raw), raw)
        return raw

    def _amount(self, raw: JsonValue) -> Cents:
        written = self._written(raw)
        try:
            cents = cents_from_text(written)
        except Refusal as refusal:
            raise FieldRefused(field=self.name, label=self.label, reason=refusal) from refusal
        self._check_bounds(Decimal(cents), raw)
        return cents

    def _number(self, raw: JsonValue) -> Decimal:
        written = self._written(raw)
        whole, _, decimals = written.removeprefix("-").partition(".")
        plain = whole.isascii() and whole.isdigit() and (not decimals or (decimals.isascii() and decimals.isdigit()))
        if not plain or written.endswith("."):
            raise self._wrong(raw)
        if len(whole) > MOST_DIGITS:
            raise self._outside(raw, f"un nombre de {MOST_DIGITS} chiffres au plus avant le point")
        if len(decimals) > _DECIMALS[self.kind]:
            reason = f"« {shortened(written)} » a plus de {_DECIMALS[self.kind]} décimales."
            raise FieldRefused(field=self.name, label=self.label, reason=reason)
        number = Decimal(written)
        self._check_bounds(number, raw)
        return number

    def _written(self, raw: JsonValue) -> str:
        """The decimal writing of a string or of a JSON number, which is read exactly, never as a binary float."""
        if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
            raise self._wrong(raw)
        # An exponent is kept as written, and refused by the reader that follows: 1e3 is not how an amount is written.
        return raw if isinstance(raw, str) else str(raw)

    def _check_bounds(self, number: Decimal, raw: JsonValue) -> None:
        if self.above_zero and number <= 0:
            raise self._outside(raw, "plus que zéro")
        if number < self.least:
            raise self._outside(raw, f"au moins {self.least}")
        if self.most is not None and number > self.most:
            raise self._outside(raw, f"au plus {self.most}")

    def _wrong(self, raw: JsonValue) -> WrongKind:
        return WrongKind(field=self.name, label=self.label, expected=self.expected(), found=quoted(raw))

    def _outside(self, raw: JsonValue, bounds: str) -> OutOfBounds:
        return OutOfBounds(field=self.name, label=self.label, found=quoted(raw), bounds=bounds)


Parsed: TypeAlias = "bool | int | str | date | Decimal | tuple[Case, ...] | None"


@dataclass(frozen=True, slots=True)
class Case:
    """A case whose fields were all read and checked; each getter answers in the unit of the rules."""

    parsed: Mapping[str, Parsed]

    def cents(self, name: str) -> Cents:
        """An amount, in cents."""
        return self.count(name)

    def count(self, name: str) -> int:
        """A whole number."""
        value = self.parsed[name]
        if not isinstance(value, int):
            raise TypeError(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        return self.parsed[name] is True

    def number(self, name: str) -> Decimal:
        """An exact decimal number."""
        value = self.parsed[name]
        if not isinstance(value, Decimal):
            raise TypeError(name)
        return value

    def word(self, name: str) -> str:
        """A word of the field's list."""
        return str(self.parsed[name])

    def day(self, name: str) -> date:
        """A day."""
        value = self.parsed[name]
        if not isinstance(value, date):
            raise TypeError(name)
        return value

    def gives(self, name: str) -> bool:
        """Whether an optional value was given."""
        return self.parsed[name] is not None

    def each(self, name: str) -> "tuple[Case, ...]":
        """The objects of a list."""
        value = self.parsed[name]
        if not isinstance(value, tuple):
            raise TypeError(name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a rule answers: its outputs as JSON carries them, why in French, and the dated values that it used."""

    outputs: Mapping[str, JsonValue]
    explanation: tuple[str, ...]
    values: tuple[Value, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """The line that `palier rule run` prints."""
        return {**self.outputs, "explanation": [*self.explanation, *cautions(self.values)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days for which a rule answers; None is no known bound."""

    first_day: date | None = None
    last_day: date | None = None
    note: str = ""

    def label_fr(self) -> str:
        """« du 01/01/2026 au 31/12/2026 »."""
        days = ""
        if self.first_day and self.last_day:
            days = f"du {day_fr(self.first_day)} au {day_fr(self.last_day)}"
        elif self.first_day:
            days = f"depuis le {day_fr(self.first_day)}"
        elif self.last_day:
            days = f"jusqu’au {day_fr(self.last_day)}"
        return f"{days} ({self.note})" if days and self.note else days or self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of law: its inputs and outputs, its text, and the pure function that applies it."""

    name: str
    version: int
    title: str
    reference: str
    period: Period
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    example: Mapping[str, JsonValue]
    # What the example must answer, written from the text and never copied from the code.
    example_answer: Mapping[str, JsonValue]
    compute: Callable[[Case], Result] = field(repr=False)
    baremes: tuple[str, ...] = ()
    # Other modules whose source decides its answer.
    modules: tuple[str, ...] = ()

    def run(self, raw: JsonValue) -> Result:
        """The rule applied to one case as JSON gives it. Raises a Refusal that says what is wrong with the case."""
        return self.compute(self.read(raw))

    def read(self, raw: JsonValue) -> Case:
        """The case, read and checked. Raises NotACase, UnknownFields, MissingFields and the refusals of a field."""
        return read_fields(self.name, self.inputs, raw)

    def worked_example(self) -> Result:
        """The example of `palier rule show`, computed now."""
        return self.run(dict(self.example))

    @property
    def digest(self) -> str:
        """SHA-256 of what decides an answer: name, version, the source of the rule's modules, its baremes."""
        parts = [f"{self.name}/{self.version}"]
        for module in (self.compute.__module__, *self.modules):
            source = sys.modules[module].__file__
            if source is None:
                raise TypeError(module)
            parts.append(hashlib.sha256(Path(source).read_bytes()).hexdigest())
        parts += [bareme(name).digest for name in self.baremes]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def read_fields(name: str, fields: tuple[Field, ...], raw: JsonValue) -> Case:
    """An object of JSON, its fields checked. Raises NotACase, UnknownFields, MissingFields and a field's refusals."""
    if not isinstance(raw, dict):
        raise NotACase(example='{"' + fields[0].name + '": …}', found=quoted(raw))
    expected = [each.name for each in fields]
    unknown = [shortened(given) for given in raw if given not in expected]
    if unknown:
        raise UnknownFields(rule=name, fields=", ".join(unknown[:5]), expected=", ".join(expected))
    missing = [f"{each.name} ({each.label})" for each in fields if each.name not in raw and not each.optional]
    if missing:
        raise MissingFields(rule=name, fields=", ".join(missing))
    return Case({each.name: each.parse(raw.get(each.name)) for each in fields})


def cautions(values: tuple[Value, ...]) -> list[str]:
    """One sentence for each way in which the values used are not official."""
    return list(dict.fromkeys(caution for value in values if (caution := value.caution())))


def quoted(raw: JsonValue) -> str:
    """What was received, in a few words fit for a French sentence."""
    if raw is None:
        return "rien (null)"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return f"« {shortened(raw)} »" if raw else "un texte vide"
    if isinstance(raw, list | dict):
        return "une liste" if isinstance(raw, list) else "un objet"
    return shortened(str(raw), 20)
