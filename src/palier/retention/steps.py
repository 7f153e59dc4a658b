"""What each rule of the table does to the database: which rows, from which day, and the statement that ends them.

`rows` gives (id, since, is_held) for every row that the rule will end one day; `since` empty = its time has not begun.
Steps are taken in their order: what points to a row goes before it. A row that is already anonymous is not given again.
"""

from palier.retention.shape import Step, delete, held_lease, year_end
from palier.retention.steps_commission import COMMISSION
from palier.retention.steps_demandes import APPLICATIONS
from palier.retention.steps_documents import DOCUMENTS
from palier.retention.steps_rooms import ROOMS
from palier.retention.steps_staff import STAFF, TRACES

# What a name, a number becomes: the same for all, so that nothing of the person is left in it.
NOBODY = "Personne anonymisée"


def _of_an_ended_lease(table: str) -> str:
    return f"""SELECT t.id, e.ended_on AS since, {held_lease("t.lease_id")} AS is_held
               FROM {table} AS t JOIN lease_end AS e ON e.lease_id = t.lease_id"""


_CONTACT = (
    Step(
        rule="COORDONNEES",
        name="people_contact",
        table="people_contact",
        label="téléphones et courriels",
        rows="""SELECT c.id, e.closed_on AS since, e.is_held
                FROM people_contact AS c JOIN person_end AS e ON e.person_id = c.person_id""",
        end=delete("people_contact"),
    ),
    Step(
        rule="COORDONNEES",
        name="leases_change (contacts)",
        table="leases_change",
        label="historique des coordonnées",
        rows="""SELECT c.id, e.closed_on AS since, e.is_held
                FROM leases_change AS c JOIN person_end AS e ON e.person_id = c.person_id
                WHERE c.subject = 'CONTACT'""",
        end="SELECT palier.purge_changes(%(ids)s, %(day)s)",
    ),
    Step(
        rule="CONNEXION",
        name="agents_user (locataires)",
        table="agents_user",
        label="comptes de connexion des locataires",
        rows="""SELECT u.id, e.closed_on AS since, e.is_held
                FROM agents_user AS u JOIN person_end AS e ON e.person_id = u.person_id
                WHERE u.identifier NOT LIKE 'anonyme-%%'""",
        end="""UPDATE agents_user SET identifier = 'anonyme-' || id, password = '!', is_active = false,
                      last_login = NULL, language = '' WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    Step(
        rule="PORTE",
        name="leases_occupant (porte)",
        table="leases_occupant",
        label="noms sur les portes",
        rows=f"""SELECT o.id, least(o.moved_out_on, l.ends_on) AS since, {held_lease("o.lease_id")} AS is_held
                 FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id WHERE o.door_name <> ''""",
        end="UPDATE leases_occupant SET door_name = '' WHERE id = ANY (%(ids)s::bigint[])",
    ),
)

_HOUSEHOLD = (
    Step(
        rule="RESSOURCES",
        name="people_income",
        table="people_income",
        label="revenus des foyers",
        # The income of a year serves the rents of the second year after it (RLS and SLS look two years back).
        rows="""SELECT i.id, least(make_date(i.year + 2, 12, 31), e.ended_on) AS since,
                       coalesce(e.is_held, false) AS is_held
                FROM people_income AS i LEFT JOIN household_end AS e ON e.household_id = i.household_id""",
        end=delete("people_income"),
    ),
    Step(
        rule="RESSOURCES",
        name="campaigns_surveyfile",
        table="campaigns_surveyfile",
        label="réponses aux enquêtes de ressources",
        # An answer serves the supplement of its own year.
        rows=f"""SELECT f.id, least(make_date(s.year, 12, 31), e.ended_on) AS since,
                        {held_lease("f.lease_id")} AS is_held
                 FROM campaigns_surveyfile AS f JOIN campaigns_survey AS s ON s.id = f.survey_id
                 LEFT JOIN lease_end AS e ON e.lease_id = f.lease_id""",
        end=delete("campaigns_surveyfile"),
    ),
    Step(
        rule="FOYER",
        name="people_household",
        table="people_household",
        label="foyers et leurs membres",
        # Its incomes go first, by their own rule: a household waits for them.
        rows="""SELECT h.id, e.ended_on AS since, e.is_held
                FROM people_household AS h JOIN household_end AS e ON e.household_id = h.id""",
        waits_for="EXISTS (SELECT FROM people_income AS i WHERE i.household_id = t.id)",
        end="""WITH lease AS (
                   UPDATE leases_lease SET household_id = NULL WHERE household_id = ANY (%(ids)s::bigint[])
               ), member AS (
                   DELETE FROM people_householdmember WHERE household_id = ANY (%(ids)s::bigint[])
               )
               DELETE FROM people_household WHERE id = ANY (%(ids)s::bigint[])""",
    ),
)

_LEASE = (
    *(
        Step(
            rule="BAIL",
            name=table,
            table=table,
            label=label,
            rows=_of_an_ended_lease(table),
            end=delete(table),
            archived=f"SELECT to_jsonb(t)::text FROM {table} AS t WHERE t.id = ANY (%(ids)s::bigint[]) ORDER BY t.id",
        )
        for table, label in (
            ("leases_term", "montants du bail"),
            ("quittancement_datedamount", "APL, RLS et SLS notifiés"),
            ("quittancement_suspensionorder", "arrêtés de suspension du loyer"),
            ("aid_beneficiary", "lien avec un allocataire de la CAF"),
            ("campaigns_revisedrent", "loyers révisés d’une campagne"),
        )
    ),
    Step(
        rule="BAIL",
        name="leases_change",
        table="leases_change",
        label="historique du bail",
        rows=_of_an_ended_lease("leases_change"),
        end="SELECT palier.purge_changes(%(ids)s, %(day)s)",
    ),
    Step(
        rule="CONSENTEMENTS",
        name="leases_consent",
        table="leases_consent",
        label="accords donnés et retirés",
        rows=_of_an_ended_lease("leases_consent"),
        end="SELECT palier.purge_consents(%(ids)s, %(day)s)",
    ),
    Step(
        rule="BAIL",
        name="leases_lease (mandat)",
        table="leases_lease",
        label="mandats de prélèvement",
        rows=f"""SELECT l.id, e.ended_on AS since, {held_lease("l.id")} AS is_held
                 FROM leases_lease AS l JOIN lease_end AS e ON e.lease_id = l.id
                 WHERE l.mandate_reference <> '' OR l.iban_last4 <> '' OR l.debit_day IS NOT NULL""",
        end="""UPDATE leases_lease SET mandate_reference = '', iban_last4 = '', debit_day = NULL
               WHERE id = ANY (%(ids)s::bigint[])""",
    ),
)

_IDENTITY = (
    Step(
        rule="IDENTITE",
        name="people_person",
        table="people_person",
        label="noms et dates de naissance",
        rows=f"""SELECT p.id, e.closed_on AS since, e.is_held
                 FROM people_person AS p JOIN person_end AS e ON e.person_id = p.id
                 WHERE p.last_name <> '{NOBODY}'""",
        end=f"""UPDATE people_person SET title = '', first_name = '', last_name = '{NOBODY}', birth_date = NULL
                WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    Step(
        rule="IDENTITE",
        name="leases_occupant (nom)",
        table="leases_occupant",
        label="noms des occupants",
        rows=f"""SELECT o.id, e.closed_on AS since, e.is_held
                 FROM leases_occupant AS o JOIN person_end AS e ON e.person_id = o.person_id
                 WHERE o.display_name <> '{NOBODY}'""",
        end=f"""UPDATE leases_occupant SET display_name = '{NOBODY}', door_name = ''
                WHERE id = ANY (%(ids)s::bigint[])""",
    ),
)

_ACCOUNTING = (
    Step(
        rule="AVIS",
        name="quittancement_setaside",
        table="quittancement_setaside",
        label="baux mis de côté",
        rows=f"""SELECT s.id, {year_end("r.month")} AS since, {held_lease("s.lease_id")} AS is_held
                 FROM quittancement_setaside AS s JOIN quittancement_run AS r ON r.id = s.run_id""",
        end=delete("quittancement_setaside"),
    ),
    Step(
        rule="AVIS",
        name="quittancement_anomaly",
        table="quittancement_anomaly",
        label="anomalies relues",
        rows=f"""SELECT a.id, {year_end("r.month")} AS since, {held_lease("a.lease_id")} AS is_held
                 FROM quittancement_anomaly AS a JOIN quittancement_run AS r ON r.id = a.run_id""",
        end=delete("quittancement_anomaly"),
    ),
    *(
        Step(
            rule="AVIS",
            name=table,
            table=table,
            label=label,
            rows=f"""SELECT o.id, {year_end(column)} AS since, {held_lease("o.lease_id")} AS is_held
                     FROM {table} AS o""",
            end=delete(table),
        )
        for table, label, column in (
            ("takeover_opening", "soldes et dépôts repris", "o.term_on"),
            ("takeover_instalment", "échéances de plans reprises", "o.due_on"),
            ("takeover_formerline", "historique de l’ancien logiciel", "o.month"),
            ("takeover_gap", "écarts de la marche en double", "o.month"),
            ("recovery_planpart", "paiements prévus par un délai", "o.due_on"),
        )
    ),
    Step(
        rule="AVIS",
        name="recovery_delay",
        table="recovery_delay",
        label="demandes de délai et leurs réponses",
        # A plan lasts a year at most: its payments, erased on their own days, are gone with it or before.
        rows=f"""SELECT y.id, {year_end("y.first_on + 366")} AS since, {held_lease("y.lease_id")} AS is_held
                 FROM recovery_delay AS y""",
        end=delete("recovery_delay"),
    ),
    Step(
        rule="AVIS",
        name="aid_aidrow",
        table="aid_aidrow",
        label="lignes des paiements de la CAF",
        rows=f"""SELECT a.id, {year_end("a.month")} AS since, {held_lease("a.lease_id")} AS is_held
                 FROM aid_aidrow AS a""",
        end=delete("aid_aidrow"),
    ),
    Step(
        rule="AVIS",
        name="quittancement_oneoffline",
        table="quittancement_oneoffline",
        label="régularisations d’un mois",
        rows=f"""SELECT o.id, {year_end("o.month")} AS since, {held_lease("o.lease_id")} AS is_held
                 FROM quittancement_oneoffline AS o""",
        end=delete("quittancement_oneoffline"),
    ),
    Step(
        rule="AVIS",
        name="quittancement_bill",
        table="quittancement_bill",
        label="avis, leurs lignes et leurs contre-écritures",
        # A draft is replaced by the next computing; what is sealed has its time.
        rows=f"""SELECT b.id, {year_end("b.month")} AS since, {held_lease("b.lease_id")} AS is_held
                 FROM quittancement_bill AS b JOIN quittancement_run AS r ON r.id = b.run_id
                 WHERE r.state = 'SEALED'""",
        end="SELECT palier.purge_bills(%(ids)s, %(day)s)",
        archived="""SELECT (to_jsonb(b) || jsonb_build_object('lines', (
                        SELECT jsonb_agg(to_jsonb(l) ORDER BY l.rank) FROM quittancement_line AS l
                        WHERE l.run_id = b.run_id AND l.lease_id = b.lease_id)))::text
                    FROM quittancement_bill AS b WHERE b.id = ANY (%(ids)s::bigint[]) ORDER BY b.id""",
    ),
    Step(
        rule="REPRISE",
        name="aid_givenaidfile",
        table="aid_givenaidfile",
        label="fichiers de la CAF donnés à l’écran",
        rows="""SELECT g.id, (g.given_at AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held
                FROM aid_givenaidfile AS g""",
        end=delete("aid_givenaidfile"),
    ),
    *DOCUMENTS,
    Step(
        rule="COMPTE",
        name="ledger_account",
        table="ledger_account",
        label="noms et références des comptes",
        # The postings stay, for the accounts to balance: nobody is behind them any more.
        rows=f"""SELECT a.id, {year_end("e.closed_on")} AS since, {held_lease("e.lease_id")} AS is_held
                 FROM ledger_account AS a JOIN lease_end AS e ON e.account_id = a.id
                 WHERE a.label <> '{NOBODY}'""",
        end=f"""UPDATE ledger_account SET label = '{NOBODY}', code = 'ANONYME-' || id, reference = 'ANONYME-' || id
                WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    Step(
        rule="COMPTE",
        name="leases_lease (numéro)",
        table="leases_lease",
        label="numéros des baux",
        rows=f"""SELECT l.id, {year_end("e.closed_on")} AS since, {held_lease("l.id")} AS is_held
                 FROM leases_lease AS l JOIN lease_end AS e ON e.lease_id = l.id
                 WHERE l.reference NOT LIKE 'ANONYME-%%'""",
        end="UPDATE leases_lease SET reference = 'ANONYME-' || id WHERE id = ANY (%(ids)s::bigint[])",
    ),
    Step(
        rule="COMPTE",
        name="leases_occupant",
        table="leases_occupant",
        label="liens entre personnes et baux",
        # Last of all: every other step finds by it whose row is whose.
        rows=f"""SELECT o.id, {year_end("greatest(e.closed_on, p.closed_on)")} AS since,
                        {held_lease("o.lease_id")} AS is_held
                 FROM leases_occupant AS o JOIN lease_end AS e ON e.lease_id = o.lease_id
                 JOIN person_end AS p ON p.person_id = o.person_id
                 WHERE e.closed_on IS NOT NULL AND p.closed_on IS NOT NULL AND o.display_name = '{NOBODY}'""",
        end=delete("leases_occupant"),
    ),
)

STEPS: tuple[Step, ...] = (
    *COMMISSION,
    *_CONTACT,
    *_HOUSEHOLD,
    *_LEASE,
    *_IDENTITY,
    *_ACCOUNTING,
    *STAFF,
    *TRACES,
    *ROOMS,
    *APPLICATIONS,
)
