"""What the landlord states of its own costs, with the day and the source of each: shown beside every figure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from palier.foundation.errors import Refusal

TO_FILL: Final = "à renseigner par l’organisme"
FILE_NAME: Final = "adoption.toml"
_OURS: Final = Path(__file__).with_name("assumptions.toml")


class AssumptionsMalformed(Refusal):
    """Le fichier des hypothèses {path} ne se lit pas : {reason}. Corrigez-le ; le modèle est dans le guide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One figure of the landlord's. `value` empty: nobody stated it."""

    code: str
    label: str
    unit: str
    value: Decimal | None = None
    on: date | None = None
    source: str = TO_FILL


def assumptions(folder: Path) -> dict[str, Assumption]:
    """Every assumption by code, with what the landlord's file in this folder states. Raises AssumptionsMalformed."""
    known = {
        str(each["code"]): Assumption(code=each["code"], label=each["label"], unit=each["unit"])
        for each in tomllib.loads(_OURS.read_text(encoding="utf-8"))["assumption"]
    }
    path = folder / FILE_NAME
    if not path.exists():
        return known
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8")).get("assumption", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise AssumptionsMalformed(path=path, reason=broken) from broken
    if not isinstance(stated, list):
        raise AssumptionsMalformed(path=path, reason="« assumption » est une suite de [[assumption]]")
    for each in stated:
        code = each.get("code", "") if isinstance(each, dict) else ""
        if code not in known:
            raise AssumptionsMalformed(path=path, reason=f"« {code} » n’est pas une hypothèse connue")
        known[code] = _stated(known[code], each, path)
    return known


def _stated(known: Assumption, each: Mapping[str, object], path: Path) -> Assumption:
    try:
        value = Decimal(str(each.get("value", "")))
    except InvalidOperation as wrong:
        raise AssumptionsMalformed(path=path, reason=f"{known.code} : la valeur n’est pas un nombre") from wrong
    on, source = each.get("on"), str(each.get("source", "")).strip()
    if not value.is_finite() or value < 0:
        raise AssumptionsMalformed(path=path, reason=f"{known.code} : la valeur est un nombre positif")
    if not isinstance(on, date) or not source:
        raise AssumptionsMalformed(path=path, reason=f"{known.code} : dites de quel jour (on) et d’où vient la valeur")
    return replace(known, value=value, on=on, source=source[:120])
