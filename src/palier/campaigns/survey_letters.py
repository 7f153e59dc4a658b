"""The letters of the survey of resources (CCH L441-9): asked, reminded, put on notice, charged, settled.

Each says what the law wants, by when, and what follows; none asks for more than the supplement needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from palier.campaigns.law import L441_9, L441_9_VERSION
from palier.campaigns.letters import Envelope
from palier.campaigns.queries.letters import Settled, SurveyedLease
from palier.campaigns.rules.survey import answer_due_on, notice_over_on, repaid_by
from palier.demandes.rules.ceiling import income_ceiling
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, decimal_fr, euros_fr
from palier.foundation.periods import day_fr
from palier.mail.report import Block, Facts, Grid, Heading, Items, NewPage, Notice, Report, Text
from palier.quittancement.rules.sls import (
    FINANCINGS,
    full_supplement,
    overrun_coefficient,
    provisional_coefficient,
    reference_rate,
)

_PEOPLE_ON_THE_FORM = 7
_TO_SEND = (
    "L’avis d’impôt sur les revenus de {income_year} de chaque personne qui vit dans le logement, même sans revenu.",
    "La carte mobilité inclusion mention « invalidité » de chaque personne qui l’a : elle relève le plafond.",
    "Le feuillet de réponse, rempli et signé.",
)

# Who reads a sum without the ceiling asks why first (L441-4), then how to be rid of it (L441-9).
_WITHOUT_CEILING = (
    "Loyer et supplément ne dépassent jamais 30 % des ressources quand elles sont connues (CCH, art. L441-4). Sans "
    "réponse elles ne le sont pas : ce plafond ne peut pas être calculé et la somme provisoire ne le suit pas."
)
_ANSWER_IN_TIME = (
    "Répondez dans ce délai : le supplément, s’il en est dû un, est calculé sur vos ressources, avec ce plafond. Une "
    "réponse en retard le fait recalculer aussi, et le trop-perçu vous est rendu dans les deux mois ; les frais de "
    "dossier restent alors dus."
)
_ANSWER_STILL = (
    "Répondez à l’enquête, même en retard : le supplément de chaque mois est alors recalculé sur vos ressources, avec "
    "ce plafond, et le trop-perçu vous est rendu dans les deux mois. Les frais de dossier restent dus."
)


class LetterLacksFacts(Refusal):
    """Il manque {missing} pour écrire cette lettre : complétez la fiche du logement ou du bail, puis relancez."""


class LetterDisagrees(Refusal):
    """Le supplément noté, {noted} par mois, n’est pas celui que donne la fiche du logement, {worked} : elle a changé
    depuis. Corrigez la fiche, ou reprenez le supplément, avant d’écrire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What a letter is about: the lease in the survey, and the lines that settled its past months."""

    file: SurveyedLease
    settled: Sequence[Settled] = ()


def survey_letter(surveyed: Surveyed, envelope: Envelope) -> Report:
    """The questionnaire, with its answer sheet."""
    file = surveyed.file
    due = day_fr(answer_due_on(envelope.on))
    return envelope.report(
        title=f"Enquête de ressources {file.year}",
        subtitle=f"Répondez avant le {due} inclus",
        blocks=(
            Text(
                "Chaque année, la loi demande à l’organisme de connaître les ressources des foyers, pour savoir si un "
                "supplément de loyer de solidarité est dû (CCH, art. L441-3 et L441-9)."
            ),
            Facts((*envelope.whose, ("Ressources demandées", f"revenus de {file.year - 2}"), ("Réponse", due))),
            Heading("Ce qu’il faut envoyer"),
            Items(tuple(line.format(income_year=file.year - 2) for line in _TO_SEND)),
            Text(
                "Vous recevez l’aide personnalisée au logement ou une allocation de logement : vous n’avez pas à "
                "répondre, dites-le nous seulement."
            ),
            Text(
                f"Vos revenus ont baissé d’au moins 10 % depuis {file.year - 2} : joignez l’avis le plus récent, ou "
                "les justificatifs des douze derniers mois."
            ),
            Notice(
                "Sans réponse",
                "Après une mise en demeure restée quinze jours sans réponse, un supplément provisoire au coefficient "
                f"maximal et des frais de dossier de {euros_fr(file.fee_cents)} sont dus.",
            ),
        ),
        sheets=_answer_sheet(file, envelope),
    )


def reminder_letter(surveyed: Surveyed, envelope: Envelope) -> Report:
    """Those who have not answered yet, told again and simply."""
    file = surveyed.file
    if file.sent_on is None:
        raise LetterLacksFacts(missing="la date du questionnaire")
    return envelope.report(
        title=f"Enquête de ressources {file.year} : votre réponse manque",
        blocks=(
            Text(
                f"Nous vous avons écrit le {day_fr(file.sent_on)}. Votre réponse ne nous est pas parvenue. La loi "
                f"donne un mois, jusqu’au {day_fr(answer_due_on(file.sent_on))} inclus (CCH, art. L441-9)."
            ),
            Facts(envelope.whose),
            Heading("Ce qu’il faut envoyer"),
            Items(tuple(line.format(income_year=file.year - 2) for line in _TO_SEND)),
            Text("Vous avez répondu entre-temps : ne tenez pas compte de cette lettre."),
        ),
        sheets=_answer_sheet(file, envelope),
    )


def formal_notice(surveyed: Surveyed, envelope: Envelope) -> Report:
    """The formal notice, which reproduces the article: fifteen days, then the provisional supplement."""
    file = surveyed.file
    if file.sent_on is None:
        raise LetterLacksFacts(missing="la date du questionnaire")
    monthly = provisional_of(file)
    reminded = f" et rappelé le {day_fr(file.reminded_on)}" if file.reminded_on else ""
    return envelope.report(
        title="Mise en demeure de répondre à l’enquête de ressources",
        subtitle="Lettre recommandée",
        blocks=(
            Text(
                f"Le questionnaire de l’enquête {file.year} vous a été envoyé le {day_fr(file.sent_on)}{reminded}. "
                "Le délai d’un mois est passé et nous n’avons pas votre réponse. Nous vous mettons en demeure de "
                "répondre dans les quinze jours qui suivent la remise de cette lettre, ou sa première présentation si "
                "vous ne la retirez pas."
            ),
            Facts(
                (
                    *envelope.whose,
                    ("Supplément provisoire sans réponse", f"{euros_fr(monthly)} par mois"),
                    ("Frais de dossier", euros_fr(file.fee_cents)),
                )
            ),
            Items((provisional_sum(file, monthly), _WITHOUT_CEILING, *doubts_on(file, is_provisional=True))),
            Text(_ANSWER_IN_TIME),
            Heading("Ce qu’il faut envoyer"),
            Items(tuple(line.format(income_year=file.year - 2) for line in _TO_SEND)),
            Text(
                "Vous ne pouvez pas réunir ces papiers, ou une difficulté vous en empêche : appelez-nous dans ce "
                "délai. L’Adil vous renseigne gratuitement au 0805 16 00 75."
            ),
        ),
        # On the page where the letter ends: a break here would leave a page of three lines before the article.
        sheets=(
            Heading("Article L441-9 du code de la construction et de l’habitation"),
            Text(f"Reproduit comme la loi le demande, {L441_9_VERSION}."),
            *(Text(paragraph) for paragraph in L441_9),
            *_answer_sheet(file, envelope),
        ),
    )


def provisional_letter(surveyed: Surveyed, envelope: Envelope) -> Report:
    """What is charged from now on to who did not answer, and how it ends."""
    file = surveyed.file
    if file.noticed_on is None or file.reached_on is None or file.provisional_from is None:
        raise LetterLacksFacts(missing="la mise en demeure")
    worked = provisional_of(file)
    if worked != file.provisional_cents:
        raise LetterDisagrees(noted=euros_fr(file.provisional_cents), worked=euros_fr(worked))
    return envelope.report(
        title="Supplément de loyer provisoire",
        subtitle=f"À partir du {day_fr(file.provisional_from)}",
        blocks=(
            Text(
                f"La mise en demeure du {day_fr(file.noticed_on)}, reçue ou présentée le {day_fr(file.reached_on)}, "
                f"est restée sans réponse jusqu’au {day_fr(notice_over_on(file.reached_on))}, quinze jours après. "
                "La loi demande alors à l’organisme de compter un supplément provisoire au coefficient maximal (CCH, "
                "art. L441-9 et R441-26)."
            ),
            Facts(
                (
                    *envelope.whose,
                    ("Supplément provisoire", f"{euros_fr(file.provisional_cents)} par mois"),
                    ("Frais de dossier, une fois", euros_fr(file.charged_fee_cents)),
                )
            ),
            Heading("Comment c’est calculé"),
            Items(
                (
                    provisional_sum(file, file.provisional_cents),
                    _WITHOUT_CEILING,
                    *doubts_on(file, is_provisional=True),
                )
            ),
            Heading("Pour que cela s’arrête"),
            Text(_ANSWER_STILL),
        ),
        sheets=_answer_sheet(file, envelope),
    )


def settlement_letter(surveyed: Surveyed, envelope: Envelope) -> Report:
    """What the answer gives, and what is given back or asked for the months charged provisionally."""
    file = surveyed.file
    if file.answered_on is None or file.supplement_cents is None:
        raise LetterLacksFacts(missing="la réponse")
    due = f"{euros_fr(file.supplement_cents)} par mois" if file.supplement_cents else "aucun"
    facts: list[tuple[str, str]] = [
        *envelope.whose,
        ("Réponse reçue le", day_fr(file.answered_on)),
        ("Supplément de loyer", due),
    ]
    blocks: list[Block] = [Facts(tuple(facts)), Heading("Comment c’est calculé"), Items(_worked_out(file))]
    if file.provisional_from is not None:
        blocks += _settled(surveyed)
    blocks.append(
        Text(
            "Vos ressources ou votre foyer changent : dites-le dans les trois mois avec les justificatifs, le "
            "supplément est revu dès le mois suivant (CCH, art. R441-23)."
        )
    )
    return envelope.report(title=f"Votre supplément de loyer {file.year}", blocks=tuple(blocks))


def provisional_of(file: SurveyedLease) -> Cents:
    """The supplement of those who do not answer, in cents a month. Raises LetterLacksFacts, OutsideBareme."""
    return full_supplement(
        floor_area_m2=_known_area(file),
        rate_per_m2=reference_rate(zone=file.zone_sls.lower(), year=file.year).value,
        coefficient=provisional_coefficient(year=file.year).value,
    )


def provisional_sum(file: SurveyedLease, cents: Cents) -> str:
    """« 3,11 € le m² × 60,00 m² × 14,90 = 2 780,34 € par mois »: the sum behind a provisional supplement."""
    rate = reference_rate(zone=file.zone_sls.lower(), year=file.year).value
    coefficient = provisional_coefficient(year=file.year).value
    return (
        f"{decimal_fr(rate)} € le m² × {_area(file)} m² × coefficient {decimal_fr(coefficient)} = {euros_fr(cents)} "
        "par mois."
    )


def doubts_on(file: SurveyedLease, *, is_provisional: bool) -> tuple[str, ...]:
    """What is said of the values that were not read in an official text: a sum says before a judge what it rests on."""
    rate = reference_rate(zone=file.zone_sls.lower(), year=file.year)
    doubts = [("Supplément de référence", rate.caution())]
    if is_provisional:
        doubts.append(("Coefficient maximal", provisional_coefficient(year=file.year).caution()))
    return tuple(f"{name}. {caution}" for name, caution in doubts if caution)


def _worked_out(file: SurveyedLease) -> tuple[str, ...]:
    income, noted, percent = file.income_cents, file.supplement_cents, file.overrun_percent
    if income is None or noted is None or percent is None or file.category is None or file.extra_people is None:
        raise LetterLacksFacts(missing="la réponse")
    financing = FINANCINGS.get(file.financing)
    if financing is None:
        raise LetterLacksFacts(missing="un financement qui doive le supplément")
    ceiling = income_ceiling(
        financing=financing,
        zone=file.zone_ceiling.lower(),
        category=file.category,
        extra_people=file.extra_people,
        year=file.year,
    ).cents
    passed = (
        f"Les ressources du foyer en {file.year - 2} sont de {euros_fr(income)}, le plafond de "
        f"{euros_fr(ceiling)} : dépassement de {percent} %."
    )
    coefficient = overrun_coefficient(percent, year=file.year)
    if not coefficient:
        return (passed, "Sous 20 % de dépassement, aucun supplément n’est dû (CCH, art. L441-3).")
    rate = reference_rate(zone=file.zone_sls.lower(), year=file.year).value
    full = full_supplement(floor_area_m2=_known_area(file), rate_per_m2=rate, coefficient=coefficient)
    worked = (
        f"{decimal_fr(rate)} € le m² × {_area(file)} m² × coefficient {decimal_fr(coefficient)} = {euros_fr(full)} "
        "par mois (CCH, art. R441-21)."
    )
    doubts = doubts_on(file, is_provisional=False)
    if noted == full:
        return (passed, worked, *doubts)
    if noted > full:
        raise LetterDisagrees(noted=euros_fr(noted), worked=euros_fr(full))
    cap = (
        f"Loyer et supplément ne dépassent pas 30 % des ressources : le supplément s’arrête à "
        f"{euros_fr(noted)} (CCH, art. L441-4)."
    )
    return (passed, worked, cap, *doubts)


def _settled(surveyed: Surveyed) -> list[Block]:
    file = surveyed.file
    kept = f"Les frais de dossier, {euros_fr(file.charged_fee_cents)}, restent dus." if file.charged_fee_cents else ""
    if not surveyed.settled:
        said = "Aucun mois n’avait été appelé avec le supplément provisoire : rien n’est à rendre."
        return [Heading("Les mois passés"), Text(f"{said} {kept}".strip())]
    total = sum(line.cents for line in surveyed.settled)
    if total < 0 and file.answered_on is not None:
        said = (
            f"{euros_fr(-total)} vous sont rendus, sur l’avis du mois ou par virement, avant le "
            f"{day_fr(repaid_by(file.answered_on))} (CCH, art. L441-9)."
        )
    else:
        said = f"{euros_fr(total)} sont demandés sur le prochain avis."
    rows = tuple((line.label, line.basis, euros_fr(line.cents)) for line in surveyed.settled)
    return [
        Heading("Les mois passés"),
        Grid(("Mois", "Compte", "Différence"), rows, widths=(4, 5, 2), figures=frozenset({2})),
        Text(f"{said} {kept}".strip()),
    ]


def _answer_sheet(file: SurveyedLease, envelope: Envelope) -> tuple[Block, ...]:
    blank = tuple((str(rank), "", "", "") for rank in range(1, _PEOPLE_ON_THE_FORM + 1))
    return (
        NewPage(),
        Heading("Feuillet de réponse"),
        Facts((("Bail", envelope.reference), ("Enquête", str(file.year)), ("Lettre", envelope.number))),
        Text("Une ligne par personne qui vit dans le logement. Sans nom : le rang sur vos avis d’impôt suffit."),
        Grid(
            ("Personne", f"Revenu fiscal {file.year - 2} (€)", "À charge, oui ou non", "Carte invalidité, oui ou non"),
            blank,
            widths=(2, 4, 4, 5),
            row_mm=9,
        ),
        Text("Aide au logement (APL ou allocation) reçue aujourd’hui, oui ou non : ……………"),
        Text("Fait le : ……………………  Signature : ……………………………………"),
    )


def _known_area(file: SurveyedLease) -> Decimal:
    if file.floor_area_m2 is None:
        raise LetterLacksFacts(missing="la surface habitable")
    return file.floor_area_m2


def _area(file: SurveyedLease) -> str:
    return decimal_fr(_known_area(file))
