"""What the members read of a review, and its digest: numbers and sentences, under the sitting's pseudonyms.

No name, no lease, no address.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from palier.attribution.rules.occupation import examine, from_inputs
from palier.attribution.rules.occupation_review import OCCUPATION_REVIEW

# What a review is examined by, as an opinion keeps it: a later version answers otherwise without anybody's hand.
RULE: Final = f"{OCCUPATION_REVIEW.name}/{OCCUPATION_REVIEW.version}"


def content_told(
    inputs: Mapping[str, Any], *, on: date, due_on: date, city: str, places: Sequence[str]
) -> dict[str, Any]:
    """What the members read of a review: the dwelling by its size and commune, the situations, what protects."""
    found = examine(from_inputs(inputs), on=on)
    return {
        "city": city,
        "places": list(places),
        "rooms": inputs["rooms"],
        "floor_area_m2": inputs["floor_area_m2"],
        "financing": inputs["financing"],
        "is_qpv": inputs["is_qpv"],
        "due_on": due_on.isoformat(),
        "scope": found.scope.sentence,
        "findings": [
            {"code": each.code, "answer": each.answer.value, "sentence": each.sentence} for each in found.findings
        ],
        "protections": list(found.protections),
        "rule": RULE,
    }


def digest_told(said: object) -> str:
    """SHA-256 of canonical JSON."""
    raw = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(raw.encode("utf-8")).hexdigest()
