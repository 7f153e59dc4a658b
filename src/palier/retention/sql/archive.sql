-- What is in the intermediate archive on a day, worked out again whole from the facts of facts.sql: a file enters it once
-- its lease is over, its account settled and its active time past; it leaves it when one of these is no longer so. What
-- is held back (law suit, request, freeze, breach) stays in daily use.
WITH lease AS (
    SELECT e.lease_id, e.account_id, e.household_id FROM lease_end AS e
    WHERE (e.closed_on + make_interval(months => %(lease_months)s))::date < %(on)s
      AND NOT EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = e.lease_id)
), person AS (
    SELECT person_id FROM person_end
    WHERE (closed_on + make_interval(months => %(person_months)s))::date < %(on)s AND NOT is_held
), subject AS (
    SELECT 'LEASE' AS kind, lease_id AS number FROM lease
    UNION SELECT 'ACCOUNT', account_id FROM lease
    UNION SELECT 'OCCUPANT', o.id FROM leases_occupant AS o JOIN lease USING (lease_id)
    UNION SELECT 'PERSON', person_id FROM person
    UNION SELECT 'HOUSEHOLD', h.household_id FROM household_end AS h
    WHERE (h.ended_on + make_interval(months => %(household_months)s))::date < %(on)s AND NOT h.is_held
      AND EXISTS (SELECT FROM lease AS l WHERE l.household_id = h.household_id)
      AND NOT EXISTS (
          SELECT FROM lease_end AS e
          WHERE e.household_id = h.household_id AND NOT EXISTS (SELECT FROM lease AS l WHERE l.lease_id = e.lease_id)
      )
    -- A household of its own, behind no lease (a co-holder who came with theirs), follows its members.
    UNION SELECT 'HOUSEHOLD', m.household_id
    FROM people_householdmember AS m LEFT JOIN person AS p ON p.person_id = m.person_id
    WHERE NOT EXISTS (SELECT FROM leases_lease AS l WHERE l.household_id = m.household_id)
    GROUP BY m.household_id HAVING bool_and(p.person_id IS NOT NULL)
), back AS (
    DELETE FROM retention_archived AS a
    WHERE NOT EXISTS (SELECT FROM subject AS s WHERE s.kind = a.kind AND s.number = a.number)
), entered AS (
    INSERT INTO retention_archived (kind, number, archived_on)
    SELECT kind, number, %(on)s FROM subject ON CONFLICT (kind, number) DO NOTHING
    RETURNING kind
)
SELECT count(*) FROM entered WHERE kind = 'LEASE'
