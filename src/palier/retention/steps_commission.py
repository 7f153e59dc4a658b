"""What durations do to allocation: the link to an application ends with it, the minutes keep their own time.

A year after an application ended, nothing leads to it from a sitting any more: its sheet and what replays its decision
are gone, the digests stay. Steps as in `steps.py`.
"""

from palier.retention.shape import Step, delete

_HELD = "EXISTS (SELECT FROM held_lease AS h WHERE h.person_id = a.person_id)"
_HELD_REVIEW = "EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = r.lease_id)"
_SHEETS = """attribution_sheet AS s
             JOIN attribution_candidate AS c ON c.id = s.candidate_id
             JOIN demandes_application AS a ON a.id = c.application_id"""


def _of_an_application(table: str, label: str, *, end: str, where: str = "true") -> Step:
    return Step(
        rule="EXAMEN",
        name=table,
        table=table,
        label=label,
        rows=f"""SELECT t.id, a.radiated_on AS since, {_HELD} AS is_held
                 FROM {table} AS t JOIN demandes_application AS a ON a.id = t.application_id WHERE {where}""",
        end=end,
    )


def _of_a_sitting(table: str, label: str, *, join: str, name: str = "", held: str = "false") -> Step:
    return Step(
        rule="COMMISSION",
        name=name or table,
        table=table,
        label=label,
        rows=f"SELECT t.id, p.held_on AS since, {held} AS is_held FROM {table} AS t {join}",
        end=delete(table),
    )


def _of_a_review(table: str, label: str, *, join: str = "", key: str = "t.review_id") -> Step:
    return Step(
        rule="OCCUPATION",
        name=table,
        table=table,
        label=label,
        rows=f"""SELECT t.id, e.ended_on AS since,
                        {_HELD_REVIEW} AS is_held
                 FROM {table} AS t {join} JOIN attribution_occupationreview AS r ON r.id = {key}
                 JOIN lease_end AS e ON e.lease_id = r.lease_id""",
        end=delete(table),
    )


_OF_SHEET = """JOIN attribution_sheet AS s ON s.id = t.sheet_id JOIN attribution_item AS i ON i.id = s.item_id
               JOIN attribution_sitting AS p ON p.id = i.sitting_id"""
_OF_POINT = """JOIN attribution_opinion AS o ON o.id = t.point_id
               JOIN attribution_occupationreview AS r ON r.id = o.review_id
               JOIN attribution_sitting AS p ON p.id = o.sitting_id"""
_NAMING_A_MEMBER = (
    "attribution_attendance",
    "attribution_recusal",
    "attribution_vote",
    "attribution_opinionvote",
    "attribution_opinionrecusal",
)

# A sitting is replayed whole: what holds one of those whom it decided or advised on holds it.
_HELD_BY_AN_OPINION = """EXISTS (SELECT FROM attribution_opinion AS ho
                                 JOIN attribution_occupationreview AS hr ON hr.id = ho.review_id
                                 JOIN held_lease AS h ON h.lease_id = hr.lease_id
                                 WHERE ho.sitting_id = f.sitting_id)"""
_HELD_BY_AN_ITEM = """EXISTS (SELECT FROM attribution_item AS hi JOIN attribution_sheet AS hs ON hs.item_id = hi.id
                              JOIN attribution_candidate AS hc ON hc.id = hs.candidate_id
                              JOIN demandes_application AS ha ON ha.id = hc.application_id
                              JOIN held_lease AS h ON h.person_id = ha.person_id
                              WHERE hi.sitting_id = f.sitting_id)"""
_ERASE_FROZEN = """UPDATE attribution_frozen SET sealed = NULL, wrapped = NULL, erased_on = %(day)s::date
                   WHERE id = ANY (%(ids)s::bigint[])"""

