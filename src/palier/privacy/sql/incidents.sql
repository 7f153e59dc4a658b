-- The months of the journal, in UTC as its partitions are, that a breach still open needs to be understood: they wait for
-- its closing. Exercises hold nothing. Months alone: it tells nobody what the breach is. Created as the role {scope}.
CREATE OR REPLACE FUNCTION palier.months_of_open_incidents() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        WITH running AS (
            SELECT i.from_at, i.until_at, i.reading_id FROM oversight_incident AS i
            WHERE NOT i.is_exercise AND NOT EXISTS (
                SELECT FROM oversight_incidentstep AS s WHERE s.incident_id = i.id AND s.kind = 'CLOSED'
            )
        )
        SELECT coalesce(array_agg(DISTINCT to_char(m.month, 'YYYY-MM')), '{}') FROM (
            SELECT generate_series(
                date_trunc('month', r.from_at AT TIME ZONE 'UTC'), r.until_at AT TIME ZONE 'UTC', interval '1 month'
            )
            FROM running AS r WHERE r.from_at IS NOT NULL
            UNION ALL
            SELECT e.at AT TIME ZONE 'UTC' FROM running AS r JOIN privacy_readevent AS e ON e.id = r.reading_id
        ) AS m (month)
    );
END $$;
