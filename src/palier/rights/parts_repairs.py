"""The parts of a copy about the repairs that a household asked, and what a person wrote to their agency."""

from typing import Final

from palier.rights.shape import Part

REPAIR_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="maintenance_repairrequest",
        title="Vos demandes d’intervention",
        shown={
            "ticket_id": "Demande n°",
            "at": "Le",
            "danger": "Danger",
            "since": "Depuis",
            "access": "Accès",
            "rating": "Votre avis",
            "complaint": "Pourquoi",
        },
    ),
    Part(
        table="maintenance_ticketphoto",
        title="Les photos que vous avez envoyées, à voir dans votre espace",
        shown={"ticket_id": "Demande n°", "width": "Largeur", "height": "Hauteur"},
    ),
    Part(
        table="maintenance_visit",
        title="Les rendez-vous pour une intervention chez vous",
        shown={"ticket_id": "Demande n°", "starts_at": "De", "ends_at": "À", "state": "État", "reason": "Raison"},
    ),
    Part(
        table="maintenance_ticketstep",
        title="Les étapes de vos demandes d’intervention",
        shown={"ticket_id": "Demande n°", "kind": "Étape", "at": "Le"},
    ),
)

EXCHANGE_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="exchanges_thread",
        title="Vos échanges avec l’agence",
        shown={
            "id": "Échange n°",
            "opened_at": "Du",
            "subject": "Sujet",
            "state": "État",
            "answer_by": "Réponse avant",
        },
    ),
    Part(
        table="exchanges_message",
        title="Ce qui y est écrit",
        shown={"thread_id": "Échange n°", "at": "Le", "author": "Qui", "body": "Message", "motive": "Pourquoi"},
    ),
    Part(
        table="exchanges_attachment",
        title="Les fichiers joints à ces messages, dans cette copie",
        shown={"thread_id": "Échange n°", "message_id": "Message n°", "media_type": "Sorte", "page_count": "Pages"},
    ),
)
