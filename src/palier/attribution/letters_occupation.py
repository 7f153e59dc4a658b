"""The letter to a tenant after the commission's opinion on their occupation (CCH L442-5-2)."""

from collections.abc import Sequence
from datetime import date

from palier.attribution.letters import Recipient, salutation
from palier.attribution.rules.words import OPINIONS, PROTECTIONS
from palier.foundation.periods import day_fr
from palier.mail.report import Facts, Heading, Items, Notice, Report, Text


def opinion_letter(
    *,
    recipient: Recipient,
    dwelling: str,
    due_on: date,
    opinion: str,
    opinion_on: date,
    situations: Sequence[str],
    protections: Sequence[str],
) -> Report:
    """What was examined and found, the opinion, what follows. It ends no right and asks for no paper."""
    return Report(
        number=recipient.number,
        title="L’avis de la commission sur votre logement",
        issued_on=recipient.on,
        sender=recipient.sender,
        recipient=recipient.address,
        blocks=(
            Text(salutation(recipient)),
            Text(
                "Tous les trois ans, la loi demande au bailleur de regarder si le logement convient encore à ceux qui "
                "y vivent (CCH, art. L442-5-2). La commission d’attribution, qui a examiné votre situation sans "
                f"connaître votre nom, a donné son avis le {day_fr(opinion_on)}."
            ),
            Facts((("Logement", dwelling), ("Examen dû le", day_fr(due_on)))),
            Heading("Ce qui a été constaté"),
            Items(tuple(situations)),
            Notice(title="L’avis de la commission", text=f"{OPINIONS[opinion].capitalize()}."),
            *(
                (
                    Text(
                        "Vous êtes protégé\u00a0: une sous-occupation ne met pas fin à votre droit de rester "
                        f"({', '.join(PROTECTIONS[code] for code in protections)}\u00a0; CCH, art. L442-3-1)."
                    ),
                )
                if protections
                else ()
            ),
            Heading("Et maintenant"),
            Items(
                (
                    "Nous vous proposons un entretien pour en parler avec vous.",
                    "Cet avis, à lui seul, ne change ni votre bail ni votre loyer.",
                    "Si un constat est inexact, vous pouvez demander sa rectification, en ligne ou au guichet.",
                )
            ),
            Text(recipient.reach),
        ),
    )
