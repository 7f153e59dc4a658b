"""The visit slip (bon de visite) of an offered dwelling: where, when, until when; neither a name nor a resource.

It is handed to whoever shows the dwelling: they need a door and an hour, and nothing of the person.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.periods import DAYS_FR, day_fr
from palier.foundation.reading import fetch_one
from palier.mail.report import Facts, Grid, Heading, Items, Notice, Report, Sender, Text, render_report
from palier.mail.sender import sender_and_reach

_SLIP: Final = """
SELECT o.id, o.state, o.expires_on, o.visit_at, o.lease_id, r.name AS residence, r.address, r.postcode, r.city, d.door,
       d.floor, d.rooms, d.floor_area_m2
FROM attribution_offer AS o
JOIN attribution_vacancy AS v ON v.id = o.vacancy_id
JOIN estate_residence AS r ON r.id = v.residence_id
JOIN estate_dwelling AS d ON d.id = v.dwelling_id
WHERE o.id = %(offer_id)s
"""
_HAND_MM: Final = 14


class OfferNotVisited(Refusal):
    """Cette proposition est close : le logement ne se visite plus pour elle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What the slip tells of an offer."""

    id: int
    state: str
    expires_on: date
    visit_at: datetime | None
    lease_id: int | None
    residence: str
    address: str
    postcode: str
    city: str
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None


def slip_of(offer_id: int) -> Slip | None:
    """What the slip of this offer tells; none when it is not in sight."""
    return fetch_one(Slip, _SLIP, {"offer_id": offer_id})


def slip_pdf(slip: Slip, *, on: date) -> bytes:
    """The slip on paper, as things stand. Raises OfferNotVisited, LandlordNotDescribed."""
    if slip.state not in ("SENT", "ACCEPTED") or slip.lease_id is not None:
        raise OfferNotVisited
    sender, reach = sender_and_reach()
    return render_report(slip_report(slip, sender=sender, reach=reach, on=on))


def slip_report(slip: Slip, *, sender: Sender, reach: str, on: date) -> Report:
    """The slip as a document."""
    return Report(
        number=f"VIS-{slip.id:07d}",
        title="Bon de visite",
        subtitle=f"Proposition n° {slip.id}",
        issued_on=on,
        sender=sender,
        blocks=(
            Facts(
                (
                    ("Rendez-vous", _meeting(slip)),
                    ("Où", f"{slip.residence}, {slip.address}, {slip.postcode} {slip.city}"),
                    ("Porte", _door(slip)),
                    ("Logement", _size(slip)),
                )
            ),
            Notice(title="Ce bon est valable", text=_validity(slip)),
            Heading("Pour vous qui visitez"),
            Items(
                (
                    "Apportez ce bon, imprimé ou sur votre téléphone.",
                    "Un mètre est utile pour vos meubles. Vous pouvez venir avec les personnes qui vivront là.",
                    "Vous n’avez rien à montrer sur vos revenus, votre santé ou votre famille.",
                    "Visiter ne vaut pas réponse. Répondez oui ou non avant la fin du délai.",
                )
            ),
            Heading("Pour la personne qui montre le logement"),
            Text("Ce bon suffit. Il ne porte pas de nom : n’en demandez pas. Rendez-le à l’agence après la visite."),
            Grid(columns=("Visité le", "À", "Visa"), rows=(("", "", ""),), widths=(2, 1, 3), row_mm=_HAND_MM),
            Text(reach),
        ),
    )


def _meeting(slip: Slip) -> str:
    if slip.visit_at is None:
        return "à prendre avec nous, par téléphone"
    local = slip.visit_at.astimezone(PARIS)
    minutes = f" {local:%M}" if local.minute else ""
    return f"{DAYS_FR[local.weekday()]} {day_fr(local.date())} à {local.hour} h{minutes}"


def _door(slip: Slip) -> str:
    if slip.floor is None:
        return slip.door
    return f"{slip.door}, {'rez-de-chaussée' if slip.floor == 0 else f'étage {slip.floor}'}"


def _size(slip: Slip) -> str:
    said = [f"{slip.rooms} pièce{'s' if slip.rooms > 1 else ''}"] if slip.rooms else []
    said += [f"{slip.floor_area_m2:.0f} m²"] if slip.floor_area_m2 is not None else []
    return ", ".join(said) or "taille non notée"


def _validity(slip: Slip) -> str:
    if slip.visit_at is not None:
        return "Pour ce rendez-vous seulement. Un empêchement ? Appelez-nous : nous en fixons un autre."
    if slip.state == "ACCEPTED":
        return "Jusqu’à la signature du bail."
    return f"Jusqu’au {day_fr(slip.expires_on)}, dernier jour pour répondre."
