-- What the steps ask of leases and persons, worked out once a transaction: when each ended, and what is held back.
-- A lease that runs, or an account that is not settled, has no row or no date: nothing of it is ever due.
CREATE TEMPORARY TABLE frozen_request ON COMMIT DROP AS
SELECT r.id AS request_id FROM rights_request AS r
JOIN rights_step AS s ON s.request_id = r.id AND s.kind = 'ANSWERED' AND s.decision IN ('GRANTED', 'PARTLY')
WHERE r.kind = 'RESTRICTION'
  AND NOT EXISTS (SELECT FROM rights_step AS l WHERE l.request_id = r.id AND l.kind = 'LIFTED');

CREATE TEMPORARY TABLE held_lease ON COMMIT DROP AS
WITH held AS (
    SELECT person_id, lease_id FROM retention_hold
    WHERE first_day <= %(on)s AND (last_day IS NULL OR last_day >= %(on)s) AND lifted_at IS NULL
    UNION ALL
    -- Nothing of a person goes while they wait for an answer, but what they asked to see erased.
    SELECT r.person_id, NULL FROM rights_request AS r
    WHERE r.kind <> 'ERASURE'
      AND NOT EXISTS (SELECT FROM rights_step AS s WHERE s.request_id = r.id AND s.kind = 'ANSWERED')
    UNION ALL
    SELECT r.person_id, NULL FROM frozen_request AS f JOIN rights_request AS r ON r.id = f.request_id
    UNION ALL
    -- Who was concerned by a breach must still be found and told.
    SELECT p.person_id, NULL FROM oversight_incidentperson AS p JOIN oversight_incident AS i ON i.id = p.incident_id
    WHERE NOT i.is_exercise
      AND NOT EXISTS (SELECT FROM oversight_incidentstep AS s WHERE s.incident_id = i.id AND s.kind = 'CLOSED')
), person AS (
    SELECT person_id FROM held WHERE person_id IS NOT NULL
    UNION SELECT o.person_id FROM held AS h JOIN leases_occupant AS o ON o.lease_id = h.lease_id
)
SELECT o.lease_id, o.person_id FROM person AS p JOIN leases_occupant AS o ON o.person_id = p.person_id
UNION SELECT lease_id, NULL FROM held WHERE lease_id IS NOT NULL
UNION SELECT NULL, person_id FROM person;

CREATE TEMPORARY TABLE lease_end ON COMMIT DROP AS
SELECT l.id AS lease_id, l.account_id, l.household_id, l.ends_on AS ended_on,
       -- An account without any posting is settled.
       CASE WHEN coalesce(p.cents, 0) = 0 THEN greatest(l.ends_on, p.last_on) END AS closed_on
FROM leases_lease AS l
LEFT JOIN LATERAL (
    SELECT sum(amount_cents) AS cents, max(booked_on) AS last_on FROM ledger_posting WHERE account_id = l.account_id
) AS p ON true
WHERE l.ends_on < %(on)s;
CREATE INDEX ON lease_end (lease_id);

CREATE TEMPORARY TABLE person_end ON COMMIT DROP AS
SELECT o.person_id,
       -- One lease that runs, or one account that is not settled, and the person's time has not begun.
       -- Nor of someone whose application is still kept: it has its own end.
       CASE WHEN bool_and(e.lease_id IS NOT NULL AND (o.role = 'OCCUPANT' OR e.closed_on IS NOT NULL))
             AND NOT EXISTS (SELECT FROM demandes_application AS a WHERE a.person_id = o.person_id)
             AND NOT EXISTS (SELECT FROM demandes_member AS m WHERE m.person_id = o.person_id)
            THEN max(greatest(e.ended_on, CASE WHEN o.role <> 'OCCUPANT' THEN e.closed_on END)) END AS closed_on,
       bool_or(h.person_id IS NOT NULL) AS is_held
FROM leases_occupant AS o
LEFT JOIN lease_end AS e ON e.lease_id = o.lease_id
LEFT JOIN (SELECT DISTINCT person_id FROM held_lease WHERE person_id IS NOT NULL) AS h ON h.person_id = o.person_id
GROUP BY o.person_id;
CREATE INDEX ON person_end (person_id);

CREATE TEMPORARY TABLE household_end ON COMMIT DROP AS
SELECT m.household_id, l.ended_on, bool_or(h.person_id IS NOT NULL) AS is_held
FROM people_householdmember AS m
LEFT JOIN (
    SELECT l.household_id, CASE WHEN bool_and(e.lease_id IS NOT NULL) THEN max(e.ended_on) END AS ended_on
    FROM leases_lease AS l LEFT JOIN lease_end AS e ON e.lease_id = l.id GROUP BY l.household_id
) AS l ON l.household_id = m.household_id
LEFT JOIN (SELECT DISTINCT person_id FROM held_lease WHERE person_id IS NOT NULL) AS h ON h.person_id = m.person_id
GROUP BY m.household_id, l.ended_on;
CREATE INDEX ON household_end (household_id);

CREATE TEMPORARY TABLE application_end ON COMMIT DROP AS
SELECT a.id AS application_id, a.person_id, a.radiated_on AS ended_on, h.person_id IS NOT NULL AS is_held
FROM demandes_application AS a
LEFT JOIN (SELECT DISTINCT person_id FROM held_lease WHERE person_id IS NOT NULL) AS h ON h.person_id = a.person_id
WHERE a.state = 'RADIATED';
CREATE INDEX ON application_end (application_id);

-- Those whom no lease has ever held, once their last application is over.
CREATE TEMPORARY TABLE applicant_end ON COMMIT DROP AS
WITH named AS (
    SELECT person_id, application_id FROM application_end
    UNION
    SELECT m.person_id, m.application_id
    FROM demandes_member AS m JOIN application_end USING (application_id) WHERE m.person_id IS NOT NULL
)
SELECT n.person_id, max(e.ended_on) AS ended_on, bool_or(e.is_held) AS is_held
FROM named AS n JOIN application_end AS e USING (application_id)
WHERE NOT EXISTS (SELECT FROM leases_occupant AS o WHERE o.person_id = n.person_id)
  AND NOT EXISTS (SELECT FROM demandes_application AS a WHERE a.person_id = n.person_id AND a.state = 'ACTIVE')
  AND NOT EXISTS (
      SELECT FROM demandes_member AS m JOIN demandes_application AS a ON a.id = m.application_id
      WHERE m.person_id = n.person_id AND a.state = 'ACTIVE'
  )
GROUP BY n.person_id;
CREATE INDEX ON applicant_end (person_id);
ANALYZE held_lease;
ANALYZE lease_end;
ANALYZE person_end;
ANALYZE household_end;
ANALYZE application_end;
ANALYZE applicant_end
