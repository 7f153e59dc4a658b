"""What `palier doctor` looks at inside the installation: policy, journal, jobs, mail, paper, backups, archive."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from palier.continuity.archiving import archive_of
from palier.continuity.operations.look_after import FolderNotThere, listed
from palier.estate.models import Landlord
from palier.foundation.antivirus import AntivirusMisdescribed, antivirus_state
from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.installation.health import Check, accounts_of, advice, failed, ok
from palier.foundation.installation.units import units_closing
from palier.foundation.workers import workers_at_work
from palier.mail.glyphs import FONTS
from palier.mail.report import Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.mail.store.places import bucket_of
from palier.mail.vault.control import control_state
from palier.privacy.actor import batch
from palier.privacy.checks import check_policy
from palier.privacy.declare import Batch
from palier.privacy.ended import register_path
from palier.privacy.journal.operations import looking_after
from palier.privacy.journal.queries import oldest_unsealed

# The seal comes each minute.
LATEST_SEAL: Final = timedelta(minutes=10)
OLDEST_BACKUP: Final = timedelta(hours=26)
LATEST_ARCHIVE: Final = timedelta(minutes=10)
BACKUPS: Final = "PALIER_BACKUPS"


def application_checks(home: Home, *, operator: str, at: datetime) -> Iterator[Check]:
    """What needs the tables; each names its mend."""
    yield _policy()
    yield _landlord(operator)
    yield _journal(operator, at)
    yield _ends(home)
    yield _worker()
    yield _mail(home)
    yield _antivirus()
    yield _documents(operator)
    yield _paper(operator, at)
    yield _backup(at)
    yield _archive(home, at)


def _policy() -> Check:
    report = check_policy(connection)
    if not report.differences:
        return ok("policy", "Rôles et politique", f"{report.tables} tables, {report.policies} règles de lignes")
    return failed(
        "policy",
        "Rôles et politique",
        f"{len(report.differences)} différences, dont : {report.differences[0]}",
        "lancez « palier policy apply », puis « palier policy check »",
    )


def _landlord(operator: str) -> Check:
    label = "Organisme"
    with batch(Batch.IMPORT, operator=operator, motive="MAINTENANCE", command="doctor", categories=()):
        found = Landlord.objects.order_by("id").first()
    if found is None:
        return failed("landlord", label, "l’organisme n’est pas décrit", "lancez « palier init »")
    if not found.iban:
        return advice(
            "landlord",
            label,
            f"{found.name}, sans IBAN : les locataires ne savent pas où payer",
            "demandez-le dans la page « Organisme » du bureau ; une seconde personne le confirme",
        )
    return ok("landlord", label, found.name)


def _journal(operator: str, at: datetime) -> Check:
    label = "Scellement du journal"
    with looking_after(operator, "doctor"):
        oldest = oldest_unsealed()
    if oldest is None or at - oldest <= LATEST_SEAL:
        return ok("journal", label, "à jour")
    minutes = int((at - oldest).total_seconds() // 60)
    return failed(
        "journal",
        label,
        f"une lecture attend son sceau depuis {minutes} minutes",
        "démarrez le service palier-keeper, ou « palier worker » ; « palier journal seal » dit ce qui l’empêche",
    )


def _ends(home: Home) -> Check:
    """Whether each service may add to the register of what people ended: without it, a restoration gives it back."""
    label, path = "Registre des fins", register_path()
    there = next(place for place in (path, *path.parents) if os.access(place, os.F_OK))
    accounts = accounts_of(home)
    closed = [str(there)] if not os.access(there, os.W_OK) else []
    if accounts is not None:
        # Made by whichever service came first; each adds to it.
        wanted = {path.parent: stat.S_ISGID | 0o070, path: 0o060}
        closed += [str(place) for place, mode in wanted.items() if not _is_shared(place, accounts.sites_gid, mode)]
    if closed:
        told = f"fermé à un service : {closed[0]}"
        return failed("ends", label, told, "lancez « palier init » sous root, qui le rouvre aux sites et aux travaux")
    closing = units_closing(path.parent, home=home)
    if closing:
        return failed(
            "ends",
            label,
            f"{closing[0]} ne laisse pas y écrire",
            "lancez « palier init », puis copiez de nouveau les unités et redémarrez les services",
        )
    return ok("ends", label, f"ouvert aux services, dans {path.parent}")


def _is_shared(place: Path, gid: int, mode: int) -> bool:
    if not place.exists():
        # The file comes with the first end; its folder, with the installation.
        return mode & stat.S_ISGID == 0
    found = place.stat()
    return found.st_gid == gid and found.st_mode & mode == mode


def _worker() -> Check:
    count = workers_at_work()
    if count:
        return ok("worker", "Travaux", f"{count} en marche" if count > 1 else "un en marche")
    return failed(
        "worker", "Travaux", "rien ne les prend", "démarrez le service palier-worker, ou lancez « palier serve »"
    )


def _mail(home: Home) -> Check:
    folder = home.root / "courriels"
    if folder.is_dir() or os.access(home.root, os.W_OK):
        return advice(
            "mail",
            "Courrier électronique",
            f"les messages sont écrits dans {folder}, rien ne part",
            "faites prendre ce dossier par votre serveur de messagerie",
        )
    return failed(
        "mail", "Courrier électronique", f"{folder} n’existe pas", "lancez « palier init » sous root, qui le crée"
    )


def _antivirus() -> Check:
    label = "Antivirus"
    try:
        state = antivirus_state()
    except AntivirusMisdescribed as refused:
        return failed("antivirus", label, str(refused), "corrigez PALIER_CLAMD dans palier.env")
    if not state.is_configured:
        return advice(
            "antivirus",
            label,
            "aucun : les fichiers reçus sont refaits, sans être cherchés",
            "installez clamd, puis écrivez PALIER_CLAMD dans palier.env",
        )
    if not state.version:
        return failed("antivirus", label, f"{state.address} ne répond pas : aucun fichier n’est pris", "démarrez clamd")
    return ok("antivirus", label, state.version)


def _documents(operator: str) -> Check:
    """Where the packs are, and what the last control of each found."""
    label = "Documents gardés"
    try:
        bucket = bucket_of(Path(settings.DOCUMENT_ROOT))
        if bucket is not None:
            bucket.look()
    except Refusal as refused:
        return failed("documents", label, str(refused), "corrigez PALIER_DOCUMENTS_S3, sa clé ou son secret")
    with batch(Batch.MAIL, operator=operator, motive="MAINTENANCE", command="doctor", categories=()):
        state = control_state()
    if state.faults:
        return failed(
            "documents",
            label,
            f"{len(state.faults)} paquets ne se tiennent plus",
            "lancez « palier documents check », puis restaurez ces paquets depuis la sauvegarde",
        )
    place = "dossier de cette machine" if bucket is None else f"stockage {bucket.account.address}"
    if state.oldest_at is None:
        return ok("documents", label, f"{place}, aucun paquet contrôlé encore")
    return ok("documents", label, f"{place}, {state.packs} paquets contrôlés")


def _paper(operator: str, at: datetime) -> Check:
    label = "Documents et polices"
    try:
        with batch(Batch.IMPORT, operator=operator, motive="MAINTENANCE", command="doctor", categories=()):
            sender = landlord_as_sender()
        page = Report(
            number="ESSAI",
            title="Page d’essai",
            issued_on=at.date(),
            sender=sender,
            blocks=(Text("Portez ce vieux whisky au juge blond qui fume."),),
        )
        size = len(render_report(page))
    except Refusal as refused:
        return failed("fonts", label, str(refused), f"réinstallez le programme : ses polices sont dans {FONTS}")
    return ok("fonts", label, f"une page d’essai de {size // 1024} Ko")


def _backup(at: datetime) -> Check:
    label, folder = "Sauvegarde", os.environ.get(BACKUPS, "")
    mend = "lancez « palier backup create » chaque nuit, vers un autre disque"
    if not folder:
        return failed(
            "backup", label, f"{BACKUPS} ne dit pas où elles sont", f"écrivez-le dans palier.env, puis {mend}"
        )
    try:
        backups = listed(Path(folder))
    except FolderNotThere as refused:
        return failed("backup", label, str(refused), mend)
    if not backups:
        return failed("backup", label, f"aucune dans {folder}", mend)
    age = at - backups[0].made_at
    hours = int(age.total_seconds() // 3600)
    if age > OLDEST_BACKUP:
        return failed("backup", label, f"la dernière a {hours} heures", mend)
    return ok("backup", label, f"la dernière a {hours} h")


def _archive(home: Home, at: datetime) -> Check:
    label = "Archive continue"
    try:
        archive = archive_of(home)
    except PermissionError:
        return advice("archive", label, "hors de portée de ce compte", "lancez « palier doctor » sous le propriétaire")
    if archive is None:
        return advice(
            "archive",
            label,
            "elle n’est pas en marche : une panne coûte tout depuis la dernière sauvegarde",
            "lancez « palier backup archive --folder DOSSIER »",
        )
    kept = archive.last_kept_at()
    if kept is not None and at - kept <= LATEST_ARCHIVE:
        return ok("archive", label, "à jour")
    return failed(
        "archive",
        label,
        "rien n’y est arrivé depuis dix minutes",
        "démarrez le service palier-keeper et vérifiez le disque de l’archive",
    )
