-- Files opened one by one, and addresses kept from all but a few. Created as the role {scope}, after functions.sql.
-- Each function is called once a statement by the row policies, through (SELECT …), and answers an array.

-- Persons whose address is protected today, those whom I hold left out when I act for that purpose, on that page.
CREATE OR REPLACE FUNCTION palier.protected_persons() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(p.person_id), '{}') FROM agents_protectedperson AS p
        WHERE p.first_day <= palier.today() AND (p.last_day IS NULL OR p.last_day >= palier.today())
          AND NOT (
              nullif(current_setting('palier.purpose', true), '') IS NOT DISTINCT FROM 'PROTECTION_VIOLENCES'
              AND current_setting('role') LIKE '%\_opened\_file'
              AND EXISTS (
                  SELECT FROM agents_protectionholder AS h
                  WHERE h.protection_id = p.id AND h.last_day IS NULL
                    AND h.agent_id = nullif(current_setting('palier.agent_id', true), '')::bigint
              )
          )
    );
END $$;

-- Did I declare this protection? Its holders are named by whoever declared it.
CREATE OR REPLACE FUNCTION palier.is_my_protection(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM agents_protectedperson WHERE id = wanted AND declared_by_id = (SELECT palier.my_agent())
    );
END $$;

-- The leases where they live: whoever lives with them leads to them.
CREATE OR REPLACE FUNCTION palier.hidden_leases() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT lease_id), '{}') FROM leases_occupant
        WHERE person_id = ANY ((SELECT palier.protected_persons())::bigint[])
          AND (moved_out_on IS NULL OR moved_out_on >= palier.today())
    );
END $$;

CREATE OR REPLACE FUNCTION palier.hidden_persons() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT palier.protected_persons()) || (
        SELECT coalesce(array_agg(DISTINCT person_id), '{}') FROM leases_occupant
        WHERE lease_id = ANY ((SELECT palier.hidden_leases())::bigint[])
    );
END $$;

-- Their names in the leases that they left are hidden too.
CREATE OR REPLACE FUNCTION palier.hidden_occupants() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(id), '{}') FROM leases_occupant
        WHERE person_id = ANY ((SELECT palier.hidden_persons())::bigint[])
    );
END $$;

CREATE OR REPLACE FUNCTION palier.hidden_accounts() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(account_id), '{}') FROM leases_lease
    WHERE id = ANY ((SELECT palier.hidden_leases())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.hidden_households() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(household_id), '{}') FROM people_householdmember
    WHERE person_id = ANY ((SELECT palier.hidden_persons())::bigint[])
$$;

-- The leases opened to me: under the purpose of protection those of the persons whom I hold, else those that I opened
-- for a motive and whose time is not over. Who has left opens nothing.
CREATE OR REPLACE FUNCTION palier.opened_leases() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    IF NOT EXISTS (
        SELECT FROM agents_agent WHERE id = me AND (left_on IS NULL OR left_on >= palier.today())
    ) THEN
        RETURN '{}';
    END IF;
    IF current_setting('palier.purpose', true) = 'PROTECTION_VIOLENCES' THEN
        RETURN (
            SELECT coalesce(array_agg(DISTINCT o.lease_id), '{}')
            FROM agents_protectionholder AS h JOIN agents_protectedperson AS p ON p.id = h.protection_id
            JOIN leases_occupant AS o ON o.person_id = p.person_id
            WHERE h.agent_id = me AND h.last_day IS NULL
              AND p.first_day <= palier.today() AND (p.last_day IS NULL OR p.last_day >= palier.today())
              AND (o.moved_out_on IS NULL OR o.moved_out_on >= palier.today())
        );
    END IF;
    RETURN (
        SELECT coalesce(array_agg(DISTINCT lease_id), '{}') FROM agents_opening
        WHERE agent_id = me AND lease_id IS NOT NULL AND first_at <= now() AND until_at > now()
    );
END $$;

CREATE OR REPLACE FUNCTION palier.opened_accounts() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(account_id), '{}') FROM leases_lease
    WHERE id = ANY ((SELECT palier.opened_leases())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.opened_entries() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(entry_id), '{}') FROM ledger_posting
    WHERE account_id = ANY ((SELECT palier.opened_accounts())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.opened_persons() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT person_id), '{}') FROM leases_occupant
    WHERE lease_id = ANY ((SELECT palier.opened_leases())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.opened_households() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(household_id), '{}') FROM leases_lease
    WHERE household_id IS NOT NULL AND id = ANY ((SELECT palier.opened_leases())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.opened_residences() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT residence_id::int), '{}') FROM leases_lease
    WHERE id = ANY ((SELECT palier.opened_leases())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.opened_dwellings() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT dwelling_id), '{}') FROM leases_lease
    WHERE id = ANY ((SELECT palier.opened_leases())::bigint[])
$$;

-- How many files outside their portfolio someone in this role may open in a day: what the data protection officer
-- last decided, else ten. An emergency opens beyond it.
CREATE OR REPLACE FUNCTION palier.daily_quota(asked_role text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        (SELECT value FROM agents_policysetting WHERE kind = 'QUOTA' AND code = asked_role ORDER BY id DESC LIMIT 1), 10
    )
$$;

-- A motive serves until the data protection officer closes it.
CREATE OR REPLACE FUNCTION palier.is_motive_open(motive text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        (SELECT value = 1 FROM agents_policysetting WHERE kind = 'MOTIVE' AND code = motive ORDER BY id DESC LIMIT 1),
        true
    )
$$;

