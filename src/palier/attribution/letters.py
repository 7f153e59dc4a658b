"""The letters to a candidate: what the commission decided and why, then the offer and how long there is to answer."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.attribution.rules.words import DECISIONS, REFUSAL_MOTIVES
from palier.foundation.money import Cents, euros_fr
from palier.foundation.periods import day_fr
from palier.mail.report import Block, Facts, Heading, Items, Notice, Report, Sender, Text, Together

# What a kept letter is searched for.
_WHERE: Final = "Logement"
_SIZE: Final = "Taille"
_SALUTATIONS: Final = {"MME": "Madame,", "M": "Monsieur,"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who receives the letter, on which day it is written, who writes and how to answer."""

    number: str
    on: date
    sender: Sender
    reach: str
    address: tuple[str, ...]
    application: str
    # « MME », « M », or empty when it is not known.
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The dwelling as a letter tells it. Amounts in cents a month."""

    address: str
    postcode: str
    city: str
    # Building, staircase and door; empty when none is known.
    door: str
    rooms: int | None
    floor_area_m2: str
    floor: int | None
    financing: str
    rent_cents: Cents
    charges_cents: Cents
    available_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the commission decided for this person on this dwelling."""

    kind: str
    sitting_on: date
    rank: int | None = None
    condition: str = ""
    condition_due_on: date | None = None
    motive: str = ""
    other_motive: str = ""
    precision: str = ""


def decision_letter(*, recipient: Recipient, proposed: Proposed, decided: Decided) -> Report:
    """The decision, its motive, what follows and how to contest it (CCH L441-2-2, R441-3)."""
    return _letter(
        recipient,
        title="La décision de la commission",
        blocks=(
            Text(
                f"La commission d’attribution des logements s’est réunie le {day_fr(decided.sitting_on)}. "
                "Elle a examiné votre demande pour le logement décrit ci-dessous."
            ),
            Facts((("Demande", recipient.application), *_dwelling(proposed))),
            Notice(title="Sa décision", text=_decision(decided)),
            *_grounds(decided),
            Heading("Et maintenant"),
            Items(_follows(decided)),
        ),
        closing=(Heading("Si vous n’êtes pas d’accord"), Items(_contesting(decided))),
    )


def offer_letter(*, recipient: Recipient, proposed: Proposed, decided: Decided, days: int) -> Report:
    """The offer: the dwelling, the delay to answer, what silence means (CCH R441-10)."""
    blocks: tuple[Block, ...] = (
        Text(
            f"La commission d’attribution du {day_fr(decided.sitting_on)} vous a attribué le logement décrit "
            "ci-dessous. Nous vous le proposons."
        ),
        Facts((("Demande", recipient.application), *_dwelling(proposed, with_door=True))),
        Notice(
            title=f"Vous avez {days} jours pour répondre",
            text=(
                "Le délai commence le lendemain du jour où vous recevez cette lettre. S’il finit un samedi, un "
                "dimanche ou un jour férié, il va jusqu’au jour ouvrable suivant. Sans réponse de votre part dans ce "
                "délai, la loi considère que vous refusez (CCH, art. R441-10)."
            ),
        ),
        Heading("Pour répondre"),
        Items(
            (
                "Dites oui ou non par écrit, à l’adresse en tête de cette lettre, ou au guichet.",
                "Ou en ligne, si vous avez un espace : « Ma demande », dès que cette lettre y est notée reçue.",
                "Vous pouvez visiter le logement avant de répondre : appelez-nous pour choisir le jour.",
                "Si vous refusez, dites-nous pourquoi : cela nous aide à mieux vous proposer.",
            )
        ),
        *_condition(decided),
    )
    return _letter(recipient, title="Un logement vous est proposé", blocks=blocks)


def salutation(recipient: Recipient) -> str:
    """« Madame, », « Monsieur, », or both when the civility is not known."""
    return _SALUTATIONS.get(recipient.title, "Madame, Monsieur,")


def _letter(recipient: Recipient, *, title: str, blocks: tuple[Block, ...], closing: tuple[Block, ...] = ()) -> Report:
    # A letter too long for a page takes the whole of its end to the next: never one sentence alone.
    end = Together((*closing, Text(recipient.reach)))
    return Report(
        number=recipient.number,
        title=title,
        issued_on=recipient.on,
        sender=recipient.sender,
        recipient=recipient.address,
        blocks=(Text(salutation(recipient)), *blocks, end),
    )


