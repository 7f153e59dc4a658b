"""The demonstration's applicants: as many as it says, the same each time, under the ceilings as often as it says."""

from datetime import date
from pathlib import Path

import pytest

from palier.demandes.imports.application_file import readings
from palier.demandes.models import Application, Assignment
from palier.demo.accounts import APPLICANTS
from palier.demo.applications import Named, Setting, demandes, filed_on, number_of, write_exchange
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

SETTING = Setting(communes=[("00100", "PARIS"), ("00200", "OTHER")], on=date(2026, 11, 1), seed=4)
AISHA = Named(
    title="MME", first_name="Aïcha", last_name="Jujubier", birth_date=date(1991, 4, 17), email="a@demo.example"
)


def test_the_same_seed_makes_the_same_file_whatever_its_length() -> None:
    short, long = list(demandes(20, SETTING)), list(demandes(60, SETTING))
    assert long[:20] == short
    assert list(demandes(20, Setting(communes=SETTING.communes, on=SETTING.on, seed=5))) != short


def test_every_demande_drawn_is_read_without_a_refusal_nor_an_unknown_code(tmp_path: Path) -> None:
    path = tmp_path / "demandes.xml"
    write_exchange(path, demandes(1_500, SETTING, named=[AISHA]), on=SETTING.on)
    found = [reading.demande for reading in readings(path, on=SETTING.on)]
    assert len(found) == 1_500
    told = [one for one in found if one is not None]
    assert len(told) == 1_500
    assert all(one.unknown == () and one.number.endswith("TEST0") for one in told)
    assert len({one.number for one in told}) == 1_500
    assert told[0].adults[0].last_name == "Jujubier"
    assert told[0].number == number_of(0, filed_on(0, SETTING))
    assert min(one.filed_on for one in told) >= date(2016, 11, 1)
    alone = sum(len(one.adults) == 1 and not one.children for one in told)
    assert 0.4 < alone / len(told) < 0.52
    # PLUS ceiling of 2026 for someone alone: 26,920 € in Paris, 23,403 € elsewhere.
    incomes = [
        next(income.cents or 0 for income in one.incomes if income.is_n2)
        for one in told
        if len(one.adults) == 1 and not one.others
    ]
    assert 0.55 < sum(cents <= 2_340_300 for cents in incomes) / len(incomes) < 0.75


@pytest.mark.usefixtures("world")
def test_the_demonstration_holds_two_applications_a_dwelling_and_those_who_sign_in_have_theirs() -> None:
    with batch(Batch.IMPORT, operator="test", motive="DEMONSTRATION", command="test"):
        # And one housed for five who wait: the wait that applicants are told.
        housed = Application.objects.filter(state="RADIATED", radiation_motive="ATTRIBUTION").count()
        assert (Application.objects.count() - housed, housed) == (120, 24)
        assert Assignment.objects.filter(agent__last_name="Cormier").count() == 40
        shown = Application.objects.filter(person__last_name__in=[one.last_name for one in APPLICANTS])
        assert sorted(shown.values_list("person__first_name", flat=True)) == ["Aïcha", "Bastien"]
