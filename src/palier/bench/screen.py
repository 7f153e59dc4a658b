"""The screen of free text, measured in a process of its own so that nothing else is counted."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping

from palier.bench.memory import peak_rss_mb

_PLACES = (
    "du hall B",
    "au 3e étage",
    "en gaine",
    "côté parking",
    "rue des Martyrs",
    "du T4",
    "de la cave 12",
    "au RDC",
)
_THINGS = (
    "Fuite",
    "Porte",
    "Ascenseur",
    "Interphone",
    "Chaudière",
    "Volet",
    "Robinet",
    "Boîte aux lettres",
    "Digicode",
)
_STATES = ("en panne", "à remplacer", "bloqué depuis hier", "signalé par deux voisins", "réparé ce jour", "devis reçu")
_ENDS = (
    "RDV mardi 14 h",
    "clés chez le gardien",
    "pièce commandée",
    "locataire prévenu par SMS",
    "voir avec l’agence",
    "il boit",
    "Mme est hospitalisée",
    "ne parle pas français",
    "joindre le 06 39 98 41 27",
    "locataire agressif",
)


def run(count: int) -> dict[str, int | float]:
    """Screen `count` comments in a fresh process: comments a second, memory, seconds to import and be ready."""
    told = subprocess.run(
        [sys.executable, "-m", "palier.bench.screen", str(count)], check=True, capture_output=True, text=True
    )
    figures: dict[str, int | float] = json.loads(told.stdout)
    return figures


def comments(count: int) -> list[str]:
    """Comments such as agents type, half of them with something that may not be kept."""
    draw = random.Random(2026)
    return [
        f"{draw.choice(_THINGS)} {draw.choice(_PLACES)} {draw.choice(_STATES)}, ticket {draw.randrange(10_000)},"
        f" {draw.choice(_ENDS)}"
        for _ in range(count)
    ]


def measured(count: int) -> Mapping[str, int | float]:
    """Measure here: this process must hold nothing else."""
    began = time.perf_counter()
    from palier.screening.engine import screen

    screen("")
    ready = time.perf_counter()
    texts = comments(count)
    started = time.perf_counter()
    flagged = sum(screen(text).decision != "accept" for text in texts)
    seconds = time.perf_counter() - started
    return {
        "comments_per_second": round(count / seconds),
        "peak_rss_mb": peak_rss_mb(),
        "import_seconds": round(ready - began, 3),
        "comments": count,
        "flagged": flagged,
    }


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
