"""A sitting replayed from its export alone: no database."""

import json
from pathlib import Path

from palier.attribution.rules.frozen import FrozenBroken, read_frozen
from palier.attribution.rules.opined import Opined, digest_told, opinions_again
from palier.attribution.rules.replay import Replayed, told_of
from palier.foundation.errors import Refusal


class OtherSitting(Refusal):
    """L’export {file} est celui de la séance {held}, pas de la séance {asked}."""


class ExportUnreadable(Refusal):
    """Le fichier {file} n’est pas l’export d’une séance : {reason}."""


def replay_export(path: Path, *, session: str) -> Replayed:
    """Recompute a sitting and its opinions from its export. Raises ExportUnreadable, OtherSitting, FrozenBroken."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        raw, digest = (
            json.dumps(said["sitting"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8"),
            str(said["digest"]),
        )
    except OSError as error:
        raise ExportUnreadable(file=path.name, reason="il ne s’ouvre pas") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ExportUnreadable(file=path.name, reason="ce n’est pas le JSON attendu") from error
    # A sitting without opinions, or exported before they were, has none.
    opinions = said.get("opinions", [])
    if opinions and digest_told(opinions) != said.get("opinions_digest"):
        raise FrozenBroken
    try:
        frozen = read_frozen(raw, digest=digest)
        beside = list(opinions_again([Opined(**each) for each in opinions], frozen))
    except (KeyError, TypeError, ValueError) as error:
        raise ExportUnreadable(file=path.name, reason="il y manque une partie") from error
    if frozen.number != session:
        raise OtherSitting(file=path.name, held=frozen.number, asked=session)
    return told_of(frozen, beside=beside)
