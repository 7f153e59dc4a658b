"""Why a dwelling did or did not suit, and what follows a decision: told to the person, in short plain words."""

from typing import Final

from palier.attribution.rules.suiting import Against, Check

TOLD_FR: Final[dict[str, str]] = {
    Against.CEILING: "Vos revenus dépassent le plafond de ce logement.",
    Against.STAY_IRREGULAR: "Le titre de séjour d’un adulte n’est plus valable.",
    Against.COMMUNE: "Vous n’avez pas demandé cette commune.",
    Against.TOO_SMALL: "Il a trop peu de pièces pour votre foyer.",
    Against.TOO_LARGE: "Il a trop de pièces pour votre foyer.",
    Against.WISHED_ROOMS: "Vous avez demandé un autre nombre de pièces.",
    Against.WISHED_COST: "Son loyer et ses charges dépassent votre maximum.",
    Against.UNDER_FLOOR_AREA: "Sa surface est trop petite pour votre foyer.",
    Against.NO_LIFT: "Il n’a pas d’ascenseur et n’est pas au rez-de-chaussée.",
    Against.REFUSED_HERE: "Vous l’avez déjà refusé.",
    Check.STAY_UNCHECKED: "Nous devons vérifier le titre de séjour des adultes.",
    Check.RESOURCES_MISSING: "Il nous manque votre revenu fiscal d’il y a deux ans.",
    Check.RESOURCES_REJECTED: "Votre papier sur vos revenus n’est pas retenu. Donnez-en un autre.",
    Check.CEILING_UNKNOWN: "Nous devons confirmer le plafond de cette année.",
    Check.FINANCING_UNKNOWN: "Nous devons confirmer le plafond de ce logement.",
    Check.HOUSEHOLD_WRONG: "Nous devons vérifier avec vous qui vivra là.",
    Check.HOUSEHOLD_TO_CONFIRM: "Nous devons confirmer l’enfant à naître ou accueilli.",
    Check.OWNER: "Vous êtes propriétaire. Nous regardons si votre logement vous convient.",
    Check.EFFORT: "Le loyer prendrait une grande part de vos revenus, avant l’aide au logement.",
    Check.NO_INCOME: "Nous ne connaissons pas vos revenus du mois.",
    Check.NEEDS: "Nous devons vérifier qu’il répond à vos besoins.",
    Check.AREA_UNKNOWN: "Nous devons vérifier sa surface.",
}

# What follows from a decision, told to the person.
FOLLOWS_FR: Final[dict[str, tuple[str, ...]]] = {
    "ATTRIBUTION": ("Une lettre vous propose le logement.",),
    "ATTRIBUTION_RANG": ("S’il vous revient, une lettre vous le propose.",),
    "ATTRIBUTION_CONDITION": ("S’il vous revient, une lettre vous le propose.",),
    "NON_ATTRIBUTION": ("Votre demande reste étudiée pour d’autres logements.", "Vous gardez votre ancienneté."),
}

# What follows once the dwelling is offered to them, by the state of the offer.
RUNNING_FR: Final[dict[str, tuple[str, ...]]] = {
    "SENT": ("Ce logement vous est proposé.",),
    "ACCEPTED": ("Vous acceptez le logement proposé.", "Il reste à signer le bail."),
}
# Before what became of it.
ALLOCATED_FR: Final = "Elle vous attribuait un logement."
_STUDIED: Final = "Votre demande reste étudiée pour d’autres logements."
# An offer that is over.
OVER_FR: Final[dict[str, tuple[str, ...]]] = {
    "SIGNED": ("Son bail est signé.",),
    "REFUSED": ("Vous l’avez refusé.", _STUDIED),
    "EXPIRED": ("Vous n’avez pas répondu à temps.", "La loi le compte comme un refus.", _STUDIED),
    "LAPSED": ("Le papier demandé n’est pas venu à temps.", _STUDIED),
    "GIVEN_UP": ("Vous y avez renoncé.", _STUDIED),
    "STAYS": ("Son locataire reste\u00a0: il n’est plus à louer.", "Ce n’est pas un refus.", _STUDIED),
}
# A dwelling that is gone before it was offered to them.
GONE_FR: Final[dict[str, tuple[str, ...]]] = {
    "LET": ("Il est loué à quelqu’un d’autre.", _STUDIED),
    "WITHDRAWN": ("Il n’est plus à louer.", _STUDIED),
}