def dwelling_named(raw: bytes | None) -> str:
    """The dwelling as a kept letter names it, without its door; empty once the letter is erased."""
    if raw is None:
        return ""
    said = {label: value for block in json.loads(bytes(raw))["blocs"] for label, value in block.get("paires", ())}
    return ", ".join(said[label] for label in (_WHERE, _SIZE) if label in said)


def placed(residence: str, named: str) -> str:
    """The dwelling that a letter names, after its residence; empty once the letter is erased."""
    return ", ".join(part for part in (residence, named) if part) if named else ""


def _dwelling(proposed: Proposed, *, with_door: bool = False) -> tuple[tuple[str, str], ...]:
    # Whose door it is becomes somebody's home: told to whom it is offered.
    size = [f"{proposed.rooms} pièce{'s' if proposed.rooms > 1 else ''}"] if proposed.rooms else []
    size += [f"{proposed.floor_area_m2} m²"] if proposed.floor_area_m2 else []
    total = proposed.rent_cents + proposed.charges_cents
    return (
        (_WHERE, f"{proposed.address}, {proposed.postcode} {proposed.city}"),
        *((("Porte", proposed.door),) if with_door and proposed.door else ()),
        *(((_SIZE, ", ".join(size)),) if size else ()),
        *(
            (("Étage", "rez-de-chaussée" if proposed.floor == 0 else str(proposed.floor)),)
            if proposed.floor is not None
            else ()
        ),
        ("Financement", proposed.financing),
        (
            "Loyer et charges",
            f"{euros_fr(proposed.rent_cents)} + {euros_fr(proposed.charges_cents)}, soit {euros_fr(total)} par mois",
        ),
        ("Libre à partir du", day_fr(proposed.available_on)),
    )


def _decision(decided: Decided) -> str:
    said = f"{DECISIONS[decided.kind].capitalize()}."
    if decided.rank and decided.kind != "ATTRIBUTION":
        said += f" Votre rang : {decided.rank}."
    return said


def _grounds(decided: Decided) -> tuple[Block, ...]:
    if not decided.motive:
        return ()
    pairs: tuple[tuple[str, str], ...] = (("Motif", REFUSAL_MOTIVES[decided.motive]),)
    if decided.other_motive:
        pairs += (("Autre motif", REFUSAL_MOTIVES[decided.other_motive]),)
    if decided.precision:
        pairs += (("Précision", decided.precision),)
    return (Facts(pairs),)


def _condition(decided: Decided) -> tuple[Block, ...]:
    if not decided.condition or decided.condition_due_on is None:
        return ()
    return (
        Heading("La pièce qui manque"),
        Text(
            f"L’attribution devient définitive si vous donnez cette pièce au plus tard le "
            f"{day_fr(decided.condition_due_on)} : {decided.condition}."
        ),
    )


def _follows(decided: Decided) -> tuple[str, ...]:
    if decided.kind == "NON_ATTRIBUTION":
        return ("Ce logement ne vous est pas attribué.", "Votre demande reste étudiée pour d’autres logements.")
    if decided.kind == "IRRECEVABILITE":
        return (
            "Votre demande ne remplit pas les conditions d’accès au logement social.",
            "Elle sera retirée du système national un mois après cet avertissement, sauf réponse de votre part.",
        )
    follows = ["Vous êtes au premier rang : une lettre vous propose le logement."]
    if decided.rank and decided.rank > 1:
        follows = [
            f"Vous êtes au rang {decided.rank} : le logement vous est proposé si les personnes avant vous le refusent.",
        ]
    if decided.condition and decided.condition_due_on is not None:
        follows.append(f"Donnez cette pièce au plus tard le {day_fr(decided.condition_due_on)} : {decided.condition}.")
    return tuple(follows)


def _contesting(decided: Decided) -> tuple[str, ...]:
    """The delay before the judge is to confirm; a rank alone is not contested there (CE, 27/11/2025, n° 496595)."""
    again = "Vous pouvez demander que la décision soit réexaminée, en écrivant à l’adresse en tête."
    judge = (
        "Vous pouvez aussi la contester devant le tribunal administratif, dans les deux mois qui suivent la réception "
        "de cette lettre."
    )
    if decided.kind == "IRRECEVABILITE":
        return (
            "Vous avez un mois pour répondre, avec les papiers qui montrent que la situation a changé.",
            again,
            judge,
        )
    kept = "Votre demande de logement reste valable : vous gardez votre ancienneté."
    return (again, judge, kept) if decided.kind == "NON_ATTRIBUTION" else (again, kept)
