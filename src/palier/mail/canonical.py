"""Frozen data as canonical JSON bytes, and back with nothing taken on trust.

Canonical: UTF-8, keys sorted, no space, no escape that is not needed. The same facts always give the same bytes, so a
digest of the bytes is a digest of the facts. A class's keys are those of the document, in French: `Key("lignes")`.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NoReturn, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.periods import MalformedDay, MalformedMonth, Month, parse_day

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
Reader: TypeAlias = Callable[[object, str], object]
Writer: TypeAlias = Callable[[Any], Json]
Record = TypeVar("Record")

# Twelve digits before the cents, like every amount Palier reads.
_LARGEST = 10**14


@dataclass(frozen=True, slots=True)
class Key:
    """The name of a field in the JSON document. An `optional` text is left out when it is empty."""

    name: str
    optional: bool = False


class NotCanonical(Refusal):
    """Ces données ne sont pas écrites sous leur forme canonique : elles ont été modifiées ou ne viennent pas de
    Palier."""


class NotTheSchema(Refusal):
    """Les données ne suivent pas leur schéma, à « {path} » : {reason}."""


def to_bytes(record: object) -> bytes:
    """The canonical JSON of a frozen dataclass whose fields all carry a `Key`."""
    document = _writer(_hashable(type(record)))(record)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def from_bytes(kind: type[Record], raw: bytes) -> Record:
    """The dataclass those bytes hold. Raises NotTheSchema, or NotCanonical when other bytes would say the same."""
    try:
        document = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_each_once, parse_float=_no_decimal, parse_constant=_no_decimal
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotTheSchema(path="(tout)", reason="ce n’est pas du JSON") from error
    except ValueError as error:
        raise NotTheSchema(path="(tout)", reason="un nombre est trop long") from error
    record = _reader(_hashable(kind))(document, "")
    if not isinstance(record, kind):
        raise NotTheSchema(path="(tout)", reason="un objet est attendu")
    if to_bytes(record) != raw:
        raise NotCanonical
    return record


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise NotTheSchema(path="(tout)", reason="un champ y est écrit deux fois")
    return document


def _no_decimal(text: str) -> NoReturn:
    raise NotTheSchema(path="(tout)", reason=f"« {shortened(text)} » n’est pas un nombre entier")


def _keyed(kind: type) -> Iterable[tuple[str, Key, object]]:
    """(field, JSON key, type) of each field of the dataclass."""
    hints = get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        declared, key = get_args(hints[each.name])
        yield each.name, key, declared


def _hashable(kind: type) -> Hashable:
    # mypy doubts that a class can be hashed.
    return kind


@cache
def _writer(kind: object) -> Writer:
    """How a value of that type is written. Worked out once a type: a lot writes the same thousands of times."""
    if isinstance(kind, type) and is_dataclass(kind) and kind is not Month:
        parts = [(name, key.name, _writer(declared)) for name, key, declared in _keyed(kind)]
        optional = [(name, key.name) for name, key, _ in _keyed(kind) if key.optional]
        if not optional:
            return lambda record: {key: write(getattr(record, name)) for name, key, write in parts}
        return lambda record: {
            key: write(getattr(record, name))
            for name, key, write in parts
            if (name, key) not in optional or getattr(record, name)
        }
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        write_each = _writer(arguments[0])
        return lambda values: [write_each(value) for value in values]
    if origin is UnionType:
        write_some = _writer(arguments[0])
        return lambda value: None if value is None else write_some(value)
    if origin is Mapping:
        return dict
    if kind is date:
        return lambda day: day.isoformat()
    return str if kind is Month else _as_is


def _as_is(value: Json) -> Json:
    return value


@cache
def _reader(kind: object) -> Reader:
    """How a value of that type is read, refusing anything else."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind) and kind is not Month:
        return _record_reader(kind)
    if origin is tuple:
        return _list_reader(_reader(arguments[0]))
    if origin is UnionType:
        read_some = _reader(arguments[0])
        return lambda value, path: None if value is None else read_some(value, path)
    if origin is Literal:
        return _choice_reader(arguments)
    if origin is Annotated:
        return _reader(arguments[0])
    if origin is Mapping:
        return _read_integers
    return _PLAIN[kind]


def _record_reader(kind: type) -> Reader:
    parts = [(name, key.name, _reader(declared)) for name, key, declared in _keyed(kind)]
    known = {key for _, key, _ in parts}
    optional = {key.name: "" for _, key, _ in _keyed(kind) if key.optional}

    def read(value: object, path: str) -> object:
        if not isinstance(value, dict):
            raise NotTheSchema(path=path or "(tout)", reason="un objet est attendu")
        strangers = sorted(set(value) - known)
        if strangers:
            raise NotTheSchema(path=_under(path, shortened(strangers[0])), reason="ce champ n’existe pas")
        missing = [key for _, key, _ in parts if key not in value and key not in optional]
        if missing:
            raise NotTheSchema(path=_under(path, missing[0]), reason="ce champ manque")
        whole = {**optional, **value}
        return kind(**{name: reader(whole[key], _under(path, key)) for name, key, reader in parts})

    return read


def _list_reader(read_each: Reader) -> Reader:
    def read(value: object, path: str) -> object:
        if not isinstance(value, list):
            raise NotTheSchema(path=path, reason="une liste est attendue")
        return tuple(read_each(each, f"{path}[{rank}]") for rank, each in enumerate(value, start=1))

    return read


def _choice_reader(choices: tuple[object, ...]) -> Reader:
    def read(value: object, path: str) -> object:
        if value not in choices or not isinstance(value, str):
            raise NotTheSchema(path=path, reason=f"une de ces valeurs est attendue : {', '.join(map(str, choices))}")
        return value

    return read


def _read_text(value: object, path: str) -> object:
    if not isinstance(value, str):
        raise NotTheSchema(path=path, reason="un texte est attendu")
    return value


def _read_integer(value: object, path: str) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _LARGEST:
        raise NotTheSchema(path=path, reason="un nombre entier est attendu")
    return value


def _read_integers(value: object, path: str) -> object:
    if not isinstance(value, dict):
        raise NotTheSchema(path=path, reason="un objet est attendu")
    return {name: _read_integer(each, _under(path, shortened(name))) for name, each in value.items()}


def _read_day(value: object, path: str) -> object:
    try:
        return parse_day(str(_read_text(value, path)))
    except MalformedDay as error:
        raise NotTheSchema(path=path, reason="une date comme 2026-11-30 est attendue") from error


def _read_month(value: object, path: str) -> object:
    try:
        return Month.parse(str(_read_text(value, path)))
    except MalformedMonth as error:
        raise NotTheSchema(path=path, reason="un mois comme 2026-11 est attendu") from error


_PLAIN: dict[object, Reader] = {str: _read_text, int: _read_integer, date: _read_day, Month: _read_month}


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