-- Opens a file outside the agent's portfolio, counted against the day's quota, for eight hours; an emergency for two,
-- beyond the quota, and the data protection officer is told. A search that finds nobody, or several, counts as well:
-- names are not tried one after the other. A protected address is found by nobody.
CREATE OR REPLACE FUNCTION palier.open_file(asked_reference text, names text[], wanted_motive text)
RETURNS TABLE (outcome text, lease_id bigint, left_today int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    me bigint := palier.my_agent();
    my_role text;
    used int;
    quota int;
    is_emergency boolean := wanted_motive = 'URGENCE';
    matches bigint[];
    found_lease bigint;
    made bigint;
BEGIN
    SELECT role INTO my_role FROM agents_agent
    WHERE id = me AND (left_on IS NULL OR left_on >= palier.today()) AND role IN ('rent_officer', 'agency_manager')
      AND current_setting('role') LIKE '%\_' || role;
    IF my_role IS NULL OR NOT palier.is_motive_open(wanted_motive) THEN
        RETURN QUERY SELECT 'CLOSED'::text, NULL::bigint, 0;
        RETURN;
    END IF;
    -- Two requests at once would each count the same day.
    PERFORM pg_advisory_xact_lock(hashtext('palier.opening'), me::int);
    quota := palier.daily_quota(my_role);
    SELECT count(*) INTO used FROM agents_opening
    WHERE agent_id = me AND kind IN ('OUTSIDE', 'MISSED')
      AND (first_at AT TIME ZONE 'Europe/Paris')::date = palier.today();
    IF used >= quota AND NOT is_emergency THEN
        INSERT INTO agents_openingalarm (kind, agent_id, at) VALUES ('QUOTA_EXCEEDED', me, now());
        RETURN QUERY SELECT 'QUOTA'::text, NULL::bigint, 0;
        RETURN;
    END IF;
    SELECT array_agg(DISTINCT l.id) INTO matches
    FROM (
        SELECT id FROM leases_lease WHERE reference = asked_reference
        UNION ALL
        SELECT l.id FROM ledger_account AS a JOIN leases_lease AS l ON l.account_id = a.id
        WHERE a.reference = asked_reference
        UNION ALL
        SELECT o.lease_id FROM leases_occupant AS o
        WHERE o.sort_name = ANY (names) AND (o.moved_out_on IS NULL OR o.moved_out_on >= palier.today())
    ) AS l
    WHERE l.id <> ALL ((SELECT palier.hidden_leases())::bigint[])
      AND NOT EXISTS (SELECT FROM retention_archived AS a WHERE a.kind = 'LEASE' AND a.number = l.id);
    IF cardinality(matches) = 1 THEN
        found_lease := matches[1];
        IF EXISTS (
            SELECT FROM leases_lease
            WHERE id = found_lease AND residence_id = ANY ((SELECT palier.my_residences())::int[])
        ) THEN
            RETURN QUERY SELECT 'MINE'::text, found_lease, quota - used;
            RETURN;
        END IF;
        IF EXISTS (
            SELECT FROM agents_opening AS o
            WHERE o.agent_id = me AND o.lease_id = found_lease AND o.motive = wanted_motive AND o.until_at > now()
        ) THEN
            RETURN QUERY SELECT 'OPENED'::text, found_lease, quota - used;
            RETURN;
        END IF;
    END IF;
    INSERT INTO agents_opening (agent_id, kind, lease_id, motive, first_at, until_at)
    VALUES (
        me,
        CASE WHEN found_lease IS NULL THEN 'MISSED' WHEN is_emergency THEN 'BREAK_GLASS' ELSE 'OUTSIDE' END,
        found_lease, wanted_motive, now(),
        now() + CASE WHEN found_lease IS NULL THEN interval '0' WHEN is_emergency THEN interval '2 hours'
                ELSE interval '8 hours' END
    )
    RETURNING id INTO made;
    IF is_emergency THEN
        INSERT INTO agents_openingalarm (kind, agent_id, opening_id, at) VALUES ('BREAK_GLASS', me, made, now());
    ELSIF used + 1 = quota THEN
        INSERT INTO agents_openingalarm (kind, agent_id, opening_id, at) VALUES ('QUOTA_REACHED', me, made, now());
    END IF;
    RETURN QUERY SELECT
        CASE WHEN found_lease IS NOT NULL THEN 'OPENED' WHEN cardinality(matches) > 1 THEN 'SEVERAL' ELSE 'NONE' END,
        found_lease, greatest(quota - used - CASE WHEN is_emergency THEN 0 ELSE 1 END, 0);
END $$;

-- The motive of the file that I opened, for the journal and for the person: the latest one still running.
CREATE OR REPLACE FUNCTION palier.motive_of_opening(wanted bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT motive FROM agents_opening
    WHERE agent_id = (SELECT palier.my_agent()) AND lease_id = wanted AND first_at <= now() AND until_at > now()
      -- An emergency is read for the purpose of emergencies, on its own page.
      AND (motive = 'URGENCE') = (current_setting('palier.purpose', true) = 'URGENCE')
    ORDER BY id DESC LIMIT 1
$$;

-- The leases behind the protections that I hold, by number: the page of the file shows it, under its own purpose.
CREATE OR REPLACE FUNCTION palier.leases_i_hold() RETURNS TABLE (protection_id bigint, lease_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT p.id, o.lease_id
    FROM agents_protectionholder AS h JOIN agents_protectedperson AS p ON p.id = h.protection_id
    JOIN leases_occupant AS o ON o.person_id = p.person_id
    WHERE h.agent_id = (SELECT palier.my_agent()) AND h.last_day IS NULL
      AND p.first_day <= palier.today() AND (p.last_day IS NULL OR p.last_day >= palier.today())
      AND (o.moved_out_on IS NULL OR o.moved_out_on >= palier.today())
    ORDER BY 1, 2
$$;
