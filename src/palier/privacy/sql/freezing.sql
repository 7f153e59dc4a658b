-- The restriction of processing (RGPD, art. 18): what a person asked to freeze is kept and read, and no longer changed.
-- Created as the role {scope}. Art. 18-2 leaves to the landlord what the person agrees to (they act themselves, as a
-- tenant), legal claims and the rights of others: the month is billed, accounts are kept, coded facts for the safety of
-- those who come have their own contest.

-- Is one of the persons behind this row frozen today? Granted by the data protection officer, and not lifted since.
CREATE OR REPLACE FUNCTION palier.is_frozen(secret text, number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    frozen bigint[] := (
        SELECT array_agg(DISTINCT r.person_id)
        FROM rights_request AS r
        JOIN rights_step AS s ON s.request_id = r.id AND s.kind = 'ANSWERED' AND s.decision IN ('GRANTED', 'PARTLY')
        WHERE r.kind = 'RESTRICTION'
          AND NOT EXISTS (SELECT FROM rights_step AS l WHERE l.request_id = r.id AND l.kind = 'LIFTED')
    );
BEGIN
    IF frozen IS NULL THEN
        RETURN false;
    END IF;
    RETURN CASE secret
        WHEN 'PERSON' THEN number = ANY (frozen)
        WHEN 'LEASE' THEN
            EXISTS (SELECT FROM leases_occupant WHERE lease_id = number AND person_id = ANY (frozen))
        WHEN 'OCCUPANT' THEN EXISTS (
            SELECT FROM leases_occupant AS me JOIN leases_occupant AS o ON o.lease_id = me.lease_id
            WHERE me.id = number AND o.person_id = ANY (frozen)
        )
        WHEN 'APPLICATION' THEN
            EXISTS (SELECT FROM demandes_application AS a WHERE a.id = is_frozen.number AND a.person_id = ANY (frozen))
        WHEN 'HOUSEHOLD' THEN
            EXISTS (SELECT FROM people_householdmember WHERE household_id = number AND person_id = ANY (frozen))
    END;
END $$;
