"""What durations do to the tables around leases: facts on a home, interventions, access, requests, breaches.

Steps as in `steps.py`. Whoever adds a table of personal data adds its step: a test looks for it.
"""

from palier.retention.shape import Step, delete, shred
from palier.retention.steps_cards import CARDS
from palier.retention.steps_correspondence import CORRESPONDENCE
from palier.retention.steps_debits import DEBITS
from palier.retention.steps_dispatch import DISPATCH
from palier.retention.steps_payroll import INVOICES, PAYROLL
from palier.retention.steps_receipts import RECEIPTS

_PARIS = "AT TIME ZONE 'Europe/Paris'"


def _dated(rule: str, table: str, label: str, column: str, *, waits_for: str = "false", where: str = "true") -> Step:
    """Rows that end so long after a date or an instant of their own; nobody's lease is behind them."""
    since = f"({column} {_PARIS})::date" if column.endswith("_at") or column == "at" else column
    return Step(
        rule=rule,
        name=table,
        table=table,
        label=label,
        rows=f"SELECT id, {since} AS since, false AS is_held FROM {table} WHERE {where}",
        waits_for=waits_for,
        end=delete(table),
    )


_FACTS = (
    Step(
        rule="SIGNALEMENTS",
        name="people_factcontest",
        table="people_factcontest",
        label="contestations des consignes",
        rows="""SELECT c.id, least(f.ended_on, f.last_day) AS since, coalesce(e.is_held, false) AS is_held
                FROM people_factcontest AS c JOIN people_codedfact AS f ON f.id = c.fact_id
                LEFT JOIN person_end AS e ON e.person_id = f.person_id""",
        end=delete("people_factcontest"),
    ),
    Step(
        rule="SIGNALEMENTS",
        name="people_codedfact",
        table="people_codedfact",
        label="consignes utiles chez une personne",
        rows="""SELECT f.id, least(f.ended_on, f.last_day) AS since, coalesce(e.is_held, false) AS is_held
                FROM people_codedfact AS f LEFT JOIN person_end AS e ON e.person_id = f.person_id""",
        waits_for="EXISTS (SELECT FROM people_factcontest AS c WHERE c.fact_id = t.id)",
        end=delete("people_codedfact"),
    ),
)

# What a household asked ends with the work, or with its tenant when the work was never said to be done.
_REPAIRS = """SELECT p.id, coalesce((t.closed_at AT TIME ZONE 'Europe/Paris')::date, e.closed_on) AS since,
                     coalesce(e.is_held, false) AS is_held
              FROM {table} AS p JOIN maintenance_ticket AS t ON t.id = p.ticket_id
              LEFT JOIN maintenance_repairrequest AS q ON q.ticket_id = p.ticket_id AND q.lease_id = p.lease_id
              LEFT JOIN person_end AS e ON e.person_id = q.person_id"""
_REPAIR_TABLES = (
    ("maintenance_ticketphoto", "photos des interventions"),
    ("maintenance_visit", "rendez-vous pour une intervention"),
    ("maintenance_ticketstep", "étapes des interventions"),
    ("maintenance_repairrequest", "demandes d’intervention des locataires"),
)
_STILL_THERE = " OR ".join(
    f"""EXISTS (SELECT FROM {table} AS p JOIN maintenance_repairrequest AS q ON q.id = t.id
                WHERE p.ticket_id = q.ticket_id AND p.lease_id = q.lease_id)"""
    for table, _ in _REPAIR_TABLES[:-1]
)

