"""Dated values set by public texts: read from `palier/baremes/*.toml`, each with its reference and its status.

A value without reference or source does not load: nobody could check the amount that it gives.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr

FOLDER = Path(__file__).resolve().parents[1] / "baremes"

Key = tuple[str, ...]


class UnknownBareme(Refusal):
    """Le barème « {name} » n’existe pas dans Palier : les barèmes présents sont {known}."""


class BaremeUnreadable(Refusal):
    """Le barème {file} ne se lit pas : {reason}."""


class ValueWithoutReference(Refusal):
    """Le barème {file} a des valeurs sans « {missing} » au {first_day} : une valeur sans texte ne se charge pas."""


class BaremeOverlap(Refusal):
    """Le barème {file} a deux valeurs le {day} pour {key} : une seule peut s’appliquer."""


class UnknownBaremeKey(Refusal):
    """Le barème « {title} » n’a pas de valeur pour {key} : vérifiez {keys}."""


class OutsideBareme(Refusal):
    """Le barème « {title} » ne couvre pas le {day} : il va {periods}."""


class Status(StrEnum):
    """How sure a value is."""

    OFFICIAL = "OFFICIAL"
    COMPUTED = "COMPUTED"
    TO_CONFIRM = "TO_CONFIRM"
    # Set by no public text: what the landlord decided, which it may change.
    POLICY = "POLICY"

    @property
    def label(self) -> str:
        """In French, as screens show it."""
        return _STATUSES_FR[self.value]


_STATUSES_FR = {
    "OFFICIAL": "officielle",
    "COMPUTED": "calculée",
    "TO_CONFIRM": "à confirmer",
    "POLICY": "choix de l’organisme",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a bareme between two days, both included; no last day while no later text is known."""

    bareme: str
    key: Key
    value: Decimal
    first_day: date
    last_day: date | None
    reference: str
    source: str
    status: Status

    def holds_on(self, day: date) -> bool:
        """Whether the value applies that day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def caution(self) -> str | None:
        """The sentence owed to the reader when the value is not an official one."""
        if self.status is Status.OFFICIAL:
            return None
        if self.status is Status.COMPUTED:
            return f"Attention\u00a0: valeur calculée, non lue dans le texte officiel ({self.source})."
        if self.status is Status.POLICY:
            return f"Attention\u00a0: valeur choisie par l’organisme, qu’aucun texte ne fixe ({self.source})."
        return f"Attention\u00a0: valeur à confirmer dans le texte officiel ({self.source})."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bareme:
    """All the values of one subject, by key and by date."""

    name: str
    title: str
    unit: str
    key_names: tuple[str, ...]
    values: Mapping[Key, tuple[Value, ...]]
    digest: str

    def at(self, day: date, *key: str) -> Value:
        """The value that applies that day. Raises UnknownBaremeKey and OutsideBareme."""
        dated = self.values.get(key)
        if dated is None:
            raise UnknownBaremeKey(title=self.title, key=", ".join(key), keys=" et ".join(self.key_names))
        for value in reversed(dated):
            if value.holds_on(day):
                return value
        raise OutsideBareme(title=self.title, day=day_fr(day), periods=_periods_fr(dated))

    def first_day(self) -> date:
        """The first day that the bareme knows."""
        return min(dated[0].first_day for dated in self.values.values())

    def last_day(self) -> date | None:
        """The last day that the bareme knows; None while the last text has no known end."""
        ends = [dated[-1].last_day for dated in self.values.values()]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    def all_values(self) -> tuple[Value, ...]:
        """Every value, by date then key, as the administrator's list shows them."""
        return tuple(sorted((v for dated in self.values.values() for v in dated), key=lambda v: (v.first_day, v.key)))


@cache
def bareme(name: str) -> Bareme:
    """The bareme of that name, read once. Raises UnknownBareme and the refusals of `load`."""
    if name not in names():
        raise UnknownBareme(name=name, known=", ".join(names()))
    return load(FOLDER / f"{name}.toml")


