-- The leases of which a holder said « ne plus me proposer ». Reads with its caller's rights.
CREATE OR REPLACE FUNCTION palier.leases_proposed_no_more() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT o.lease_id), '{}')
    FROM adoption_noproposal AS n JOIN leases_occupant AS o ON o.person_id = n.person_id
    WHERE o.role IN ('HOLDER', 'COHOLDER') AND (o.moved_out_on IS NULL OR o.moved_out_on >= palier.today())
$$;
