"""The chapters of a copy that come from an application for a dwelling: every heading, what the commission
examined, and what became of it."""

from collections.abc import Mapping
from typing import Final

from palier.rights.shape import Part

APPLICATION_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="demandes_application",
        title="Vos demandes de logement",
        shown={
            "number": "Numéro unique",
            "filed_on": "Déposée le",
            "renewed_on": "Renouvelée le",
            "expires_on": "Valable jusqu’au",
            "state": "État",
            "radiated_on": "Radiée le",
            "radiation_motive": "Motif",
        },
    ),
    Part(
        table="demandes_member",
        title="Les personnes à loger",
        shown={
            "role": "Place",
            "first_name": "Prénom",
            "last_name": "Nom",
            "birth_date": "Naissance",
            "tie": "Lien",
        },
    ),
    Part(
        table="demandes_postaladdress",
        title="Où nous vous écrivons",
        shown={
            "line": "Adresse",
            "postcode": "Code postal",
            "city": "Ville",
        },
    ),
    Part(
        table="demandes_composition",
        title="Votre foyer, tel que la demande le compte",
        shown={
            "adults": "Adultes",
            "dependants": "À charge",
            "shared_custody": "Garde alternée",
            "visiting": "Droit de visite",
            "unborn": "À naître",
            "disabled": "Cartes invalidité",
            "stays_regularly": "Séjour régulier",
        },
    ),
    Part(
        table="demandes_stay",
        title="La régularité du séjour",
        shown={
            "member_id": "Personne n°",
            "nationality": "Nationalité",
            "state": "Séjour",
            "valid_until": "Valable jusqu’au",
            "checked_on": "Vérifié le",
        },
    ),
    Part(
        table="demandes_nir",
        title="Les numéros de sécurité sociale, scellés",
        shown={"member_id": "Personne n°", "ending": "Finit par", "written_on": "Écrit le"},
    ),
    Part(
        table="demandes_situation",
        title="Votre logement actuel et ce que vous cherchez",
        shown={
            "housing": "Logement actuel",
            "rooms": "Pièces",
            "floor_area_m2": "Surface (m²)",
            "occupants": "Occupants",
            "cost_cents": "Coût par mois",
            "wished_rooms_min": "Pièces, au moins",
            "wished_rooms_max": "Pièces, au plus",
            "highest_cost_cents": "Coût le plus haut",
            "refused_offers": "Propositions refusées",
        },
    ),
    Part(
        table="demandes_wish",
        title="Les communes demandées",
        shown={
            "rank": "Rang",
            "commune": "Commune",
        },
    ),
    Part(
        table="demandes_motive",
        title="Vos motifs",
        shown={
            "code": "Motif",
            "proof": "Justification",
        },
    ),
    Part(
        table="demandes_priority",
        title="Les priorités retenues",
        shown={
            "code": "Priorité",
            "proof": "Justification",
        },
    ),
    Part(
        table="demandes_need",
        title="Vos besoins d’adaptation",
        shown={
            "code": "Besoin",
            "proof": "Justification",
        },
    ),
    Part(
        table="demandes_resources",
        title="Les ressources de votre demande",
        shown={
            "n2_year": "Année N-2",
            "n2_cents": "Revenu N-2",
            "n1_cents": "Revenu N-1",
            "last_12_months_cents": "Douze derniers mois",
            "monthly_cents": "Par mois",
            "proof": "Justification",
        },
    ),
    Part(
        table="demandes_resourceline",
        title="Ces ressources, ligne par ligne",
        shown={
            "direction": "Sens",
            "code": "Nature",
            "monthly_cents": "Par mois",
        },
    ),
    Part(
        table="demandes_work",
        title="Le travail de chaque adulte",
        shown={"status": "Situation professionnelle", "commune": "Commune du travail"},
    ),
    Part(
        table="demandes_receipt",
        title="Ce qui a été reçu du système national",
        shown={"received_at": "Le", "unknown_codes": "Codes à préciser avec vous"},
    ),
    Part(
        table="demandes_piece",
        title="Les pièces de votre dossier",
        shown={
            "code": "Pièce",
            "state": "État",
            "asked_on": "Demandée le",
            "given_on": "Reçue le",
            "judged_on": "Examinée le",
            "ground": "Motif",
        },
    ),
    Part(
        table="demandes_refusedpaper",
        title="Les documents que nous n’avons pas gardés",
        shown={
            "kind": "Document",
            "outcome": "Suite",
            "at": "Le",
        },
    ),
    Part(
        table="demandes_event",
        title="La vie de votre demande",
        shown={
            "on": "Le",
            "kind": "Quoi",
            "detail": "Précision",
        },
    ),
    Part(
        table="demandes_letter",
        title="Les lettres que nous vous avons écrites",
        shown={
            "number": "Numéro",
            "kind": "Sorte",
            "made_at": "Faite le",
        },
    ),
    Part(
        table="demandes_officialscore",
        title="Vos points, calculés par le territoire",
        shown={
            "territory": "Territoire",
            "points": "Points",
            "computed_on": "Calculés le",
            "source": "Source",
        },
    ),
    Part(
        table="demandes_standing",
        title="Vos points, recalculés par Palier pour contrôle",
        shown={
            "territory": "Territoire",
            "grid_version": "Grille",
            "points": "Points",
            "scored_on": "Calculés le",
        },
    ),
    Part(
        table="demandes_duplicate",
        title="Les demandes rapprochées de la vôtre",
        shown={
            "key": "Parce que",
            "state": "Suite",
        },
    ),
    Part(
        table="attribution_candidate",
        title="Les logements pour lesquels votre demande a été proposée",
        shown={"vacancy_id": "Vacance n°", "source": "Par", "added_on": "Le", "withdrawn_on": "Retirée le"},
    ),
    Part(
        table="attribution_match",
        title="Les logements pour lesquels votre demande a été examinée",
        shown={
            "matching_id": "Rapprochement n°",
            "place": "Place",
            "suits": "Convient",
            "verdict": "Recevabilité",
            "against": "Ce qui s’y oppose",
            "to_check": "À vérifier",
            "points": "Points",
        },
    ),
    Part(
        table="attribution_sheet",
        title="Ce que la commission a vu de votre demande",
        shown={"item_id": "Point n°", "made_at": "Établie le"},
    ),
    Part(
        table="attribution_decision",
        title="Les décisions de la commission",
        shown={"kind": "Décision", "rank": "Rang", "motive": "Motif", "precision": "Précision", "decided_at": "Le"},
    ),
    Part(
        table="attribution_notification",
        title="Les lettres de la commission",
        shown={"number": "Numéro", "kind": "Sorte", "made_at": "Faite le", "notified_on": "Reçue le"},
    ),
    Part(
        table="attribution_offer",
        title="Les logements qui vous ont été proposés",
        shown={"notified_on": "Le", "expires_on": "Réponse avant le", "state": "État", "answered_on": "Répondu le"},
    ),
)

APPLICATION_EXEMPT: Final[Mapping[str, str]] = {
    "demandes_assignment": "qui instruit le dossier est un agent, une autre personne ; ses lectures ont leur chapitre",
}