@cache
def names() -> tuple[str, ...]:
    """The names of all baremes."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(path: Path) -> Bareme:
    """A bareme out of its file. Raises BaremeUnreadable, ValueWithoutReference, BaremeOverlap."""
    raw = path.read_bytes()
    try:
        content = tomllib.loads(raw.decode("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BaremeUnreadable(file=path.name, reason=error) from error
    found: dict[Key, list[Value]] = {}
    key_names = tuple(_texts(content, "keys", path))
    for period in _tables(content, "period", path):
        for value in _values(period, len(key_names), path):
            found.setdefault(value.key, []).append(value)
    if not found:
        raise BaremeUnreadable(file=path.name, reason="aucune valeur")
    return Bareme(
        name=path.stem,
        title=_text(content, "title", path),
        unit=_text(content, "unit", path),
        key_names=key_names,
        values={key: _closed(dated, path) for key, dated in found.items()},
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _values(period: Mapping[str, object], depth: int, path: Path) -> list[Value]:
    first_day = _day(period, "first_day", path)
    last_day = _day(period, "last_day", path) if "last_day" in period else None
    if last_day is not None and last_day < first_day:
        raise BaremeUnreadable(file=path.name, reason=f"une période finit le {day_fr(last_day)} avant de commencer")
    for owed in ("reference", "source", "status"):
        if not str(period.get(owed, "")).strip():
            raise ValueWithoutReference(file=path.name, missing=owed, first_day=day_fr(first_day))
    if period["status"] not in list(Status):
        raise BaremeUnreadable(file=path.name, reason=f"statut inconnu « {period['status']} »")
    return [
        Value(
            bareme=path.stem,
            key=key,
            value=number,
            first_day=first_day,
            last_day=last_day,
            reference=_text(period, "reference", path),
            source=_text(period, "source", path),
            status=Status(_text(period, "status", path)),
        )
        for key, number in _numbers(period.get("values"), (), depth, path)
    ]


def _numbers(node: object, key: Key, depth: int, path: Path) -> list[tuple[Key, Decimal]]:
    if isinstance(node, dict) and len(key) < depth:
        return [pair for name, below in node.items() for pair in _numbers(below, (*key, name), depth, path)]
    # A TOML true is a Python int: it would load as 1.
    if len(key) == depth and isinstance(node, int | Decimal) and not isinstance(node, bool):
        number = Decimal(node)
        if number.is_finite():
            return [(key, number)]
    raise BaremeUnreadable(file=path.name, reason=f"« {', '.join(key) or 'values'} » ne donne pas un nombre")


def _closed(dated: list[Value], path: Path) -> tuple[Value, ...]:
    """The values of one key in order, each ending at the latest on the eve of the next."""
    ordered = sorted(dated, key=lambda value: value.first_day)
    closed = []
    for value, following in pairwise(ordered):
        if not value.first_day < following.first_day or (value.last_day and value.last_day >= following.first_day):
            raise BaremeOverlap(file=path.name, day=day_fr(following.first_day), key=", ".join(value.key))
        eve = following.first_day - timedelta(days=1)
        closed.append(replace(value, last_day=value.last_day or eve))
    return (*closed, ordered[-1])


def _periods_fr(dated: tuple[Value, ...]) -> str:
    """« du 01/01/2008 au 31/12/2008 et du 01/06/2009 au 31/12/2026 »: neighbouring periods told as one."""
    spans: list[tuple[date, date | None]] = []
    for value in dated:
        last = spans[-1][1] if spans else None
        if last is not None and last + timedelta(days=1) == value.first_day:
            spans[-1] = (spans[-1][0], value.last_day)
        else:
            spans.append((value.first_day, value.last_day))
    return " et ".join(f"du {day_fr(a)} au {day_fr(b)}" if b else f"du {day_fr(a)} à maintenant" for a, b in spans)


def _text(table: Mapping[str, object], name: str, path: Path) -> str:
    text = table.get(name)
    if not isinstance(text, str) or not text.strip():
        raise BaremeUnreadable(file=path.name, reason=f"« {name} » manque")
    return text


def _texts(table: Mapping[str, object], name: str, path: Path) -> list[str]:
    texts = table.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BaremeUnreadable(file=path.name, reason=f"« {name} » n’est pas une liste de mots")
    return [str(text) for text in texts]


def _tables(table: Mapping[str, object], name: str, path: Path) -> list[dict[str, object]]:
    tables = table.get(name)
    if not isinstance(tables, list) or not all(isinstance(period, dict) for period in tables):
        raise BaremeUnreadable(file=path.name, reason=f"« {name} » n’est pas une suite de périodes")
    return tables


def _day(table: Mapping[str, object], name: str, path: Path) -> date:
    day = table.get(name)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise BaremeUnreadable(file=path.name, reason=f"« {name} » n’est pas une date")
    return day
