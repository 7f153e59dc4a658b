"""Orders to the bank: valid against their schema, the same meaning as an independent writer's, never half written."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from palier.banking.formats.markup import schema_of
from palier.banking.formats.pain001 import TransferLine, write_transfers
from palier.banking.formats.pain008 import Amendment, DebitLine, Sequence, Version, write_debits
from palier.banking.formats.payment_order import Own, Written
from palier.banking.formats.sepa_text import sepa_text
from palier.bench.bank_files import OWN, debits, payer_iban, reference_of
from palier.foundation.errors import Refusal

AT = datetime(2026, 10, 20, 8, 0, 0, tzinfo=UTC)
NAMESPACE = re.compile(r"\{[^}]*\}")


def debit(
    reference: str = "PAL-1", *, cents: int = 41_218, name: str = "Le locataire", iban: str = payer_iban(1),
    bic: str = "", rf: str = "", rum: str = "RUM-1", amendment: Amendment | None = None,
) -> DebitLine:  # fmt: skip
    return DebitLine(
        end_to_end_id=reference,
        amount_cents=cents,
        sequence=Sequence.RCUR,
        collected_on=date(2026, 11, 5),
        mandate_reference=rum,
        signed_on=date(2024, 2, 29),
        holder_name=name,
        iban=iban,
        bic=bic,
        rf_reference=rf,
        amendment=amendment,
    )


def write(folder: Path, lines: list[DebitLine], *, version: Version = Version.OF_2019, own: Own = OWN) -> Written:
    return write_debits(folder / "p.xml", lines, own=own, message_id="PAL-202611", created_at=AT, version=version)


def tree_of(path: Path, schema: str) -> etree._ElementTree:
    """The file, held against its schema by a reading that is not the product's streamed one."""
    tree = etree.parse(str(path))
    message, _, version = schema.partition(".001.")
    known = schema_of(message, version)
    assert known is not None
    known.assertValid(tree)
    return tree


def texts(tree: etree._ElementTree, tag: str) -> list[str]:
    return [element.text or "" for element in tree.iter(f"{{*}}{tag}")]


@pytest.mark.parametrize("version", Version)
def test_debits_go_by_batches_of_one_day_and_one_sequence(tmp_path: Path, version: Version) -> None:
    lines = list(debits(120))
    written = write(tmp_path, lines, version=version)
    tree = tree_of(tmp_path / "p.xml", version)
    assert written == Written(count=120, total_cents=sum(line.amount_cents for line in lines))
    days_and_sequences = list(zip(texts(tree, "ReqdColltnDt"), texts(tree, "SeqTp"), strict=True))
    # 0, 50 and 100 open a mandate; 0 is a multiple of 3.
    assert days_and_sequences == [
        ("2026-11-05", "FRST"),
        ("2026-11-05", "RCUR"),
        ("2026-11-10", "FRST"),
        ("2026-11-10", "RCUR"),
    ]
    assert texts(tree, "NbOfTxs") == ["120", "2", "78", "1", "39"]
    assert sorted(texts(tree, "EndToEndId")) == [line.end_to_end_id for line in lines]
    assert set(texts(tree, "LclInstrm")) == {""}
    assert texts(tree, "Ref")[0] == reference_of(50)


def test_an_amended_mandate_says_what_it_said_before(tmp_path: Path) -> None:
    former = Amendment(
        former_reference="ANCIENNE-7",
        former_creditor_id="FR98ZZZ111111",
        former_creditor_name="Office fictif d’à côté",
        account_changed=True,
    )
    for version in Version:
        write(tmp_path, [debit(amendment=former), debit("PAL-2", amendment=Amendment())], version=version)
        tree = tree_of(tmp_path / "p.xml", version)
        assert texts(tree, "OrgnlMndtId") == ["ANCIENNE-7"]
        assert texts(tree, "AmdmntInd") == ["true"]
        held = next(iter(tree.iter("{*}AmdmntInfDtls")))
        ids = [element.text for element in held.iter("{*}Id") if element.text]
        assert ids == ["FR98ZZZ111111", "SMNDA"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (debit(iban="FR7699999000010000000000116"), "qui finit par 0116"),
        (debit(cents=0), "0.00"),
        (debit(cents=-1), "-0.01"),
        (debit(cents=10**11), "1000000000.00"),
        (debit(name="—"), "ne peut pas s’écrire"),
        (debit(rum="R/"), "identifiant bancaire"),
        (debit(rum="R" * 36), "identifiant bancaire"),
        (debit("É1"), "identifiant bancaire"),
        (debit(bic="ABC"), "n’est pas un BIC"),
        (debit(rf="RF00</Ref>"), "référence RF"),
    ],
)
def test_a_debit_that_cannot_be_asked_leaves_no_file(tmp_path: Path, line: DebitLine, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        write(tmp_path, [debit("PAL-0"), line])
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_twice_and_nothing_empty(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="deux fois"):
        write(tmp_path, [debit(), debit()])
    with pytest.raises(Refusal, match="rien à demander"):
        write(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_a_refused_file_leaves_the_former_one_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, [debit()])
    before = (tmp_path / "p.xml").read_bytes()

    def falling() -> Iterator[DebitLine]:
        yield debit()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_debits(tmp_path / "p.xml", falling(), own=OWN, message_id="PAL-202611", created_at=AT)
    assert (tmp_path / "p.xml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["p.xml"]


def test_refunds_follow_their_schema(tmp_path: Path) -> None:
    lines = [
        TransferLine(
            end_to_end_id=f"RMB-{number}",
            amount_cents=12_345 + number,
            paid_on=date(2026, 11, 5 + number % 2),
            holder_name="L’ancienne locataire",
            iban=payer_iban(number),
            bic="ZZZZFRPP" if number == 1 else "",
            wording="Trop-perçu de charges <2025> & dépôt",
        )
        for number in range(3)
    ]
    written = write_transfers(tmp_path / "r.xml", lines, own=OWN, message_id="RMB-202611", created_at=AT)
    tree = tree_of(tmp_path / "r.xml", "pain.001.001.09")
    assert written == Written(count=3, total_cents=37_038)
    assert texts(tree, "CtrlSum") == ["370.38", "246.92", "123.46"]
    assert texts(tree, "Ustrd")[0] == "Trop-percu de charges 2025 + depot"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Élodie d’Œuvre & fils", "Elodie d'OEuvre + fils"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("a\u00a0b\tc\nd", "a b c d"),
        ("<b>€ 5 ; 6</b>", "b EUR 5 , 6 /b"),
        ("Σ", ""),
    ],
)
def test_signs_are_those_that_banks_accept(text: str, written: str) -> None:
    assert sepa_text(text, 70) == written


