"""All of one's payslips at once: the PDFs as they were issued, and their list in two open formats (D3243-8)."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence

from palier.foundation.periods import Month
from palier.foundation.tabular.writing import harmless
from palier.mail.store import DocumentStore
from palier.payroll.access import payslips_in_scope
from palier.payroll.queries import OwnSlip

_COLUMNS = ("fichier", "mois", "emis_le", "pages", "octets", "sha256", "corrige")


def bundle(slips: Sequence[OwnSlip], *, store: DocumentStore) -> bytes:
    """The ZIP: a folder a year, `index.csv`, `index.json`. Raises one of UNREADABLE."""
    rows = payslips_in_scope([slip.id for slip in slips])
    listed: list[dict[str, str | int]] = []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for slip in slips:
            name = f"{slip.month.year}/{file_name(slip)}"
            archive.writestr(_entry(name, slip), store.open(rows[slip.id].kept))
            listed.append(
                {
                    "fichier": name,
                    "mois": str(Month.of(slip.month)),
                    "emis_le": slip.issued_on.isoformat(),
                    "pages": slip.pages,
                    "octets": slip.byte_count,
                    "sha256": slip.sha256,
                    "corrige": "oui" if slip.corrects_id else "non",
                }
            )
        archive.writestr("index.json", json.dumps(listed, ensure_ascii=False, indent=1))
        archive.writestr("index.csv", _csv(listed))
    return out.getvalue()


def file_name(slip: OwnSlip) -> str:
    """« bulletin-2026-11-42.pdf »: the month, and a number since a corrected one has the same month."""
    return f"bulletin-{Month.of(slip.month)}-{slip.id}.pdf"


def _entry(name: str, slip: OwnSlip) -> zipfile.ZipInfo:
    day = slip.issued_on
    return zipfile.ZipInfo(name, date_time=(day.year, day.month, day.day, 12, 0, 0))


def _csv(listed: Sequence[dict[str, str | int]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_COLUMNS)
    for row in listed:
        writer.writerow([harmless(str(row[column])) for column in _COLUMNS])
    return "\ufeff" + out.getvalue()
