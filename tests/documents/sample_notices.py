"""Notices of a fictional landlord, one for each situation that the page must hold. Amounts are worked out by hand."""

from dataclasses import replace
from datetime import date

from palier.foundation.periods import Month
from palier.mail.notice import (
    AccountStrip,
    Code,
    Contact,
    Debit,
    Delivery,
    Dwelling,
    Landlord,
    Line,
    Notice,
    Payment,
    Received,
    Recipient,
    Transfer,
)

LANDLORD = Landlord(
    name="Habitat du Val Serein",
    form="office public de l’habitat imaginaire",
    address=("1 place du Modèle", "00000 Villefictive"),
    siret="000 000 000 00000",
)


def line(
    code: Code, label: str, reason: str, cents: int, *, monthly: int | None = None, days: int = 30, first: int = 1,
    cap: int | None = None,
) -> Line:  # fmt: skip
    inputs = {"amount_cents": cents if monthly is None else monthly, "days": days, "of": 30, "first": first}
    if cap is not None:
        inputs["cap_cents"] = cap
    return Line(code=code, label=label, reason=reason, rule="rent-line/1", inputs=inputs, amount_cents=cents)


def account(before: int, month: int, *payments: Received) -> AccountStrip:
    received = sum(payment.amount_cents for payment in payments)
    return AccountStrip(
        before_on=date(2026, 10, 15),
        before_cents=before,
        payments=payments,
        payments_cents=received,
        late_cents=max(0, before - received),
        due_cents=before - received + month,
    )


def paid(day: int, means: str, cents: int) -> Received:
    return Received(on=date(2026, 11, day), means=means, amount_cents=cents)


def full_month() -> Notice:
    """Five lines with RLS and APL, a transfer, 42.41 of arrears."""
    return Notice(
        number="AE-2026-11-000123",
        month=Month(2026, 11),
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        term="échu",
        contract="bail",
        issued_on=date(2026, 11, 12),
        due_on=date(2026, 11, 30),
        landlord=LANDLORD,
        recipient=Recipient(
            address=(
                "MME CAMILLE EXEMPLE",
                "APPARTEMENT 204 ETAGE 2",
                "RESIDENCE LES SPECIMENS BATIMENT B",
                "8 RUE DES ECHANTILLONS",
                "00000 VILLEFICTIVE",
            )
        ),
        tenants=("Mme Camille Exemple",),
        dwelling=Dwelling(
            lease="DEMO-0001234", summary="T3 n° 204, 2e étage, 8 rue des Échantillons, 00000 Villefictive"
        ),
        contact=Contact(telephone="01 00 00 00 00", hours="lundi à vendredi, 9 h à 17 h"),
        portal="espace.valserein.example",
        delivery=Delivery(channel="papier", agreed_on=None),
        lines=(
            line("loyer", "Loyer du logement", "68,40 m² × 6,02 € le m²", 41177),
            line("annexe", "Parking n° 17", "prix fixe par mois", 2800),
            line("provision", "Avance sur charges", "eau, chauffage, ascenseur, ménage", 9450),
            line("apl", "APL versée par la CAF", "elle nous est payée pour vous", -18700),
            line("rls", "Réduction de loyer (RLS)", "zone 2, couple et 1 enfant", -4306, cap=41177),
        ),
        total_cents=30421,
        account=account(34241, 30421, paid(4, "virement", 30000)),
        payment=Payment(
            reference="RF85DEMO0001234",
            transfer=Transfer(holder="Habitat du Val Serein", iban="FR7600000000000000000000097", bic=None),
            debit=None,
        ),
    )


def arrival_mid_month() -> Notice:
    """In on the 12th: 19 days of 30. Rent 411.77 × 19 ÷ 30 = 260.787…, parking 17.733…, charges 59.85."""
    hint = "du 12 au 30 : 19 jours sur 30"
    return replace(
        full_month(),
        number="AE-2026-11-000124",
        first_day=date(2026, 11, 12),
        lines=(
            line("loyer", "Loyer du logement", hint, 26079, monthly=41177, days=19, first=12),
            line("annexe", "Parking n° 17", hint, 1773, monthly=2800, days=19, first=12),
            line("provision", "Avance sur charges", hint, 5985, monthly=9450, days=19, first=12),
        ),
        total_cents=33837,
        account=account(0, 33837),
    )


