"""A sitting replayed from its export alone: no database."""

import json
from collections.abc import Mapping
from pathlib import Path

from palier.attribution.rules.frozen import canonical_json, read_frozen
from palier.attribution.rules.replay import Difference, Replayed, told_of
from palier.foundation.errors import Refusal


class OtherSitting(Refusal):
    """L’export {file} est celui de la séance {held}, pas de la séance {asked}."""


class ExportUnreadable(Refusal):
    """Le fichier {file} n’est pas l’export d’une séance : {reason}."""


def replay_export(path: Path, *, session: str) -> Replayed:
    """Recompute a sitting from its export, its digest included. Raises ExportUnreadable, OtherSitting, FrozenBroken."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        raw, digest = (
            canonical_json(said["sitting"]),
            str(said["digest"]),
        )
    except OSError as error:
        raise ExportUnreadable(file=path.name, reason="il ne s’ouvre pas") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ExportUnreadable(file=path.name, reason="ce n’est pas le JSON attendu") from error
    try:
        frozen = read_frozen(raw, digest=digest)
        if frozen.digest != digest:
            raise ExportUnreadable(file=path.name, reason="il porte autre chose que ce que fige une séance")
        found = told_of(frozen, beside=_outside(said, frozen.number))
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError, RecursionError) as error:
        # A field that is missing, of another kind, or whose value no rule reads: « abc » for a surface.
        raise ExportUnreadable(file=path.name, reason="une partie y manque ou ne se lit pas") from error
    if frozen.number != session:
        raise OtherSitting(file=path.name, held=frozen.number, asked=session)
    return found


def _outside(said: Mapping[str, object], number: str) -> list[Difference]:
    """What an export carries beside what its digest covers, as those of an earlier form did with opinions."""
    names = sorted(said.keys() - {"digest", "sitting"})
    return [
        Difference(where=f"séance {number}", what="export", frozen="rien hors de l’empreinte", found=name)
        for name in names
    ]