_INTERVENTIONS = (
    *(
        Step(
            rule="INTERVENTIONS",
            name=table,
            table=table,
            label=label,
            rows=_REPAIRS.format(table=table),
            waits_for=_STILL_THERE if table == "maintenance_repairrequest" else "false",
            end=shred(table) if table == "maintenance_ticketphoto" else delete(table),
        )
        for table, label in _REPAIR_TABLES
    ),
    _dated(
        "INTERVENTIONS",
        "maintenance_ticket",
        "interventions",
        "closed_at",
        waits_for="""EXISTS (SELECT FROM maintenance_ticketphoto AS p WHERE p.ticket_id = t.id)
                     OR EXISTS (SELECT FROM maintenance_repairrequest AS q
                                WHERE t.id IN (q.ticket_id, q.opened_ticket_id))
                     OR EXISTS (SELECT FROM maintenance_visit AS v WHERE v.ticket_id = t.id)
                     OR EXISTS (SELECT FROM maintenance_ticketstep AS s WHERE s.ticket_id = t.id)
                     OR EXISTS (SELECT FROM maintenance_ticket AS g WHERE g.grouped_in_id = t.id)""",
    ),
    # The last movement of a set of keys says who has them today.
    _dated(
        "INTERVENTIONS",
        "maintenance_keymovement",
        "mouvements de clés",
        "at",
        where="""EXISTS (SELECT FROM maintenance_keymovement AS later
                         WHERE later.key_set_id = maintenance_keymovement.key_set_id
                           AND later.id > maintenance_keymovement.id)""",
    ),
    _dated("INTERVENTIONS", "maintenance_delivery", "avis papier remis", "month"),
)

# With the last thing said; while an answer is owed, not before its author is gone.
_THREAD_END = (
    """CASE WHEN t.answer_by IS NULL THEN (t.last_at AT TIME ZONE 'Europe/Paris')::date ELSE e.closed_on END"""
)
_EXCHANGES = (
    Step(
        rule="ECHANGES",
        name="exchanges_attachment",
        table="exchanges_attachment",
        label="fichiers joints aux messages",
        rows=f"""SELECT a.id, {_THREAD_END} AS since, coalesce(e.is_held, false) AS is_held
                 FROM exchanges_attachment AS a JOIN exchanges_thread AS t ON t.id = a.thread_id
                 LEFT JOIN person_end AS e ON e.person_id = t.person_id""",
        end=shred("exchanges_attachment"),
    ),
    Step(
        rule="ECHANGES",
        name="exchanges_message",
        table="exchanges_message",
        label="messages écrits à l’agence et ses réponses",
        rows=f"""SELECT m.id, {_THREAD_END} AS since, coalesce(e.is_held, false) AS is_held
                 FROM exchanges_message AS m JOIN exchanges_thread AS t ON t.id = m.thread_id
                 LEFT JOIN person_end AS e ON e.person_id = t.person_id""",
        waits_for="EXISTS (SELECT FROM exchanges_attachment AS a WHERE a.message_id = t.id)",
        end=delete("exchanges_message"),
    ),
    Step(
        rule="ECHANGES",
        name="exchanges_thread",
        table="exchanges_thread",
        label="échanges avec l’agence",
        rows=f"""SELECT t.id, {_THREAD_END} AS since, coalesce(e.is_held, false) AS is_held
                 FROM exchanges_thread AS t LEFT JOIN person_end AS e ON e.person_id = t.person_id""",
        waits_for="EXISTS (SELECT FROM exchanges_message AS m WHERE m.thread_id = t.id)",
        end=delete("exchanges_thread"),
    ),
)

