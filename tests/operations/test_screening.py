"""What the screen keeps: a refusal without its text, a false alarm without its author, the landlord's own words."""

from datetime import UTC, date, datetime

import pytest
from tests.landlord import Landlord

from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.screening.models import FalseAlarm, LandlordTerm, ScreenRefusal
from palier.screening.operations.terms import (
    WordAlreadyThere,
    WordUnknown,
    WordUnreadable,
    WordWithoutProof,
    add_term,
    remove_term,
)
from palier.screening.operations.texts import UnknownTerm, note_refusal, report_false_alarm
from palier.screening.queries import (
    false_alarms,
    judged,
    landlord_terms,
    person_text_fields,
    refusals_by_agency,
    refusals_by_month,
)

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DPO = Actor(role=Role.DPO, purpose="PROTECTION_DONNEES", agent_id=None)


def add_trifouillot() -> None:
    add_term(
        word="trifouillot",
        category="judgement",
        severity="block",
        hit="encore ce trifouillot",
        look_alike="la vis est folle",
        at=AT,
    )


@pytest.mark.usefixtures("own_landlord")
def test_a_word_of_the_landlord_refuses_like_the_core_and_can_be_taken_away() -> None:
    with acting(DPO):
        add_trifouillot()
        assert judged("quel trifouillot").decision == "block"
        with pytest.raises(WordAlreadyThere):
            add_trifouillot()
        (row,) = landlord_terms()
        remove_term(row.id)
        assert judged("quel trifouillot").decision == "accept"
        with pytest.raises(WordUnknown):
            remove_term(row.id)


@pytest.mark.usefixtures("own_landlord")
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"hit": "une porte"}, WordUnreadable),
        ({"look_alike": "ce trifouillot"}, WordUnreadable),
        ({"hit": " "}, WordWithoutProof),
        ({"category": "humeur"}, WordUnreadable),
        ({"word": "@kin"}, WordUnreadable),
        ({"word": "eau ... ... ... toit"}, WordUnreadable),
        ({"word": "zi*"}, WordUnreadable),
        ({"word": ".."}, WordUnreadable),
    ],
)
def test_a_word_without_its_proofs_is_refused(changed: dict[str, str], refusal: type[Exception]) -> None:
    given = {
        "word": "trifouillot",
        "category": "judgement",
        "severity": "warn",
        "hit": "ce trifouillot",
        "look_alike": "la vis",
    } | changed
    with acting(DPO), pytest.raises(refusal):
        add_term(
            word=given["word"],
            category=given["category"],
            severity=given["severity"],
            hit=given["hit"],
            look_alike=given["look_alike"],
            at=AT,
        )


def test_a_refusal_keeps_neither_the_text_nor_a_piece_of_it(own_landlord: Landlord) -> None:
    text = "Alzheimer"
    officer = own_landlord.agents["gestionnaire_nord"]
    actor = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=officer, agency_id=7)
    with acting(actor):
        note_refusal(judged(text), field="tag", site="desk", actor=actor, at=AT)
    with acting(DPO):
        (kept,) = ScreenRefusal.objects.values()
        assert text.lower() not in " ".join(str(value) for value in kept.values()).lower()
        assert (kept["category"], kept["field"], kept["agent_id"]) == ("health", "tag", officer)
        assert [(row.label, row.category, row.count) for row in refusals_by_agency()] == [("7", "health", 1)]
        assert refusals_by_month() == [("11/2026", 1)]


def test_an_agent_reads_no_refusal_and_adds_no_word(own_landlord: Landlord) -> None:
    officer = own_landlord.agents["gestionnaire_nord"]
    intruder = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=officer)
    with pytest.raises(Exception, match="permission denied"), acting(intruder):
        list(ScreenRefusal.objects.values_list("term"))
    with pytest.raises(Exception, match="permission denied"), acting(intruder):
        LandlordTerm.objects.create(
            word="x", category="judgement", severity="warn", hit="x", look_alike="y", added_at=AT
        )


@pytest.mark.usefixtures("own_landlord")
def test_a_false_alarm_is_the_term_alone() -> None:
    with acting(DPO):
        report_false_alarm("cancers", on=date(2026, 11, 2))
        report_false_alarm("PHONE", on=date(2026, 11, 2))
        with pytest.raises(UnknownTerm):
            report_false_alarm("mon voisin est malade", on=date(2026, 11, 2))
        assert false_alarms() == [("PHONE", 1), ("cancers", 1)]
        assert {field.name for field in FalseAlarm._meta.fields} == {"id", "term", "reported_on"}


def test_the_product_holds_no_text_field_about_persons() -> None:
    assert person_text_fields() == []
