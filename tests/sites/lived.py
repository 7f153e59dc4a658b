"""The demonstration's landlord with a row of everything that pages name by number, in both agencies where it can be."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from palier.banking.operations.refunds import write_refund_file
from palier.campaigns.operations.mailing import prepare_survey_mailing
from palier.campaigns.operations.survey import open_survey
from palier.demo.life import live
from palier.demo.months import acting_for, signers
from palier.demo.operations import Made
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

# Of one account in each agency and of the first tenant of the demonstration, refused: nothing is on its way.
_CARDS = """
INSERT INTO banking_cardpayment (account_id, residence_id, amount_cents, reference, gateway, is_simulated, asked_at,
                                 expires_at, opened_at, state, reason, ended_at, back_cents)
SELECT a.id, a.residence_id, 12345, 'CB-ESSAI' || a.id, 'passerelle d’essai', true, %(at)s, %(at)s, %(at)s, 'REFUSED',
       'FUNDS', %(at)s, 0
FROM ledger_account AS a WHERE a.id IN (
    SELECT min(a.id) FROM ledger_account AS a JOIN estate_residence AS r ON r.id = a.residence_id GROUP BY r.agency_id
    UNION
    SELECT l.account_id FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
    JOIN agents_user AS u ON u.person_id = o.person_id WHERE u.identifier LIKE 'locataire_1@%%')
"""
_GIVEN = """
INSERT INTO banking_givenfile (name, sha256, size_bytes, state, format, entry_count, total_cents, warnings, refusal,
                               given_by, given_at, decided_by, decided_at, created_count, matched_count)
VALUES ('releve-donne.xml', repeat('0', 64), 1000, 'ABANDONED', 'camt.053', 3, 45600, '[]', '', %(by)s, %(at)s, %(by)s,
        %(at)s, 0, 0)
"""

_GIVEN_BY_THE_CAF = """
INSERT INTO aid_givenaidfile (name, profile, state, refusal, given_by, given_at, created_count)
VALUES ('caf-donne.txt', '', 'REFUSED', 'Le fichier n’a pas de total.', %(by)s, %(at)s, 0)
"""
_GIVEN_BY_THE_PAYROLL = """
INSERT INTO payroll_givenpayfile (name, month, issued_on, state, refusal, given_by, given_at, sha256, byte_count)
VALUES ('bulletins-donnes.pdf', %(at)s::date, %(at)s::date, 'REFUSED', 'Ce PDF porte un programme.', %(by)s, %(at)s,
        repeat('0', 64), 10)
"""
_CAMPAIGN = """
INSERT INTO adoption_campaign (means, seed, control_percent, opened_on, opened_by, opened_at)
VALUES ('LETTER', 'essai', 0, %(at)s::date, 1, %(at)s)
"""
_DRAWN = """
INSERT INTO adoption_invitee (campaign_id, lease_id, residence_id, person_id, cohort, code)
SELECT (SELECT max(id) FROM adoption_campaign), l.id, l.residence_id, o.person_id, 'INVITED', lpad(l.id::text, 8, '0')
FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role = 'HOLDER'
WHERE l.ends_on IS NULL
ON CONFLICT DO NOTHING
"""
# Answered by nobody yet, in each agency and of the first tenant.
_DELAYS = """
INSERT INTO recovery_delay (lease_id, account_id, residence_id, person_id, key, debt_cents, parts, first_on, state,
                            ground, asked_at, answer_due_on)
SELECT DISTINCT ON (o.lease_id) o.lease_id, l.account_id, l.residence_id, o.person_id, gen_random_uuid(), 30000, 3,
       %(at)s::date + 12, 'ASKED', '', %(at)s, %(at)s::date + 7
FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id
WHERE o.role = 'HOLDER' AND o.lease_id IN (
    SELECT min(l.id) FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id GROUP BY r.agency_id
    UNION
    SELECT o.lease_id FROM leases_occupant AS o JOIN agents_user AS u ON u.person_id = o.person_id
    WHERE u.identifier LIKE 'locataire_1@%%'
)
ORDER BY o.lease_id, o.id
"""
# One question to answer in each agency and of the first tenant, marked as its author's name is.
_THREADS = """
WITH made AS (
    INSERT INTO exchanges_thread (lease_id, residence_id, person_id, key, subject, state, opened_at, last_at, answer_by)
    SELECT lease_id, residence_id, person_id, gen_random_uuid(), 'RENT', 'OPEN', asked_at, asked_at, answer_due_on
    FROM recovery_delay
    RETURNING id, lease_id, residence_id, person_id, key, opened_at
)
INSERT INTO exchanges_message (thread_id, lease_id, residence_id, person_id, key, kind, author, at, body, is_chosen,
                               motive)
SELECT id, lease_id, residence_id, person_id, key, 'TEXT', 'TENANT', opened_at, 'Pourquoi ce montant ?', false, ''
FROM made
"""
_EXCLUDED = """
INSERT INTO campaigns_excludedarea (residence_id, reason, act_reference, first_day, recorded_by, recorded_at)
SELECT min(id), 'PLH', 'DELIB-ESSAI-1', '2026-01-01', %(by)s, %(at)s FROM estate_residence
"""


def live_on(made: Made, *, superuser: psycopg.Connection, at: datetime) -> None:
    """What the demonstration lives, then what only people may do: a survey is opened, its letters prepared."""
    by = signers()
    live(made.kept, by=by, at=at, listener=lambda _phase, _done, _total: None)
    actor = Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", name="P. Micocoulier", agent_id=by.reviewer_id)
    with acting(actor, screen="essai", categories=("BAIL",)):
        survey = open_survey(year=at.year + 1, fee_cents=2_500, actor=actor, at=at)
        prepare_survey_mailing(survey_id=survey.pk, kind="SLS_ENQUETE", actor=actor, at=at)
    with TemporaryDirectory() as folder, acting_for(by.sealer_id, "PRELEVEMENTS"):
        write_refund_file(path=Path(folder) / "remboursements.xml", at=at)
    superuser.execute(_CARDS, {"at": at})
    superuser.execute(_GIVEN, {"at": at, "by": by.sealer_id})
    superuser.execute(_GIVEN_BY_THE_CAF, {"at": at, "by": by.reviewer_id})
    superuser.execute(_GIVEN_BY_THE_PAYROLL, {"at": at, "by": by.reviewer_id})
    superuser.execute(_DELAYS, {"at": at})
    superuser.execute(_THREADS)
    superuser.execute(_CAMPAIGN, {"at": at})
    superuser.execute(_DRAWN)
    superuser.execute(_EXCLUDED, {"at": at, "by": by.reviewer_id})