def direct_debit() -> Notice:
    """Two tenants with long names, six address lines, six lines, debited, online by consent."""
    return replace(
        full_month(),
        number="AE-2026-11-000125",
        recipient=Recipient(
            address=(
                "M ET MME DOMINIQUE ET ALIX SPECIMEN",
                "CHEZ MONSIEUR JEAN-BAPTISTE FICTIF",
                "APPARTEMENT 1204 ETAGE 12 ESCALIER 3B",
                "RESIDENCE DES GRANDS MODELES BAT C",
                "112 BIS AV DU GENERAL DE LA FICTION",
                "00000 VILLEFICTIVE SUR EXEMPLE CEDEX 9",
            )
        ),
        tenants=("M. Dominique Spécimen", "Mme Alix Spécimen-Échantillon de la Fiction"),
        dwelling=Dwelling(
            lease="DEMO-0005678", summary="T5 n° 1204, 12e étage, 112 bis avenue de la Fiction, 00000 Villefictive"
        ),
        delivery=Delivery(channel="espace", agreed_on=date(2026, 3, 9)),
        lines=(
            line("loyer", "Loyer du logement", "92,10 m² × 7,35 € le m²", 67694),
            line("annexe", "Parking 3 et cave 12", "45,00 € + 8,00 €", 5300),
            line("sls", "Supplément de loyer (SLS)", "revenus 24 % au-dessus du plafond", 5871),
            line("provision", "Avance sur charges", "eau, chauffage, ascenseur, ménage", 14210),
            line("travaux", "Économies d’énergie", "contribution fixe jusqu’en mars 2038", 1850),
            line("regul", "Charges de 2025, solde", "dépensé 1 630 €, avancé 1 684,40 €", -5440),
        ),
        total_cents=89485,
        account=account(94925, 89485, paid(5, "prélèvement", 94925)),
        payment=Payment(
            reference="RF86DEMO0005678",
            transfer=Transfer(holder="Habitat du Val Serein", iban="FR7600000000000000000000097", bic=None),
            debit=Debit(on=date(2026, 12, 7), mandate="DEMO0005678M01", creditor="FR00ZZZ000000", iban_end="0097"),
        ),
    )


def credit() -> Notice:
    """An advance larger than the month."""
    return replace(full_month(), number="AE-2026-11-000126", account=account(-20000, 30421, paid(4, "virement", 30000)))


def settled() -> Notice:
    """Exactly nothing due."""
    return replace(full_month(), number="AE-2026-11-000127", account=account(0, 30421, paid(4, "virement", 30421)))


def occupancy() -> Notice:
    """A student residence, occupied by contract: a redevance, no RLS, due at the beginning of the month."""
    return replace(
        full_month(),
        number="AE-2026-11-000128",
        contract="occupation",
        term="à échoir",
        due_on=date(2026, 11, 1),
        issued_on=date(2026, 10, 20),
        tenants=("Mme Nguyễn Thị Ánh Tuyết",),
        lines=(
            line("redevance", "Redevance d’occupation", "chambre meublée, eau et chauffage", 38200),
            line("autre", "Accès internet", "prix fixe par mois", 1500),
        ),
        total_cents=39700,
        account=replace(account(0, 39700), before_on=date(2026, 10, 1)),
    )


def many_lines() -> Notice:
    """Twelve lines, some long, four payments, four tenants: the second page."""
    return replace(
        full_month(),
        number="AE-2026-11-000129",
        tenants=(
            "Mme Camille Exemple-Échantillon",
            "M. Dominique Spécimen",
            "Mme Alix Prototype",
            "M. Élie Maquette-Gabarit",
        ),
        lines=(
            line("loyer", "Loyer du logement", "68,40 m² × 6,02 € le m²", 41177),
            line("annexe", "Parking n° 17", "prix fixe par mois", 2800),
            line("annexe", "Cave n° 204", "prix fixe par mois", 800),
            line("annexe", "Jardin partagé de la résidence Les Spécimens", "prix fixe par mois", 450),
            line("sls", "Supplément de loyer (SLS)", "revenus 24 % au-dessus du plafond", 5871),
            line("provision", "Avance eau", "avance, comptes faits chaque année", 2300),
            line("provision", "Avance chauffage", "avance, comptes faits chaque année", 5150),
            line("provision", "Avance parties communes", "avance, comptes faits chaque année", 2000),
            line("travaux", "Économies d’énergie", "contribution fixe jusqu’en mars 2038", 1850),
            line("regul", "Charges de 2025, solde", "dépensé 1 630 €, avancé 1 684,40 €", -5440),
            line("apl", "APL versée par la CAF", "elle nous est payée pour vous", -18700),
            line("rls", "Réduction de loyer (RLS)", "zone 2, couple et 1 enfant", -4306, cap=41177),
        ),
        total_cents=33952,
        account=account(
            134241,
            33952,
            paid(4, "virement", 30000),
            paid(5, "carte bancaire", 5000),
            paid(6, "chèque", 12050),
            paid(9, "espèces à La Poste", 2000),
        ),
    )


SAMPLES = (full_month, arrival_mid_month, direct_debit, credit, settled, occupancy, many_lines)
