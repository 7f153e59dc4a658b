"""What durations do to applications: a year after the radiation, all of it, and the name of who has no other file.

The person first, while their application still tells who they are; then what hangs from the application, then itself.
"""

from palier.retention.shape import Step, delete

# What a name becomes: as in steps.py, the same for all.
_NOBODY = "Personne anonymisée"


def _of_an_applicant(name: str, label: str, *, end: str, rows: str) -> Step:
    """Rows of a person whom no lease has ever held and whose last application is over."""
    return Step(rule="DEMANDE", name=f"{name} (demandeurs)", table=name, label=label, rows=rows, end=end)


_PERSONS = (
    _of_an_applicant(
        "people_contact",
        "téléphones et courriels des demandeurs",
        rows="""SELECT c.id, e.ended_on AS since, e.is_held
                FROM people_contact AS c JOIN applicant_end AS e ON e.person_id = c.person_id""",
        end=delete("people_contact"),
    ),
    _of_an_applicant(
        "leases_change",
        "historique des coordonnées des demandeurs",
        rows="""SELECT c.id, e.ended_on AS since, e.is_held
                FROM leases_change AS c JOIN applicant_end AS e ON e.person_id = c.person_id
                WHERE c.subject = 'CONTACT'""",
        end="SELECT palier.purge_changes(%(ids)s, %(day)s)",
    ),
    _of_an_applicant(
        "agents_user",
        "comptes de connexion des demandeurs",
        rows="""SELECT u.id, e.ended_on AS since, e.is_held
                FROM agents_user AS u JOIN applicant_end AS e ON e.person_id = u.person_id
                WHERE u.identifier NOT LIKE 'anonyme-%%'""",
        end="""UPDATE agents_user SET identifier = 'anonyme-' || id, password = '!', is_active = false,
                      last_login = NULL, language = '' WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    _of_an_applicant(
        "people_person",
        "noms et dates de naissance des demandeurs",
        rows=f"""SELECT p.id, e.ended_on AS since, e.is_held
                 FROM people_person AS p JOIN applicant_end AS e ON e.person_id = p.id
                 WHERE p.last_name <> '{_NOBODY}'""",
        end=f"""UPDATE people_person SET title = '', first_name = '', last_name = '{_NOBODY}', birth_date = NULL
                WHERE id = ANY (%(ids)s::bigint[])""",
    ),
)


def _with_the_application(rule: str, table: str, label: str, *, key: str = "id") -> Step:
    return Step(
        rule=rule,
        name=table,
        table=table,
        label=label,
        rows=f"""SELECT t.{key} AS id, e.ended_on AS since, e.is_held
                 FROM {table} AS t JOIN application_end AS e ON e.application_id = t.application_id""",
        end=delete(table, key=key),
    )


_HEADINGS = (
    _with_the_application("SEJOUR", "demandes_stay", "régularité du séjour"),
    _with_the_application("NIR", "demandes_nir", "numéros de sécurité sociale", key="member_id"),
    _with_the_application("DEMANDE", "demandes_work", "situations professionnelles", key="member_id"),
    _with_the_application("BESOINS", "demandes_need", "besoins d’adaptation"),
    _with_the_application("PIECES", "demandes_piece", "pièces des demandes"),
    _with_the_application("PIECES", "demandes_refusedpaper", "documents refusés ou rendus"),
    _with_the_application("DEMANDE", "attribution_match", "examens d’une demande pour un logement"),
    *(
        _with_the_application("DEMANDE", table, label)
        for table, label in (
            ("demandes_resourceline", "lignes de ressources des demandes"),
            ("demandes_member", "personnes à loger"),
            ("demandes_wish", "communes demandées"),
            ("demandes_motive", "motifs des demandes"),
            ("demandes_priority", "priorités des demandes"),
            # Before the events that they tell.
            ("demandes_letter", "lettres aux demandeurs"),
            ("demandes_event", "vie des demandes"),
            ("demandes_assignment", "affectations des demandes"),
            ("demandes_officialscore", "points donnés par les territoires"),
            ("demandes_standing", "points recalculés"),
        )
    ),
    *(
        _with_the_application("DEMANDE", table, label, key="application_id")
        for table, label in (
            ("demandes_postaladdress", "adresses des demandeurs"),
            ("demandes_composition", "compositions des foyers"),
            ("demandes_situation", "situations et souhaits"),
            ("demandes_resources", "ressources des demandes"),
            ("demandes_receipt", "réceptions du fichier d’échange"),
        )
    ),
    Step(
        rule="DEMANDE",
        name="demandes_duplicate",
        table="demandes_duplicate",
        label="rapprochements de demandes",
        rows="""SELECT d.id, least(f.ended_on, s.ended_on) AS since,
                       coalesce(f.is_held, false) OR coalesce(s.is_held, false) AS is_held
                FROM demandes_duplicate AS d
                LEFT JOIN application_end AS f ON f.application_id = d.first_id
                LEFT JOIN application_end AS s ON s.application_id = d.second_id""",
        end=delete("demandes_duplicate"),
    ),
)

_APPLICATION = Step(
    rule="DEMANDE",
    name="demandes_application",
    table="demandes_application",
    label="demandes de logement",
    rows="SELECT e.application_id AS id, e.ended_on AS since, e.is_held FROM application_end AS e",
    # Whatever still leads to it goes first: a duplicate held back, the commission when it is kept longer.
    waits_for=" OR ".join(
        f"EXISTS (SELECT FROM {table} AS d WHERE d.{column} = t.id)"
        for table, column in (
            ("demandes_duplicate", "first_id"),
            ("demandes_duplicate", "second_id"),
            ("attribution_candidate", "application_id"),
            ("attribution_match", "application_id"),
            ("attribution_notification", "application_id"),
            ("attribution_offer", "application_id"),
        )
    ),
    # What was merged into it and stays a little longer points to nothing any more.
    end="""WITH merged AS (
               UPDATE demandes_application SET merged_into_id = NULL
               WHERE merged_into_id = ANY (%(ids)s::bigint[]) AND id <> ALL (%(ids)s::bigint[])
           )
           DELETE FROM demandes_application WHERE id = ANY (%(ids)s::bigint[])""",
)

APPLICATIONS: tuple[Step, ...] = (*_PERSONS, *_HEADINGS, _APPLICATION)
