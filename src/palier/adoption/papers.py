"""The papers of a campaign: a leaflet that any hand may give, and the survey of each door of a residence.

Neither holds a code that opens an account: that one comes alone, in a sealed letter. The survey names no one either.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.adoption.questionnaire import QUESTIONS
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.mail.report import Block, Facts, Heading, Items, NewPage, Notice, Report, Sender, Text, render_report
from palier.mail.sender import landlord_as_sender

# One compile holds so many pages without weighing on the machine.
MOST_PAPERS: Final = 500
_OF_A_RESIDENCE: Final = """
SELECT {code} AS code, r.name AS residence, b.code AS building, s.code AS staircase, d.door
FROM adoption_invitee AS i JOIN leases_lease AS l ON l.id = i.lease_id
JOIN estate_residence AS r ON r.id = i.residence_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id JOIN estate_staircase AS s ON s.id = d.staircase_id
JOIN estate_building AS b ON b.id = s.building_id
WHERE i.campaign_id = %(campaign)s AND i.residence_id = %(residence)s AND i.cohort = 'INVITED' AND {which}
ORDER BY b.code, s.code, d.door LIMIT %(most)s
"""
_DOORS: Final = _OF_A_RESIDENCE.format(code="i.code", which="i.answered_on IS NULL")
_INVITED_DOORS: Final = _OF_A_RESIDENCE.format(code="''", which="i.invited_on IS NOT NULL")


class NoSurveyHere(Refusal):
    """Aucun questionnaire de cette campagne n’est à imprimer pour cette résidence."""


class NobodyInvitedHere(Refusal):
    """Aucun logement de cette résidence n’est invité par cette campagne."""


_TITLE: Final = "Votre espace en ligne, si vous le voulez"
_SURVEY_TITLE: Final = "Votre avis avant de vous proposer un espace en ligne"
_PROPOSED: Final[tuple[Block, ...]] = (
    Text("Vous pouvez lire vos avis, payer, signaler une panne et voir qui a lu votre dossier, depuis chez vous."),
    Notice(
        title="Ce n’est jamais obligatoire",
        text="Sans rien faire, vous gardez le papier, l’accueil et le téléphone. Votre bail ne change pas.",
    ),
    Heading("Comment entrer"),
    Items(
        (
            "Demandez votre lettre d’accès à l’agence. Elle arrive fermée, par la poste, à votre nom.",
            "Elle contient un code pour vous seul. Ne le donnez à personne, pas même au gardien.",
            "Ce papier n’a pas de code : il est le même pour tous.",
            "Un proche peut vous aider, chez vous ou à l’agence.",
        )
    ),
    Heading("Et le papier ?"),
    Text(
        "Vos documents restent sur papier tant que vous n’avez pas dit le contraire, pour chaque sorte de "
        "document. Vous revenez au papier quand vous voulez, en un clic ou à l’agence."
    ),
    Text("Vous ne voulez plus qu’on vous le propose ? Dites-le à l’agence ou dans votre espace."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    code: str
    residence: str
    building: str
    staircase: str
    door: str

    @property
    def told(self) -> str:
        return f"{self.residence}, bâtiment {self.building}, escalier {self.staircase}, porte {self.door}"


def leaflet_pdf(*, on: date) -> bytes:
    """The leaflet: what the space is, how the code will come, and that nothing is owed. Raises LandlordNotDescribed."""
    return render_report(leaflet(sender=landlord_as_sender(), on=on))


def leaflet(*, sender: Sender, on: date) -> Report:
    """The leaflet as a document: the same for everyone."""
    return Report(number="DEPLIANT", title=_TITLE, issued_on=on, sender=sender, blocks=_PROPOSED)


def leaflets_pdf(*, campaign_id: int, residence_id: int, on: date) -> bytes:
    """The leaflets that a caretaker hands over, one a door of those invited, none for the others.

    Raises NobodyInvitedHere.
    """
    doors = fetch(_Door, _INVITED_DOORS, {"campaign": campaign_id, "residence": residence_id, "most": MOST_PAPERS})
    if not doors:
        raise NobodyInvitedHere
    blocks: list[Block] = []
    for rank, door in enumerate(doors):
        if rank:
            blocks.append(NewPage())
        blocks += [Facts((("Logement", door.told),)), *_PROPOSED]
    return render_report(
        Report(
            number=f"DEPLIANT-{campaign_id}-{residence_id}",
            title=_TITLE,
            issued_on=on,
            sender=landlord_as_sender(),
            blocks=tuple(blocks),
        )
    )


def invitation(*, number: str, recipient: tuple[str, ...], sender: Sender, on: date) -> Report:
    """The same as a letter: it bears no code either."""
    return Report(number=number, title=_TITLE, issued_on=on, sender=sender, recipient=recipient, blocks=_PROPOSED)


def posted_survey(*, number: str, recipient: tuple[str, ...], code: str, sender: Sender, on: date) -> Report:
    """The survey of one lease as a letter: its code is told, its home is the envelope's."""
    facts = Facts((("Code du questionnaire", _spaced(code)),))
    return Report(
        number=number,
        title=_SURVEY_TITLE,
        issued_on=on,
        sender=sender,
        recipient=recipient,
        blocks=(facts, *_asked()),
    )


def surveys_pdf(*, campaign_id: int, residence_id: int, on: date) -> bytes:
    """The surveys that are still to come back from a residence, one page a door. Raises NoSurveyHere."""
    doors = fetch(_Door, _DOORS, {"campaign": campaign_id, "residence": residence_id, "most": MOST_PAPERS})
    if not doors:
        raise NoSurveyHere
    return render_report(_surveys(doors, campaign_id, residence_id, on))


def _surveys(doors: list[_Door], campaign_id: int, residence_id: int, on: date) -> Report:
    blocks: list[Block] = []
    for rank, door in enumerate(doors):
        if rank:
            blocks.append(NewPage())
        blocks.append(Facts((("Logement", door.told), ("Code du questionnaire", _spaced(door.code)))))
        blocks += _asked()
    return Report(
        number=f"QUESTIONNAIRE-{campaign_id}-{residence_id}",
        title=_SURVEY_TITLE,
        issued_on=on,
        sender=landlord_as_sender(),
        blocks=tuple(blocks),
    )


def _spaced(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _asked() -> list[Block]:
    blocks: list[Block] = [
        Text(
            "Trois questions, deux minutes, sans obligation. Rendez cette feuille à l’agence ou au gardien, sous "
            "enveloppe si vous voulez. Vos réponses sont comptées avec les autres : personne ne garde les vôtres."
        )
    ]
    for question in QUESTIONS:
        blocks.append(Heading(question.text))
        if question.several:
            blocks.append(Text("Plusieurs réponses possibles."))
        blocks.append(Items(tuple(f"[   ] {label}" for _, label in question.choices)))
    blocks.append(Text("Ce code sert à compter une réponse par logement. Il n’ouvre aucun compte."))
    return blocks
