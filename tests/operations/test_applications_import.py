"""The exchange file taken in: what the tables hold, the same file twice, what agents found and the file tells again."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from tests.imports.application_samples import APPLICANT, ASKED, CHILDREN, DWELLING, demande, exchange, written

from palier.demandes.models import (
    Application,
    Composition,
    Event,
    Member,
    Priority,
    Receipt,
    ResourceLine,
    Resources,
    Situation,
    Stay,
    Wish,
    Work,
)
from palier.demandes.operations.import_file import NoDemande, import_file
from palier.foundation.clock import PARIS
from palier.foundation.models import ImportBatch
from palier.foundation.tabular.outcome import Outcome
from palier.people.models import Contact, Person
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch

AT = datetime(2026, 11, 23, 9, tzinfo=PARIS)
LATER = datetime(2026, 11, 24, 9, tzinfo=PARIS)
OTHER = "1110524000124TEST0"

pytestmark = pytest.mark.usefixtures("own_landlord")


def _given(folder: Path, *demandes: str, at: datetime = AT) -> Outcome:
    with batch(Batch.IMPORT, operator="test", motive="REPRISE", command="applications import"):
        return import_file(written(folder, exchange(*demandes)), created_by=0, at=at, block=2)


def _reading() -> AbstractContextManager[Reading]:
    return batch(Batch.IMPORT, operator="test", motive="REPRISE", command="test")


def test_a_demande_becomes_persons_members_and_headings(tmp_path: Path) -> None:
    outcome = _given(tmp_path, demande(asked=ASKED))
    assert (outcome.read, outcome.created, outcome.updated, outcome.refused) == (1, 1, 0, 0)
    with _reading():
        application = Application.objects.get()
        assert (application.number, application.source, application.path) == ("1110524000123TEST0", "SNE", "FIRST")
        # Filed on 12 May 2024, still in the file of 1 November 2026: the year that runs ends on 12 May 2027.
        assert (str(application.filed_on), str(application.expires_on)) == ("2024-05-12", "2027-05-12")
        # Renewed, then, and not to radiate before June 2027.
        assert str(application.renewed_on) == "2026-05-12"
        assert application.person.first_name == "Aïcha"
        assert application.person.residence_id is None
        roles = list(Member.objects.order_by("id").values_list("role", "person__first_name", "first_name", "tie"))
        assert roles == [
            ("APPLICANT", "Aïcha", "", ""),
            ("COHOLDER", "Paul", "", "CONJOINT"),
            ("DEPENDANT", None, "Zoé", "ENFANT"),
            ("SHARED", None, "", "ENFANT"),
            ("VISITING", None, "", "ENFANT"),
        ]
        stays = set(Stay.objects.values_list("nationality", "state"))
        assert stays == {("FR", "REGULAR"), ("UE", "UNCHECKED")}
        household = Composition.objects.get()
        assert (household.adults, household.dependants, household.shared_custody) == (2, 1, 1)
        assert (household.visiting, household.unborn, household.spouses) == (1, 1, True)
        assert household.stays_regularly is None
        situation = Situation.objects.get()
        assert (situation.housing, situation.rooms, situation.floor_area_m2) == ("LOCATAIRE_PRIVE", 3, 60)
        assert (situation.cost_cents, situation.highest_cost_cents, situation.wished_rooms_max) == (70_000, 80_000, 4)
        resources = Resources.objects.get()
        assert (resources.n2_year, resources.n2_cents, resources.n1_cents) == (2024, 1_800_000, None)
        assert resources.monthly_cents == 164_199
        lines = set(ResourceLine.objects.values_list("direction", "code", "monthly_cents"))
        assert lines == {("RECEIVED", "SAL", 150_000), ("RECEIVED", "AF", 14_199), ("PAID", "PAV", 20_000)}
        # Neither the trade nor the employer is kept.
        assert list(Work.objects.values_list("member__role", "status", "commune")) == [("APPLICANT", "CDI", "93048")]
        assert list(Wish.objects.order_by("rank").values_list("commune", flat=True)) == ["75113", "93048"]
        assert set(Contact.objects.filter(person=application.person).values_list("channel", "value")) == {
            ("PHONE", "0600000001"),
            ("EMAIL", "aicha@demo.example"),
        }
        assert Event.objects.get().kind == "IMPORTED"
        kept = ImportBatch.objects.get(kind="DEMANDES")
        assert (kept.state, kept.read_count, kept.created_count) == ("APPLIED", 1, 1)


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    both = (demande(asked=ASKED), demande(number=OTHER))
    assert _given(tmp_path, *both).created == 2
    again = _given(tmp_path, *both, at=LATER)
    assert (again.read, again.created, again.updated, again.unchanged, again.refused) == (2, 0, 0, 2, 0)
    with _reading():
        assert Application.objects.count() == 2
        assert Member.objects.count() == 10
        assert Event.objects.count() == 2


def test_what_an_agent_found_outlives_a_file_that_tells_the_rest_otherwise(tmp_path: Path) -> None:
    _given(tmp_path, demande(asked=ASKED.replace(' etat="PROVED"', "")))
    with _reading():
        number = Application.objects.get().pk
        Priority.objects.update(proof="PROVED")
        Stay.objects.filter(nationality="UE").update(state="REGULAR")
        Resources.objects.update(proof="PROVED")
        before = set(Member.objects.values_list("id", flat=True))
    moved = APPLICANT.replace("<montant>1500<", "<montant>1600<").replace("Jujubier", "Jujubier-Aulne")
    # Paul has left; the priority is told again, another is new.
    told = ASKED.replace(' etat="PROVED"', "").replace("<motif", '<priorite code="DALO"/><motif')
    outcome = _given(tmp_path, demande(person=moved + CHILDREN + DWELLING, asked=told), at=LATER)
    assert (outcome.updated, outcome.created, outcome.refused) == (1, 0, 0)
    with _reading():
        application = Application.objects.get()
        assert (application.pk, application.version) == (number, 2)
        assert application.person.last_name == "Jujubier-Aulne"
        assert set(Member.objects.values_list("id", flat=True)) < before
        assert not Person.objects.filter(first_name="Paul", last_name="Jujubier", residence=None).exists()
        assert set(Priority.objects.values_list("code", "proof")) == {
            ("HABITAT_INDIGNE", "PROVED"),
            ("DALO", "DECLARED"),
        }
        assert Composition.objects.get().adults == 1
        assert Composition.objects.get().stays_regularly is True
        assert (Resources.objects.get().monthly_cents, Resources.objects.get().proof) == (174_199, "PROVED")
        assert list(Event.objects.order_by("id").values_list("detail", flat=True)) == ["", "CHANGED"]


def test_a_file_without_places_leaves_those_that_are_known(tmp_path: Path) -> None:
    _given(tmp_path, demande(asked=ASKED))
    outcome = _given(tmp_path, demande(person=APPLICANT + CHILDREN), at=LATER)
    assert outcome.updated == 1
    with _reading():
        assert Wish.objects.count() == 2
        assert Situation.objects.get().wished_rooms_max == 4
        # The file no longer says where they live: nothing is made vague.
        assert Situation.objects.get().housing == "LOCATAIRE_PRIVE"


def test_an_unknown_code_is_kept_and_told(tmp_path: Path) -> None:
    person = APPLICANT.replace('"SAL"', '"XYZ"') + DWELLING.replace('code="LP"', 'code="ZZ9"')
    outcome = _given(tmp_path, demande(person=person))
    assert outcome.created == 1
    assert {(remark.column, remark.value) for remark in outcome.warnings} >= {
        ("ressource", "XYZ"),
        ("modeleLogement", "ZZ9"),
    }
    with _reading():
        assert sorted(Receipt.objects.get().unknown_codes) == ["modeleLogement=ZZ9", "ressource=XYZ"]
        assert Situation.objects.get().housing == "INCONNU"
        assert ResourceLine.objects.filter(code="XYZ", monthly_cents=150_000).exists()


def test_one_refused_does_not_stop_the_others_and_a_number_comes_once(tmp_path: Path) -> None:
    outcome = _given(
        tmp_path,
        demande(number="1111324000123TEST0"),
        demande(number=OTHER),
        demande(number=OTHER, person=APPLICANT),
        demande(filed_on="2024-02-30", number="1110524000125TEST0"),
    )
    assert (outcome.read, outcome.created, outcome.refused) == (4, 1, 3)
    assert [remark.column for remark in outcome.refusals] == ["numUnique", "numUnique", "dateCreationDemande"]
    with _reading():
        assert Application.objects.get().number == OTHER


def test_a_radiated_application_does_not_come_back_by_a_file(tmp_path: Path) -> None:
    _given(tmp_path, demande())
    with _reading():
        Application.objects.update(state="RADIATED", radiated_on=AT.date(), radiation_motive="RENONCIATION")
    outcome = _given(tmp_path, demande(person=APPLICANT), at=LATER)
    assert (outcome.refused, outcome.updated) == (1, 0)
    assert "radiée" in outcome.refusals[0].reason


def test_a_file_cut_at_its_end_leaves_nothing(tmp_path: Path) -> None:
    whole = exchange(*(demande(number=f"11105240001{rank}TEST0") for rank in range(10, 20)))
    path = written(tmp_path, whole[: len(whole) - 40])
    with pytest.raises(Exception, match="Rien n’a été importé"), _reading():
        import_file(path, created_by=0, at=AT, block=2)
    with _reading():
        assert not Application.objects.exists()
        assert not ImportBatch.objects.filter(kind="DEMANDES").exists()


def test_a_file_without_demande_is_refused(tmp_path: Path) -> None:
    empty = exchange(" ")
    with pytest.raises(NoDemande), _reading():
        import_file(written(tmp_path, empty), created_by=0, at=AT)
