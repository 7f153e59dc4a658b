"""The auditor's figures: each a question, the statement that answers it, and its columns. No statement names anyone.

They run under a role whose grants hold no column that names or numbers a person: the database would refuse a slip.
"""

from dataclasses import dataclass

from django.db import connection

from palier.attribution.rules.words import REFUSAL_MOTIVES
from palier.foundation.errors import Refusal

# Under that many, a count of persons could point at one.
SMALLEST_SHOWN = 5


class UnknownFigure(Refusal):
    """Aucun chiffre ne s’appelle « {code} ». Ceux du dossier : {known}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its code (the name of its file), what it answers, its statement and the titles of its columns."""

    code: str
    title: str
    question: str
    columns: tuple[str, ...]
    statement: str


READINGS = Figure(
    code="lectures",
    title="Lectures par mois, fonction, finalité et motif",
    question="Qui lit, et pourquoi ?",
    columns=("mois", "fonction", "finalite", "motif", "lectures"),
    statement="""SELECT to_char(at AT TIME ZONE 'Europe/Paris', 'YYYY-MM'), role, purpose, motive, count(*)
FROM privacy_readevent GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
)
SCREENS = Figure(
    code="ecrans",
    title="Lectures par écran et catégorie de données",
    question="Que lit-on ?",
    columns=("ecran", "categorie", "lectures"),
    statement="""SELECT screen, category, count(*)
FROM privacy_readevent, unnest(categories) AS category GROUP BY 1, 2 ORDER BY 1, 2""",
)
OPENINGS = Figure(
    code="hors-portefeuille",
    title="Dossiers ouverts hors portefeuille, par mois, nature et motif",
    question="Un agent sort-il de son portefeuille, et pourquoi ?",
    columns=("mois", "nature", "motif", "ouvertures"),
    statement="""SELECT to_char(first_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM'), kind, motive, count(*)
FROM agents_opening GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
)
FACTS = Figure(
    code="signalements",
    title="Faits codés sur les personnes, par code et par source",
    question="Quelles données sensibles sont tenues, et d’où viennent-elles ?",
    columns=("code", "source", "en_cours", "finis"),
    statement=f"""SELECT code, source,
       CASE WHEN count(*) FILTER (WHERE ended_on IS NULL) BETWEEN 1 AND {SMALLEST_SHOWN - 1} THEN 'moins de 5'
            ELSE count(*) FILTER (WHERE ended_on IS NULL)::text END,
       CASE WHEN count(*) FILTER (WHERE ended_on IS NOT NULL) BETWEEN 1 AND {SMALLEST_SHOWN - 1} THEN 'moins de 5'
            ELSE count(*) FILTER (WHERE ended_on IS NOT NULL)::text END
FROM people_codedfact GROUP BY 1, 2 ORDER BY 1, 2""",
)
FORECAST = Figure(
    code="conservation",
    title="Lignes dont la durée a commencé à courir, à la dernière mesure",
    question="Que reste-t-il au-delà de sa durée ?",
    columns=("regle", "etape", "depuis_annee", "lignes", "retenues", "mesure_du"),
    statement="""SELECT rule, step, extract(year FROM since)::int, sum(row_count), sum(held_count), measured_on
FROM retention_forecast GROUP BY 1, 2, 3, 6 ORDER BY 1, 2, 3""",
)
REFUSALS = Figure(
    code="refus-de-texte",
    title="Textes refusés par le filtrage, par mois, champ et catégorie",
    question="Qu’a-t-on voulu écrire que le système n’a pas gardé ?",
    columns=("mois", "champ", "categorie", "refus"),
    statement="""SELECT to_char(at AT TIME ZONE 'Europe/Paris', 'YYYY-MM'), field, category, count(*)
FROM screening_screenrefusal GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
)
JUSTIFIED = Figure(
    code="avertissements-justifies",
    title="Avertissements du filtrage passés outre, par mois, champ, catégorie et raison",
    question="Qu’a-t-on laissé passer, et pour quelle raison de la liste ?",
    columns=("mois", "champ", "categorie", "raison", "textes"),
    statement="""SELECT to_char(at AT TIME ZONE 'Europe/Paris', 'YYYY-MM'), field, category, justification, count(*)
FROM screening_justifiedwarning GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
)

_LISTED = ", ".join(f"'{code}'" for code in REFUSAL_MOTIVES)
MOTIVES = Figure(
    code="motifs",
    title="Décisions de la commission, par nature et motif",
    question="Pourquoi un logement n’est-il pas attribué ?",
    columns=("nature", "motif", "autre_motif", "decisions"),
    statement=f"""SELECT kind, motive, other_motive,
       CASE WHEN count(*) < {SMALLEST_SHOWN} THEN 'moins de 5' ELSE count(*)::text END
FROM attribution_decision WHERE replaced_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
)
UNLISTED = Figure(
    code="motifs-hors-liste",
    title="Décisions dont le motif n’est pas dans la liste fermée",
    question="Décide-t-on pour un motif qui n’est pas dans la liste ?",
    columns=("decisions", "avec_motif", "motif_hors_liste"),
    statement=f"""SELECT count(*), count(*) FILTER (WHERE motive <> ''),
       count(*) FILTER (WHERE motive NOT IN ('', {_LISTED}) OR other_motive NOT IN ('', {_LISTED}))
FROM attribution_decision WHERE replaced_at IS NULL""",
)

FIGURES: tuple[Figure, ...] = (
    READINGS,
    SCREENS,
    OPENINGS,
    FACTS,
    REFUSALS,
    JUSTIFIED,
    MOTIVES,
    UNLISTED,
    FORECAST,
)


def figure(code: str) -> Figure:
    """The figure of that code. Raises UnknownFigure."""
    for each in FIGURES:
        if each.code == code:
            return each
    raise UnknownFigure(code=code, known=", ".join(each.code for each in FIGURES))


def rows_of(wanted: Figure) -> list[tuple[str, ...]]:
    """The figure's rows, as text. Inside the auditor's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(wanted.statement)
        return [tuple("" if value is None else str(value) for value in row) for row in cursor.fetchall()]
