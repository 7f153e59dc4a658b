"""The chapters of a copy about outgoing mail: the letters that a person received, the papers that they answered."""

from palier.rights.shape import Part

CORRESPONDENCE_PARTS: tuple[Part, ...] = (
    Part(
        table="correspondence_letter",
        title="Le courrier que vous avez reçu",
        shown={
            "number": "Numéro",
            "channel": "Envoi",
            "registered_number": "Recommandé",
            "returned_on": "Revenue le",
            "withdrawn_on": "Retirée le",
        },
    ),
    Part(
        table="correspondence_reply",
        title="Vos réponses au courrier",
        shown={
            "received_on": "Reçue le",
            "nature": "Nature",
            "answer_by": "Réponse attendue le",
            "answered_on": "Répondue le",
        },
    ),
)
