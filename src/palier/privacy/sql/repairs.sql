-- What a tenant reaches of repairs: their own requests, and what is reported in the common parts where they live.

-- The residences of the leases that a person holds today.
CREATE OR REPLACE FUNCTION palier.my_homes() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT residence_id), '{}') FROM leases_lease
    WHERE id = ANY ((SELECT palier.my_leases())::bigint[]) AND (ends_on IS NULL OR ends_on >= palier.today())
$$;

-- The tickets that the leases of a person follow.
CREATE OR REPLACE FUNCTION palier.my_tickets() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT ticket_id), '{}') FROM maintenance_repairrequest
    WHERE lease_id = ANY ((SELECT palier.my_leases())::bigint[])
$$;

-- A tenant reports what is in their own dwelling or in the common parts where they live, nothing of a neighbour's.
CREATE OR REPLACE FUNCTION palier.is_my_place(residence int, dwelling bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM leases_lease
        WHERE id = ANY ((SELECT palier.my_leases())::bigint[]) AND (ends_on IS NULL OR ends_on >= palier.today())
          AND residence_id = residence AND (dwelling IS NULL OR dwelling_id = dwelling)
    );
END $$;

-- A number guessed opens nobody's door: a household joins a ticket of its own dwelling, or of the common parts.
CREATE OR REPLACE FUNCTION palier.is_mine_to_follow(ticket bigint, lease bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM maintenance_ticket AS t JOIN leases_lease AS l ON l.residence_id = t.residence_id
        WHERE t.id = ticket AND l.id = lease
          AND (t.dwelling_id IS NULL
               OR (t.dwelling_id = l.dwelling_id AND (t.opened_at AT TIME ZONE 'Europe/Paris')::date >= l.starts_on))
    );
END $$;

-- How long repairs took in a residence (0 = everywhere), by category: for everyone, signed in or not. Fewer than
-- five are not told. Days from the report to the end of the work; what was a neighbour's same defect counts once.
CREATE OR REPLACE FUNCTION palier.repair_delays(wanted bigint, since timestamptz)
RETURNS TABLE (category text, counted bigint, median_days int, ninth_days int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.category::text, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY d.days),
           percentile_disc(0.9) WITHIN GROUP (ORDER BY d.days)
    FROM (
        SELECT t.category, (t.closed_at AT TIME ZONE 'Europe/Paris')::date
                           - (t.opened_at AT TIME ZONE 'Europe/Paris')::date AS days
        FROM maintenance_ticket AS t
        WHERE t.state = 'CLOSED' AND t.closing <> 'DUPLICATE' AND t.closed_at >= since
          AND (wanted = 0 OR t.residence_id = wanted)
    ) AS d
    GROUP BY d.category HAVING count(*) >= 5
$$;

-- The same for each residence, in one reading of the tickets.
CREATE OR REPLACE FUNCTION palier.repair_delays_by_residence(since timestamptz)
RETURNS TABLE (residence_id bigint, category text, counted bigint, median_days int, ninth_days int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.residence_id, d.category::text, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY d.days),
           percentile_disc(0.9) WITHIN GROUP (ORDER BY d.days)
    FROM (
        SELECT t.residence_id, t.category, (t.closed_at AT TIME ZONE 'Europe/Paris')::date
                                           - (t.opened_at AT TIME ZONE 'Europe/Paris')::date AS days
        FROM maintenance_ticket AS t
        WHERE t.state = 'CLOSED' AND t.closing <> 'DUPLICATE' AND t.closed_at >= since
    ) AS d
    GROUP BY d.residence_id, d.category HAVING count(*) >= 5
$$;

-- The residences that have a delay to tell: names of places, nobody's data.
CREATE OR REPLACE FUNCTION palier.residences_with_delays(since timestamptz) RETURNS TABLE (id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.id, r.name::text FROM estate_residence AS r
    WHERE r.id IN (SELECT residence_id FROM palier.repair_delays_by_residence(since)) ORDER BY r.name, r.id
$$;

-- The households of a ticket follow another of the same residence, or come back from it: those too whose address is
-- protected, which the agency that groups does not see. It learns neither who nor how many.
CREATE OR REPLACE FUNCTION palier.carry_repairs(origin bigint, target bigint, is_back boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    leases bigint[];
BEGIN
    IF current_setting('role') NOT LIKE '%\_rent\_officer' AND current_setting('role') NOT LIKE '%\_agency\_manager'
       OR NOT EXISTS (
           SELECT FROM maintenance_ticket AS o JOIN maintenance_ticket AS t ON t.residence_id = o.residence_id
           WHERE o.id = origin AND t.id = target AND o.residence_id = ANY ((SELECT palier.my_residences())::int[])
       ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied for these tickets';
    END IF;
    WITH moved AS (
        UPDATE maintenance_repairrequest AS r
        SET ticket_id = target, moved_from = CASE WHEN is_back THEN NULL ELSE coalesce(r.moved_from, origin) END
        WHERE r.ticket_id = origin
          AND (NOT is_back OR r.moved_from = target OR (r.moved_from IS NULL AND r.opened_ticket_id = target))
          AND NOT EXISTS (SELECT FROM maintenance_repairrequest AS there
                          WHERE there.ticket_id = target AND there.lease_id = r.lease_id)
        RETURNING r.lease_id
    )
    SELECT coalesce(array_agg(lease_id), '{}') INTO leases FROM moved;
    -- What belongs to these households goes with their requests: photos, appointments, their own steps.
    UPDATE maintenance_ticketphoto SET ticket_id = target WHERE ticket_id = origin AND lease_id = ANY (leases);
    UPDATE maintenance_visit SET ticket_id = target WHERE ticket_id = origin AND lease_id = ANY (leases);
    UPDATE maintenance_ticketstep SET ticket_id = target WHERE ticket_id = origin AND lease_id = ANY (leases);
END $$;
