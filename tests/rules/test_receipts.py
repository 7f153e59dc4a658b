"""Which paper a term calls for (loi du 6 juillet 1989, art. 21), and the letters of an account."""

from datetime import date

import pytest

from palier.mail.receipt import Nature, Reason
from palier.quittancement.rules.lettering import letter_code, letters
from palier.quittancement.rules.receipts import Holding, Paper, Term, paper_for

DUE = date(2026, 11, 30)


def term(total: int, paid: int, basis: str = "", *, credited: int = 0, taken_back: bool = False) -> Term:
    return Term(
        total_cents=total,
        settled_cents=paid + credited,
        paid_cents=paid,
        due_on=DUE,
        basis=basis,
        is_taken_back=taken_back,
    )


def held(nature: Nature, settled: int, basis: str) -> Holding:
    return Holding(nature=nature, settled_cents=settled, basis=basis)


def paper(nature: Nature, reason: Reason = "", ended_why: str = "") -> Paper:
    return Paper(nature=nature, reason=reason, ended_why=ended_why)


@pytest.mark.parametrize(
    ("of", "holding", "expected"),
    [
        (term(40_000, 0), None, None),
        (term(40_000, 39_999, "a"), None, paper("reçu")),
        (term(40_000, 40_000, "b"), None, paper("quittance")),
        (term(40_000, 40_000, "b"), held("quittance", 40_000, "b"), None),
        (term(40_000, 39_999, "a"), held("reçu", 39_999, "a"), None),
        (term(40_000, 40_000, "b"), held("reçu", 10_000, "a"), paper("quittance", "complété", "REPLACED")),
        (term(40_000, 20_000, "b"), held("reçu", 10_000, "a"), paper("reçu", "complété", "REPLACED")),
        (term(40_000, 5_000, "b"), held("reçu", 10_000, "a"), paper("reçu", "paiement reparti", "UNDONE")),
        (term(40_000, 10_000, "a"), held("quittance", 40_000, "b"), paper("reçu", "paiement reparti", "UNDONE")),
        # Other payments pay the same term: the quittance names them, and is made again.
        (term(40_000, 40_000, "c"), held("quittance", 40_000, "b"), paper("quittance", "paiement reparti", "UNDONE")),
        (term(40_000, 0), held("quittance", 40_000, "b"), paper("retrait", "paiement reparti", "UNDONE")),
        (term(40_000, 0), held("retrait", 0, ""), None),
        (term(40_000, 40_000, "d"), held("retrait", 0, ""), paper("quittance", "complété", "REPLACED")),
        (term(40_000, 0, taken_back=True), held("reçu", 10_000, "a"), paper("retrait", "avis annulé", "BILL_BACK")),
        (term(40_000, 0, taken_back=True), held("retrait", 0, ""), None),
        (term(40_000, 0, taken_back=True), None, None),
        # What is set off is extinguished like what is paid (C. civ., art. 1347); alone it gives no reçu.
        (term(40_000, 38_500, "a", credited=1_500), None, paper("quittance")),
        (term(40_000, 0, "a", credited=40_000), None, paper("quittance")),
        (term(40_000, 0, "a", credited=39_999), None, None),
        (
            term(40_000, 38_500, "b", credited=1_500),
            held("reçu", 38_500, "a"),
            paper("quittance", "complété", "REPLACED"),
        ),
        (term(40_000, 38_500, "a"), held("quittance", 40_000, "b"), paper("reçu", "paiement reparti", "UNDONE")),
        (term(40_000, 0, "a", credited=1), held("reçu", 5_001, "b"), paper("retrait", "paiement reparti", "UNDONE")),
    ],
)
def test_a_term_calls_for_the_paper_of_the_law(of: Term, holding: Holding | None, expected: Paper | None) -> None:
    assert paper_for(of, holding, on=DUE) == expected


def test_a_term_that_aid_covers_is_settled_on_its_due_day_and_not_before() -> None:
    assert paper_for(term(-2_000, 0), None, on=date(2026, 11, 29)) is None
    assert paper_for(term(-2_000, 0), None, on=DUE) == paper("quittance")
    assert paper_for(term(0, 0), held("quittance", 0, ""), on=date(2027, 1, 4)) is None


def test_a_balanced_group_bears_a_capital_and_an_open_one_a_small_letter() -> None:
    pairs = [("p1", "d1"), ("p2", "d2"), ("p3", "d2")]
    left = {"d2": 500}
    assert letters(pairs, left, ["d1", "d2", "d3", "p1", "p2", "p3"]) == {
        "d1": "A",
        "p1": "A",
        "d2": "b",
        "p2": "b",
        "p3": "b",
    }


def test_a_payment_of_two_debts_binds_them_under_one_letter() -> None:
    assert letters([("p", "d1"), ("p", "d2")], {}, ["d2", "d1", "p"]) == {"d2": "A", "d1": "A", "p": "A"}


def test_letters_go_on_after_z() -> None:
    assert [letter_code(rank) for rank in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
