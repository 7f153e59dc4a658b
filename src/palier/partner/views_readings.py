"""Who read one's payslips: the service and the function, never a name."""

from typing import Final

from django.http import HttpResponse
from django.utils.timezone import localtime

from palier.agents.file_readings import READINGS_KEPT, FileReading, ReadingFilter, readings_of_my_file
from palier.foundation.clock import now
from palier.partner.frame import me, page, trail
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Batch, Role
from palier.web.requests import ActorRequest

_SHOWN: Final = 200
_BATCHES: Final = {
    Batch.PAYROLL.value: "Traitement de la paie, sans lecture par une personne",
    Batch.RETENTION.value: "Contrôle des durées, sans lecture par une personne",
    Batch.OPERATOR.value: "Sauvegarde ou intervention technique, par un administrateur",
    Batch.VENDOR.value: "Assistance de l’éditeur, par un technicien",
    Batch.RIGHTS.value: "Copie de votre dossier, à votre demande",
}


def readings(request: ActorRequest) -> HttpResponse:
    """The readings of a year, the newest first."""
    asked = ReadingFilter(since=now() - READINGS_KEPT)
    found = readings_of_my_file(me(request), asked, limit=_SHOWN)
    context: dict[str, object] = {
        "crumbs": trail("Qui a lu mes bulletins\u202f?"),
        "readings": [
            {
                "at": localtime(reading.at),
                "reader": _reader(reading),
                "why": PURPOSES[reading.purpose].plain_words,
                "seen": [CATEGORIES[code].label for code in reading.categories if code in CATEGORIES],
            }
            for reading in found
        ],
        "is_cut": len(found) == _SHOWN,
    }
    return page(request, "partner/readings.html", context)


def _reader(reading: FileReading) -> str:
    if reading.role in _BATCHES:
        return _BATCHES[reading.role]
    if reading.service:
        return f"{reading.service}, {reading.function}"
    return ROLE_LABELS.get(Role(reading.role), "") if reading.role in set(Role) else "Traitement"
