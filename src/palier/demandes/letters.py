"""What the law has written to an applicant: renew before the end, answer a warning, know that a demande is over."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.periods import day_fr
from palier.mail.report import Block, Facts, Heading, Items, Notice, Report, Sender, Text

# In the law's words for whoever receives them.
ENDED_FOR: Final = {
    "NON_RENOUVELLEMENT": "votre demande n’a pas été renouvelée",
    "RENONCIATION": "vous y avez renoncé par écrit",
    "IRRECEVABLE_PLAFOND": "la commission l’a jugée irrecevable : vos ressources dépassent le plafond",
    "IRRECEVABLE_SEJOUR": "la commission l’a jugée irrecevable : le séjour d’un adulte n’est pas régulier",
    "NON_REPONSE": "notre courrier est resté sans réponse",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a letter says of an application, on the day it is written."""

    number: str
    filed_on: date
    expires_on: date
    # From which day it is over without a renewal, then until when it may come back.
    radiated_from: date
    reactivable_until: date | None = None
    erased_on: date | None = None
    motive: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Whom a letter goes to, from whom, on which day."""

    number: str
    on: date
    sender: Sender
    reach: str
    address: tuple[str, ...]


def renewal_letter(addressed: Addressed, told: Told) -> Report:
    """The notice, one month before the end of validity (CCH R441-2-7)."""
    return _letter(
        addressed,
        "Renouvelez votre demande de logement",
        (
            Text(f"Votre demande de logement est valable jusqu’au {day_fr(told.expires_on)}."),
            Facts((("Demande", told.number), ("Déposée le", day_fr(told.filed_on)))),
            Notice(
                title=f"Renouvelez au plus tard le {day_fr(told.expires_on)}",
                text=(
                    "Vous gardez votre numéro et votre ancienneté. Sans renouvellement, votre demande est radiée le "
                    f"{day_fr(told.radiated_from)} (CCH, art. R441-2-7 et R441-2-8)."
                ),
            ),
            Heading("Pour renouveler"),
            Items(
                (
                    "En ligne, si vous avez un espace : « Ma demande », puis « Renouveler ma demande ».",
                    "Au guichet, ou par écrit à l’adresse en tête de cette lettre.",
                    "C’est gratuit. Aucune pièce n’est demandée pour renouveler.",
                    "Votre situation a changé ? Dites-le en même temps.",
                )
            ),
        ),
    )


def warning_letter(addressed: Addressed, told: Told) -> Report:
    """The warning after a letter that stayed without an answer (CCH R441-2-8)."""
    return _letter(
        addressed,
        "Répondez pour garder votre demande de logement",
        (
            Text("Nous vous avons écrit au sujet de votre demande de logement. Vous n’avez pas répondu."),
            Facts((("Demande", told.number), ("Déposée le", day_fr(told.filed_on)))),
            Notice(
                title=f"Répondez avant le {day_fr(told.radiated_from)}",
                text="Sans réponse de votre part, votre demande est radiée ce jour-là (CCH, art. R441-2-8).",
            ),
            Text("Écrivez-nous, appelez ou venez au guichet : votre réponse suffit à arrêter cet avertissement."),
        ),
    )


def end_letter(addressed: Addressed, told: Told) -> Report:
    """The radiation and its motive, how to come back when the law allows it, when all is erased (CCH R441-2-8)."""
    follows = ["Aucun logement ne peut plus vous être proposé pour cette demande."]
    if told.reactivable_until is not None:
        # Only a renewal that was missing can still come; an answer had to come before.
        answered = "Si vous aviez répondu, elle" if told.motive == "NON_REPONSE" else "Elle"
        follows.append(
            f"{answered} peut reprendre jusqu’au {day_fr(told.reactivable_until)}, avec son numéro et son ancienneté : "
            "demandez-le-nous."
        )
    else:
        follows.append("Vous pouvez déposer une nouvelle demande.")
    if told.erased_on is not None:
        follows.append(f"Tout ce qu’elle contient est effacé le {day_fr(told.erased_on)}.")
    follows.append("Vous n’êtes pas d’accord ? Écrivez-nous ; vous pouvez aussi contester devant le juge.")
    return _letter(
        addressed,
        "Votre demande de logement est radiée",
        (
            Text(f"Votre demande de logement est radiée. Motif : {ENDED_FOR[told.motive]} (CCH, art. R441-2-8)."),
            Facts((("Demande", told.number), ("Déposée le", day_fr(told.filed_on)))),
            Heading("Et maintenant"),
            Items(tuple(follows)),
        ),
    )


def _letter(addressed: Addressed, title: str, blocks: tuple[Block, ...]) -> Report:
    return Report(
        number=addressed.number,
        title=title,
        issued_on=addressed.on,
        sender=addressed.sender,
        recipient=addressed.address,
        blocks=(Text("Madame, Monsieur,"), *blocks, Text(addressed.reach)),
    )
