"""The closed lists of what is written: subjects, why an answer is put off, sentences ready for an answer."""

from typing import Final

# What is out of order in a dwelling is not written, it is reported: somebody comes.
SUBJECTS: Final[dict[str, str]] = {
    "RENT": "Loyer et charges",
    "NEIGHBOURS": "Voisinage",
    "PAPERS": "Documents et attestations",
    "HOUSEHOLD": "Situation du foyer",
    "OTHER": "Autre question",
}
# Where one writes about others, who agreed to nothing.
ABOUT_OTHERS: Final = ("NEIGHBOURS",)

KINDS: Final[dict[str, str]] = {
    "TEXT": "Message",
    "MOVED": "Réponse repoussée",
    "CLOSED": "Échange terminé",
    "REOPENED": "Échange rouvert",
}
AUTHORS: Final[dict[str, str]] = {"TENANT": "Le locataire", "AGENCY": "L’agence"}
STATES: Final[dict[str, str]] = {"OPEN": "En cours", "CLOSED": "Terminé"}

# Told to the tenant, with the new day.
MOTIVES: Final[dict[str, str]] = {
    "OTHER_SERVICE": "Nous attendons la réponse d’un autre service.",
    "RESEARCH": "Votre question demande des recherches.",
    "PAPER": "Nous attendons un document.",
    "ABSENCE": "La personne qui suit votre question est absente.",
}

EVERY: Final = ""
# By subject; those of no subject serve everywhere.
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "RENT_DETAIL": ("RENT", "Le détail de votre loyer est dans votre espace, à « Pourquoi ce montant ? »."),
    "RENT_SETTLED": ("RENT", "Les charges sont régularisées une fois par an. Le décompte vous est envoyé."),
    "RENT_DELAY": ("RENT", "Vous pouvez demander un délai de paiement dans votre espace, à « Payer »."),
    "NEIGHBOURS_SEEN": ("NEIGHBOURS", "Nous passons sur place et nous vous disons ce qui est fait."),
    "NEIGHBOURS_MEDIATION": ("NEIGHBOURS", "Nous vous proposons une rencontre avec un médiateur."),
    "PAPERS_SPACE": ("PAPERS", "Ce document est dans votre espace, à « Mes documents »."),
    "PAPERS_POST": ("PAPERS", "Ce document part par courrier à votre adresse."),
    "HOUSEHOLD_NOTED": ("HOUSEHOLD", "Le changement est noté dans votre dossier."),
    "HOUSEHOLD_PROOF": ("HOUSEHOLD", "Apportez-nous un justificatif à l’agence pour noter ce changement."),
    "MEET": (EVERY, "Nous vous proposons un rendez-vous à l’agence. Appelez-nous pour choisir le jour."),
    "DONE": (EVERY, "C’est fait."),
}


def sentences_for(subject: str) -> list[tuple[str, str]]:
    """The sentences that answer a subject, its own first."""
    own = [(code, text) for code, (about, text) in SENTENCES.items() if about == subject]
    return own + [(code, text) for code, (about, text) in SENTENCES.items() if about == EVERY]
