"""The jobs of breaches and of audits: letters for the DPO, the pack for the auditor. Run twice, each is made again."""

from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from palier.agents.access import agent_by_id
from palier.foundation import jobs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.oversight.operations.letters import QUEUE, package_letters
from palier.oversight.operations.missions import package_pack
from palier.oversight.operations.replays import COMPARES, compare_with_database, replay_key
from palier.privacy.actor import batch
from palier.privacy.declare import Batch, Role

_OPERATOR = "file d’attente"


class NotTheOfficer(Refusal):
    """Les lettres d’une violation sont préparées pour le délégué à la protection des données."""


@app.task(name="palier.oversight.tasks.letters", queue=QUEUE)
def letters(*, number: str, asked_by: int) -> None:
    """Make the letters of a breach; a refusal stays as its sentence, beside the progress."""
    try:
        with jobs.progress(f"incident:{number}", f"Lettres, {number}") as shown:
            with batch(
                Batch.RIGHTS, operator=_OPERATOR, motive="VIOLATION", command="lettres de violation", categories=()
            ):
                agent = agent_by_id(asked_by)
            if agent.role is not Role.DPO:
                raise NotTheOfficer
            package_letters(
                number=number,
                operator=f"{_OPERATOR}, pour {agent.name}",
                agent_id=agent.agent_id,
                at=now(),
                documents=Path(settings.DOCUMENT_ROOT),
                listener=lambda done, total: shown.at("Lettres", done, total),
            )
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


@app.task(name="palier.oversight.tasks.audit_pack", queue=QUEUE)
def audit_pack(*, number: str, asked_by: int) -> None:
    """Make the pack of a mission; a refusal stays as its sentence, beside the progress."""
    try:
        with jobs.progress(f"audit:{number}", f"Dossier d’audit, {number}") as shown:
            shown.at("Chiffres, journal, rapport", 0, 1)
            package_pack(
                number=number,
                auditor_id=asked_by,
                operator=_OPERATOR,
                on=today(),
                at=now(),
                documents=Path(settings.DOCUMENT_ROOT),
            )
            shown.at("Chiffres, journal, rapport", 1, 1)
    except Refusal:
        # As above.
        return


@app.task(name=COMPARES, queue=QUEUE)
def compare_sitting(*, number: str, sitting: str, asked_by: int) -> None:
    """Hold a sitting against the database for the auditor who asked; what differs stays as a sentence on their page."""
    try:
        with jobs.progress(replay_key(number, sitting), f"Comparaison à la base, séance {sitting}") as shown:
            shown.at("Séance recalculée, dossiers relus", 0, 1)
            found = compare_with_database(
                number=number, sitting=sitting, auditor_id=asked_by, operator=_OPERATOR, on=today()
            )
            what = f"{found.candidates} candidats{f' et {found.opinions} avis' if found.opinions else ''} comparés"
            if found.named:
                shown.found = f"La base ne dit plus ce que la séance a figé\u00a0: {' ; '.join(found.named)}."
                shown.at(f"{what}, différences\u00a0: {len(found.named)}", 1, 1)
            else:
                shown.at(f"{what}, tout est identique", 1, 1)
    except Refusal:
        # As above.
        return
