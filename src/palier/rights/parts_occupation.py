"""The parts of a copy about the three-year review of one's dwelling."""

from typing import Final

from palier.rights.shape import Part

OCCUPATION_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="attribution_occupationreview",
        title="L’examen triennal de votre logement",
        shown={
            "due_on": "Dû le",
            "examined_on": "Examiné le",
            "is_overcrowded": "Suroccupation",
            "is_under_occupied": "Sous-occupation",
            "adaptation_left": "Logement adapté libéré",
            "needs_adaptation": "Besoin d’un logement adapté",
            "is_above_ceiling": "Au-dessus du plafond",
            "opinion": "Avis de la commission",
            "opinion_on": "Rendu le",
            "solution": "Suite proposée",
            "is_agreed": "Votre accord",
        },
    ),
    Part(
        table="attribution_opinionletter",
        title="Les lettres d’avis sur votre logement",
        shown={"number": "Numéro", "made_at": "Faite le"},
    ),
)