COMMISSION: tuple[Step, ...] = (
    Step(
        rule="EXAMEN",
        name="attribution_decision",
        table="attribution_decision",
        label="précisions des décisions de la commission",
        rows=f"""SELECT d.id, a.radiated_on AS since, {_HELD} AS is_held
                 FROM {_SHEETS} JOIN attribution_decision AS d ON d.sheet_id = s.id WHERE d.precision <> ''""",
        end="UPDATE attribution_decision SET precision = '' WHERE id = ANY (%(ids)s::bigint[])",
    ),
    Step(
        rule="EXAMEN",
        name="attribution_sheet",
        table="attribution_sheet",
        label="fiches vues par la commission",
        rows=f"""SELECT s.id, a.radiated_on AS since, {_HELD} AS is_held FROM {_SHEETS}
                 WHERE s.content <> '{{}}'::jsonb""",
        end="UPDATE attribution_sheet SET content = '{}'::jsonb WHERE id = ANY (%(ids)s::bigint[])",
    ),
    Step(
        rule="EXAMEN",
        name="attribution_frozen",
        table="attribution_frozen",
        label="données qui rejouent une séance",
        # A sitting is replayed whole: the first of its applications that is erased ends it.
        rows=f"""SELECT f.id, min(a.radiated_on) AS since, bool_or({_HELD} OR {_HELD_BY_AN_OPINION}) AS is_held
                 FROM attribution_frozen AS f JOIN attribution_item AS i ON i.sitting_id = f.sitting_id
                 JOIN attribution_sheet AS s ON s.item_id = i.id
                 JOIN attribution_candidate AS c ON c.id = s.candidate_id
                 JOIN demandes_application AS a ON a.id = c.application_id
                 WHERE f.erased_on IS NULL GROUP BY f.id""",
        end=_ERASE_FROZEN,
    ),
    # And the first of its reviews, whose numbers it holds too.
    Step(
        rule="OCCUPATION",
        name="attribution_frozen (avis)",
        table="attribution_frozen",
        label="données qui rejouent une séance, avis d’occupation",
        rows=f"""SELECT f.id, min(e.ended_on) AS since, bool_or({_HELD_BY_AN_OPINION} OR {_HELD_BY_AN_ITEM}) AS is_held
                FROM attribution_frozen AS f JOIN attribution_opinion AS o ON o.sitting_id = f.sitting_id
                JOIN attribution_occupationreview AS r ON r.id = o.review_id
                LEFT JOIN lease_end AS e ON e.lease_id = r.lease_id
                WHERE f.erased_on IS NULL GROUP BY f.id""",
        end=_ERASE_FROZEN,
    ),
    # Its voices by seat last no longer than those of the tables.
    Step(
        rule="COMMISSION",
        name="attribution_frozen (séance)",
        table="attribution_frozen",
        label="données qui rejouent une séance, séance ancienne",
        rows=f"""SELECT f.id, p.held_on AS since, {_HELD_BY_AN_OPINION} OR {_HELD_BY_AN_ITEM} AS is_held
                FROM attribution_frozen AS f JOIN attribution_sitting AS p ON p.id = f.sitting_id
                WHERE f.erased_on IS NULL""",
        end=_ERASE_FROZEN,
    ),
    _of_an_application(
        "attribution_notification",
        "lettres de la commission",
        end="""UPDATE attribution_notification SET application_id = NULL, person_id = NULL, content = NULL
               WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    _of_an_application(
        "attribution_offer",
        "propositions de logement",
        end="UPDATE attribution_offer SET application_id = NULL WHERE id = ANY (%(ids)s::bigint[])",
    ),
    # Last: the others find by it whose they are.
    _of_an_application(
        "attribution_candidate",
        "candidatures",
        end="UPDATE attribution_candidate SET application_id = NULL WHERE id = ANY (%(ids)s::bigint[])",
    ),
    _of_a_sitting("attribution_vote", "votes de la commission", join=_OF_SHEET),
    _of_a_sitting(
        "attribution_minutes",
        "procès-verbaux de la commission",
        join="JOIN attribution_sitting AS p ON p.id = t.sitting_id",
    ),
    _of_a_sitting(
        "attribution_attendance",
        "présences et pouvoirs à la commission",
        join="JOIN attribution_sitting AS p ON p.id = t.sitting_id",
    ),
    _of_a_sitting(
        "attribution_handover",
        "reprises d’une séance par un autre secrétaire",
        join="JOIN attribution_sitting AS p ON p.id = t.sitting_id",
    ),
    _of_a_sitting(
        "attribution_recusal",
        "déports d’un membre de la commission",
        join="JOIN attribution_item AS i ON i.id = t.item_id JOIN attribution_sitting AS p ON p.id = i.sitting_id",
    ),
    # A tenant may stay for forty years: what a member said of them does not follow.
    _of_a_sitting(
        "attribution_opinionvote",
        "voix sur un avis d’occupation, séance ancienne",
        join=_OF_POINT,
        name="attribution_opinionvote (séance)",
        held=_HELD_REVIEW,
    ),
    _of_a_sitting(
        "attribution_opinionrecusal",
        "déports sur un avis d’occupation, séance ancienne",
        join=_OF_POINT,
        name="attribution_opinionrecusal (séance)",
        held=_HELD_REVIEW,
    ),
    Step(
        rule="COMMISSION",
        name="attribution_sitting (présidence)",
        table="attribution_sitting",
        label="président d’une séance",
        rows="""SELECT id, held_on AS since, false AS is_held FROM attribution_sitting
                WHERE president_id IS NOT NULL""",
        end="UPDATE attribution_sitting SET president_id = NULL WHERE id = ANY (%(ids)s::bigint[])",
    ),
    Step(
        rule="COMMISSION",
        name="attribution_commissionmember",
        table="attribution_commissionmember",
        label="anciens membres de la commission",
        rows="SELECT id, last_day AS since, false AS is_held FROM attribution_commissionmember",
        end=delete("attribution_commissionmember"),
        waits_for=" OR ".join(
            [
                *(f"EXISTS (SELECT FROM {table} AS m WHERE m.member_id = t.id)" for table in _NAMING_A_MEMBER),
                "EXISTS (SELECT FROM attribution_attendance AS m WHERE m.proxy_to_id = t.id)",
                "EXISTS (SELECT FROM attribution_sitting AS m WHERE m.president_id = t.id)",
            ]
        ),
    ),
    _of_a_review(
        "attribution_opinionvote",
        "voix sur un avis d’occupation",
        join="JOIN attribution_opinion AS o ON o.id = t.point_id",
        key="o.review_id",
    ),
    _of_a_review(
        "attribution_opinionrecusal",
        "déports sur un avis d’occupation",
        join="JOIN attribution_opinion AS o ON o.id = t.point_id",
        key="o.review_id",
    ),
    _of_a_review("attribution_opinion", "avis d’occupation"),
    _of_a_review("attribution_opinionletter", "lettres d’avis d’occupation"),
    # Last: the others find by it whose they are.
    Step(
        rule="OCCUPATION",
        name="attribution_occupationreview",
        table="attribution_occupationreview",
        label="examens triennaux d’occupation",
        rows=f"""SELECT r.id, e.ended_on AS since,
                       {_HELD_REVIEW} AS is_held
                FROM attribution_occupationreview AS r JOIN lease_end AS e ON e.lease_id = r.lease_id""",
        end=delete("attribution_occupationreview"),
    ),
)