_ACCESS = (
    _dated("ADRESSES", "agents_protectionholder", "agents nommés pour une adresse protégée", "last_day"),
    _dated(
        "ADRESSES",
        "agents_protectedperson",
        "protections d’adresse finies",
        "last_day",
        waits_for="EXISTS (SELECT FROM agents_protectionholder AS h WHERE h.protection_id = t.id)",
    ),
    _dated("ACTIVITE", "agents_openingalarm", "alertes sur les dossiers ouverts", "at"),
    _dated(
        "ACTIVITE",
        "agents_opening",
        "dossiers ouverts hors portefeuille et remplacements",
        "until_at",
        waits_for="EXISTS (SELECT FROM agents_openingalarm AS a WHERE a.opening_id = t.id)",
    ),
    _dated("ACTIVITE", "agents_staffchange", "changements de poste et de mandat des agents", "at"),
    _dated("ACTIVITE", "maintenance_round", "rondes des gardiens", "until_at"),
    _dated("ACTIVITE", "maintenance_sending", "envois hors ligne", "at"),
    _dated("ACTIVITE", "maintenance_routinedone", "tâches du jour faites", "day"),
    _dated("ACTIVITE", "privacy_journalalarm", "alertes sur les lectures", "raised_at"),
    _dated("ACTIVITE", "screening_screenrefusal", "textes refusés, sans leur contenu", "at"),
    _dated("ACTIVITE", "screening_justifiedwarning", "avertissements justifiés, sans le texte", "at"),
    _dated("ACTIVITE", "privacy_helpwindow", "fenêtres d’assistance", "until_at"),
    _dated("SESSIONS", "web_opensession", "sessions ouvertes, finies", "ends_at"),
    _dated("SESSIONS", "web_enrolmentlink", "liens d’enrôlement expirés", "expires_at"),
    _dated("SESSIONS", "web_passwordlink", "liens de mot de passe expirés", "expires_at"),
    _dated("SESSIONS", "web_maillink", "liens de connexion expirés", "expires_at"),
    _dated("SESSIONS", "admission_sentcode", "codes d’accès envoyés, expirés", "expires_at"),
    Step(
        rule="SESSIONS",
        name="admission_knowncontact",
        table="admission_knowncontact",
        label="contacts notés avec une lettre d’accès",
        rows=f"""SELECT k.id, (a.expires_at {_PARIS})::date AS since, false AS is_held
                 FROM admission_knowncontact AS k JOIN admission_accessletter AS a ON a.id = k.letter_id""",
        end=delete("admission_knowncontact"),
    ),
    _dated(
        "ACCES",
        "admission_accessletter",
        "lettres d’accès",
        "expires_at",
        waits_for="EXISTS (SELECT FROM admission_knowncontact AS k WHERE k.letter_id = t.id)"
        " OR EXISTS (SELECT FROM admission_sentcode AS s WHERE s.letter_id = t.id)",
    ),
    _dated("ACCES", "admission_accessslip", "bons d’accès remis à l’agence", "expires_at"),
    _dated("ACCES", "admission_helper", "aidants des locataires", "until_on"),
    Step(
        rule="SESSIONS",
        name="web_secondfactor (aidants)",
        table="web_secondfactor",
        label="seconds facteurs des aidants dont l’accès est fini",
        rows="""SELECT f.id, h.until_on AS since, false AS is_held FROM web_secondfactor AS f
                JOIN admission_helper AS h ON h.user_id = f.user_id""",
        end=delete("web_secondfactor"),
    ),
    Step(
        rule="SESSIONS",
        name="agents_user (aidants)",
        table="agents_user",
        label="comptes des aidants dont l’accès est fini",
        rows="""SELECT u.id, h.until_on AS since, false AS is_held
                FROM agents_user AS u JOIN admission_helper AS h ON h.user_id = u.id WHERE u.is_active""",
        end="""UPDATE agents_user SET identifier = 'anonyme-' || id, password = '!', is_active = false,
               last_login = NULL, language = '' WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    _dated("ACCES", "admission_accessevent", "étapes de l’accès", "at"),
    _dated("SESSIONS", "web_accessnotice", "avis de connexion jamais lus", "at"),
    Step(
        rule="CONNEXION",
        name="web_secondfactor (locataires)",
        table="web_secondfactor",
        label="seconds facteurs des locataires",
        rows="""SELECT f.id, e.closed_on AS since, e.is_held FROM web_secondfactor AS f
                JOIN agents_user AS u ON u.id = f.user_id JOIN person_end AS e ON e.person_id = u.person_id""",
        end=delete("web_secondfactor"),
    ),
    Step(
        rule="AGENTS",
        name="web_secondfactor (agents)",
        table="web_secondfactor",
        label="seconds facteurs des agents partis",
        rows="""SELECT f.id, a.left_on AS since, false AS is_held FROM web_secondfactor AS f
                JOIN agents_user AS u ON u.id = f.user_id JOIN agents_agent AS a ON a.id = u.agent_id""",
        end=delete("web_secondfactor"),
    ),
)

_REQUESTS = (
    Step(
        rule="DEMANDES",
        name="rights_request",
        table="rights_request",
        label="demandes des personnes, leurs étapes et leurs copies",
        rows=f"""SELECT r.id, (s.at {_PARIS})::date AS since, false AS is_held
                 FROM rights_request AS r JOIN rights_step AS s ON s.request_id = r.id AND s.kind = 'ANSWERED'""",
        # A freeze of data that was granted lasts until it is lifted.
        waits_for="EXISTS (SELECT FROM frozen_request AS f WHERE f.request_id = t.id)",
        end="SELECT palier.purge_requests(%(ids)s, %(day)s)",
    ),
    Step(
        rule="VIOLATIONS",
        name="oversight_incident",
        table="oversight_incident",
        label="violations de données closes, et leurs personnes",
        rows=f"""SELECT i.id, (s.at {_PARIS})::date AS since, false AS is_held FROM oversight_incident AS i
                 JOIN (SELECT incident_id, max(at) AS at FROM oversight_incidentstep WHERE kind = 'CLOSED'
                       GROUP BY incident_id) AS s ON s.incident_id = i.id""",
        end="SELECT palier.purge_incidents(%(ids)s, %(day)s)",
    ),
)

_BANK = (
    Step(
        rule="COMPTE",
        name="banking_bankentry",
        table="banking_bankentry",
        label="payeurs et libellés des mouvements de banque",
        # The movement and its amount stay, for the bank to agree: nobody is behind them any more.
        rows="""SELECT b.id, make_date(extract(year FROM b.booked_on)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM banking_match AS m JOIN leases_lease AS l ON l.account_id = m.account_id
                               JOIN held_lease AS h ON h.lease_id = l.id WHERE m.bank_entry_id = b.id) AS is_held
                FROM banking_bankentry AS b
                WHERE b.wording <> '' OR b.payer_name <> '' OR b.iban_digest <> ''""",
        end="""UPDATE banking_bankentry SET wording = '', payer_name = '', iban_digest = '', iban_last4 = ''
               WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    Step(
        rule="COMPTE",
        name="banking_payment",
        table="banking_payment",
        label="numéros des chèques et des reçus",
        rows="""SELECT p.id, make_date(extract(year FROM p.received_on)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM leases_lease AS l JOIN held_lease AS h ON h.lease_id = l.id
                               WHERE l.account_id = p.account_id) AS is_held
                FROM banking_payment AS p WHERE p.proof <> ''""",
        end="UPDATE banking_payment SET proof = '' WHERE id = ANY (%(ids)s::bigint[])",
    ),
)

_ADOPTION = (
    Step(
        rule="ADOPTION",
        name="adoption_invitee",
        table="adoption_invitee",
        label="baux tirés pour une campagne",
        rows="""SELECT i.id, c.opened_on AS since, false AS is_held
                FROM adoption_invitee AS i JOIN adoption_campaign AS c ON c.id = i.campaign_id""",
        end=delete("adoption_invitee"),
    ),
    # « Ne plus me proposer » holds as long as there is someone to propose to.
    Step(
        rule="ADOPTION",
        name="adoption_noproposal",
        table="adoption_noproposal",
        label="refus d’être invité",
        rows="""SELECT n.id, e.closed_on AS since, e.is_held
                FROM adoption_noproposal AS n JOIN person_end AS e ON e.person_id = n.person_id""",
        end=delete("adoption_noproposal"),
    ),
)

ROOMS: tuple[Step, ...] = (
    *_BANK,
    *CARDS,
    *DEBITS,
    *DISPATCH,
    *RECEIPTS,
    *CORRESPONDENCE,
    *_FACTS,
    *_INTERVENTIONS,
    *_EXCHANGES,
    *_ACCESS,
    *_REQUESTS,
    *_ADOPTION,
    *PAYROLL,
    *INVOICES,
)
