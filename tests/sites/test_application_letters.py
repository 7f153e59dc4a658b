"""The letters that the law has written to applicants: once for each event, for their person and who instructs alone."""

import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.urls import reverse
from tests.applications import HER_NUMBER, HERS, HIS, INES, write_applications
from tests.landlord import Landlord, insert
from tests.sites.answers import bytes_of

from palier.demandes.operations.writing import write_letters
from palier.foundation.clock import now, today

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

EVENTS = (
    (HERS, "NOTICE", "", 0),
    (HERS, "WARNED", "NON_REPONSE", 0),
    # The commission's letter warns of it.
    (HERS, "WARNED", "IRRECEVABLE_PLAFOND", 0),
    (HIS, "RADIATED", "NON_RENOUVELLEMENT", 0),
    # Signed: the lease says it.
    (HIS, "RADIATED", "ATTRIBUTION", 0),
    # Long ago.
    (HIS, "NOTICE", "", 40),
)


def test_each_event_has_its_letter_once_for_its_person_and_who_instructs(
    cluster: "Cluster", own_landlord: Landlord, client_as: "ClientAs"
) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        session.execute("UPDATE demandes_application SET filed_on = '2025-12-20', expires_on = '2026-12-20'")
        for application_id, kind, detail, days in EVENTS:
            insert(session, "demandes_event", [
                {"application_id": application_id, "kind": kind, "detail": detail,
                 "on": today() - timedelta(days=days), "at": now()},
            ])  # fmt: skip
        # A small block: several transactions, as on a large stock; killed between two, the next night goes on.
        assert write_letters(at=now(), operator="essai", block=2) == 3
        assert write_letters(at=now(), operator="essai", block=2) == 0
        made = session.execute("SELECT application_id, kind, id FROM demandes_letter ORDER BY id").fetchall()
        assert [row[:2] for row in made] == [(HERS, "NOTICE"), (HERS, "WARNED"), (HIS, "RADIATED")]
        notice, ended = made[0][2], made[2][2]
        hers = reverse("home:own_letter", args=[HERS, notice])
        paper = bytes_of(client_as("demandeuse").get(hers))
        told = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
        text = " ".join(told.split())
        # Thirteen months after 20 December 2025, by hand.
        for said in ("Inès Érable", HER_NUMBER, "20/12/2026", "radiée le 20/01/2027"):
            assert said in text, said
        assert "Notre lettre du" in client_as("demandeuse").get(reverse("home:application")).content.decode()
        stranger = client_as("autre_demandeur")
        assert stranger.get(hers).status_code == 404
        assert stranger.get(reverse("home:own_letter", args=[HIS, notice])).status_code == 404
        assert stranger.get(reverse("home:own_letter", args=[HIS, ended])).status_code == 200
        at_desk = reverse("desk:application_letter", args=[HERS, notice])
        assert bytes_of(client_as("attribution").get(at_desk)) == paper
        for other in ("attribution_sud", "gestionnaire_nord", "comptable"):
            assert client_as(other).get(at_desk).status_code == 404, other
        read = session.execute(
            "SELECT DISTINCT subjects FROM privacy_readevent WHERE screen LIKE 'lettre %'"
        ).fetchall()
        assert ([INES],) in read