names = st.text(min_size=1, max_size=90).map(lambda text: f"M{text}")
identifiers = st.from_regex(r"[A-Za-z0-9]{1,34}[A-Z0-9]", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(
    name=names,
    rum=identifiers,
    cents=st.integers(min_value=1, max_value=99_999_999_999),
    bic=st.sampled_from(["", "ZZZZFRPP", "ZZZZFRPPXXX"]),
    number=st.integers(min_value=0, max_value=9_999_999),
    version=st.sampled_from(list(Version)),
    own_name=names,
)
def test_whatever_the_names_a_file_is_valid_and_says_the_amount(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    rum: str,
    cents: int,
    bic: str,
    number: int,
    version: Version,
    own_name: str,
) -> None:
    folder = tmp_path_factory.mktemp("ordre")
    line = debit(name=name, rum=rum, cents=cents, bic=bic, iban=payer_iban(number), rf=reference_of(number))
    own = Own(name=own_name, iban=OWN.iban, creditor_id=OWN.creditor_id)
    write(folder, [line], version=version, own=own)
    tree = tree_of(folder / "p.xml", version)
    whole, rest = divmod(cents, 100)
    assert texts(tree, "InstdAmt") == [f"{whole}.{rest:02d}"]
    assert texts(tree, "MndtId") == [rum]
    assert all(len(told) <= 70 for told in texts(tree, "Nm"))


def payments_of(tree: etree._ElementTree) -> dict[str, list[str]]:
    """Each debit by its EndToEndId: every path and text inside it, and inside the head of its batch."""
    told = {}
    for batch in tree.iter("{*}PmtInf"):
        head = [
            said
            for child in batch
            if NAMESPACE.sub("", child.tag) in {"PmtMtd", "PmtTpInf", "ReqdColltnDt", "Cdtr", "CdtrAcct", "CdtrSchmeId"}
            for said in leaves(child)
        ]
        for payment in batch.iter("{*}DrctDbtTxInf"):
            reference = payment.findtext(".//{*}EndToEndId")
            assert reference is not None
            told[reference] = sorted(head + leaves(payment))
    return told


def leaves(element: etree._Element) -> list[str]:
    found = []
    for each in element.iter():
        if len(each) == 0:
            path = [NAMESPACE.sub("", up.tag) for up in reversed([each, *each.iterancestors()])][3:]
            found.append("/".join(path) + f"={(each.text or '').strip()}" + each.get("Ccy", ""))
    return found


@pytest.mark.parametrize("version", Version)
def test_an_independent_writer_says_the_same_of_500_debits(tmp_path: Path, version: Version) -> None:
    sepaxml = pytest.importorskip("sepaxml")
    lines = list(debits(500))
    config = {
        "name": OWN.name,
        "IBAN": OWN.iban,
        "BIC": OWN.bic,
        "batch": True,
        "creditor_id": OWN.creditor_id,
        "currency": "EUR",
        "instrument": "CORE",
    }
    other = sepaxml.SepaDD(config, schema=version.value, clean=False)
    for line in lines:
        other.add_payment(
            {
                "name": sepa_text(line.holder_name, 70),
                "IBAN": line.iban,
                "amount": line.amount_cents,
                "type": line.sequence.value,
                "collection_date": line.collected_on,
                "mandate_id": line.mandate_reference,
                "mandate_date": line.signed_on,
                "description": "",
                "endtoend_id": line.end_to_end_id,
            }
        )
    (tmp_path / "other.xml").write_bytes(other.export(validate=False))
    write(tmp_path, lines, version=version)
    ours, theirs = (
        payments_of(etree.parse(str(tmp_path / "p.xml"))),
        payments_of(etree.parse(str(tmp_path / "other.xml"))),
    )
    # Only we give the RF reference, and the currency of our own account.
    ours = {
        reference: [said for said in told if "/RmtInf/" not in said and "CdtrAcct/Ccy" not in said]
        for reference, told in ours.items()
    }
    theirs = {
        reference: [said for said in told if "/RmtInf/" not in said and "CdtrAcct/Ccy" not in said]
        for reference, told in theirs.items()
    }
    assert len(ours) == 500
    assert ours == theirs
