-- Whose applications are mine? Created as the role {scope}, after functions.sql and openings.sql. Each function answers
-- an array as long as one agent's files or one person's applications, never as long as the stock.

-- Who keeps a sitting: the last who took it over. The row of a sealed one changes no more. Reads with its caller's rights.
CREATE OR REPLACE FUNCTION palier.keeper_of_sitting(wanted bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        (SELECT h.taken_by_id FROM attribution_handover AS h WHERE h.sitting_id = s.id ORDER BY h.id DESC LIMIT 1),
        s.secretary_id
    ) FROM attribution_sitting AS s WHERE s.id = wanted
$$;

-- The candidates of the sittings that I keep, for six months after they are held: the identities behind the
-- sheets are the secretary's alone.
CREATE OR REPLACE FUNCTION palier.files_of_my_sittings() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT c.application_id), '{}')
        FROM agents_agent AS agent JOIN attribution_sitting AS s ON palier.keeper_of_sitting(s.id) = agent.id
        JOIN attribution_item AS i ON i.sitting_id = s.id JOIN attribution_candidate AS c ON c.vacancy_id = i.vacancy_id
        WHERE agent.id = me AND agent.role = 'commission_secretary'
          AND current_setting('role') LIKE '%\_commission\_secretary'
          AND (agent.left_on IS NULL OR agent.left_on >= palier.today())
          AND (c.withdrawn_on IS NULL OR EXISTS (SELECT FROM attribution_sheet AS h WHERE h.candidate_id = c.id))
          AND s.state <> 'CANCELLED' AND s.held_on > palier.today() - 183 AND c.application_id IS NOT NULL
    );
END $$;

-- The applications given to the agent, from the day of their start to the instant of their end: they end by themselves.
-- The role taken must be the agent's own.
CREATE OR REPLACE FUNCTION palier.my_files() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT given.application_id), '{}')
        FROM agents_agent AS agent JOIN demandes_assignment AS given ON given.agent_id = agent.id
        WHERE agent.id = me AND agent.role IN ('allocation_officer', 'commission_secretary')
          AND current_setting('role') LIKE '%\_' || agent.role
          AND (agent.left_on IS NULL OR agent.left_on >= palier.today())
          AND (given.first_at AT TIME ZONE 'Europe/Paris')::date <= palier.today() AND given.until_at > now()
    ) || palier.files_of_my_sittings();
END $$;

-- Who asks and who will live there, in the files given to the agent.
CREATE OR REPLACE FUNCTION palier.my_applicants() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine bigint[] := palier.my_files();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(p.person_id), '{}')
        FROM (
            SELECT person_id FROM demandes_application WHERE id = ANY (mine)
            UNION
            SELECT person_id FROM demandes_member WHERE application_id = ANY (mine) AND person_id IS NOT NULL
        ) AS p
    );
END $$;

CREATE OR REPLACE FUNCTION palier.my_applications() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_person();
BEGIN
    RETURN (SELECT coalesce(array_agg(id), '{}') FROM demandes_application WHERE person_id = me);
END $$;

-- The applications that lead to a protected address: who asks, or anyone who will live there.
CREATE OR REPLACE FUNCTION palier.hidden_applications() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hidden bigint[] := palier.hidden_persons();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(a.id), '{}')
        FROM (
            SELECT id FROM demandes_application WHERE person_id = ANY (hidden)
            UNION
            SELECT application_id FROM demandes_member WHERE person_id = ANY (hidden)
        ) AS a
    );
END $$;

-- The same, less the candidates of the sittings that I keep: the commission examines them as the others, by what their
-- file says, without a name, an address or the number that leads to them.
CREATE OR REPLACE FUNCTION palier.hidden_candidacies() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hidden bigint[] := palier.hidden_applications();
    mine bigint[];
BEGIN
    IF hidden = '{}' OR current_setting('role') NOT LIKE '%\_commission\_secretary' THEN
        RETURN hidden;
    END IF;
    mine := palier.files_of_my_sittings();
    RETURN (SELECT coalesce(array_agg(number), '{}') FROM unnest(hidden) AS number WHERE number <> ALL (mine));
END $$;

-- What their own row says that a rule reads: neither who asks nor their number.
CREATE OR REPLACE FUNCTION palier.protected_candidates() RETURNS TABLE (id bigint, filed_on date, path text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id, a.filed_on, a.path::text FROM demandes_application AS a
    WHERE current_setting('role') LIKE '%\_commission\_secretary'
      AND a.id = ANY ((SELECT palier.files_of_my_sittings())::bigint[])
      AND a.id = ANY ((SELECT palier.hidden_applications())::bigint[])
$$;

-- An application is filed for someone already in sight, or for someone of whom nothing is known yet: a number guessed
-- opens nobody's file.
CREATE OR REPLACE FUNCTION palier.is_unknown_yet(person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Tells nobody else.
    RETURN current_setting('role') ~ '_(allocation_officer|commission_secretary|batch_import)$'
       AND EXISTS (SELECT FROM people_person WHERE id = person AND residence_id IS NULL)
       AND NOT EXISTS (SELECT FROM leases_occupant WHERE person_id = person)
       AND NOT EXISTS (SELECT FROM demandes_application WHERE person_id = person)
       AND NOT EXISTS (SELECT FROM demandes_member WHERE person_id = person);
END $$;

-- Whether a lease of a dwelling still runs on a day: who announces it vacant reads no lease, hence a yes or a no.
CREATE OR REPLACE FUNCTION palier.is_let_on(dwelling bigint, day date) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Tells nobody else.
    RETURN current_setting('role') ~ '_(allocation_officer|commission_secretary|batch_import)$'
       AND EXISTS (SELECT FROM leases_lease WHERE dwelling_id = dwelling AND (ends_on IS NULL OR ends_on >= day));
END $$;

-- How many more files the agent may still take by themself today: the counter sees a few persons a day, and who took
-- every file would read the whole stock. What the secretary gives is not counted.
CREATE OR REPLACE FUNCTION palier.files_left_to_take() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN 20 - (
        SELECT count(*) FROM demandes_assignment
        WHERE agent_id = (SELECT palier.my_agent()) AND assigned_by_id = agent_id
          AND first_at >= date_trunc('day', now() AT TIME ZONE 'Europe/Paris') AT TIME ZONE 'Europe/Paris'
    )::integer;
END $$;

-- Does somebody instruct this file today? An officer takes a file that nobody has; only the secretary gives the others.
CREATE OR REPLACE FUNCTION palier.is_given(application bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN current_setting('role') ~ '_(allocation_officer|commission_secretary)$'
       AND EXISTS (SELECT FROM demandes_assignment WHERE application_id = application AND until_at > now());
END $$;

-- Do I hold the protection of this person today? A job asks it in the name of whoever asked for it.
CREATE OR REPLACE FUNCTION palier.i_hold(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM agents_protectionholder AS h JOIN agents_protectedperson AS p ON p.id = h.protection_id
        JOIN agents_agent AS a ON a.id = h.agent_id
        WHERE h.agent_id = (SELECT palier.my_agent()) AND h.last_day IS NULL AND p.person_id = person
          AND (a.left_on IS NULL OR a.left_on >= palier.today())
          AND p.first_day <= palier.today() AND (p.last_day IS NULL OR p.last_day >= palier.today())
    )
$$;

-- The applications behind the protections that I hold, for that purpose alone: who asks, or who will live there.
CREATE OR REPLACE FUNCTION palier.applications_i_hold()
RETURNS TABLE (protection_id bigint, application_id bigint, person_id bigint, state text, expires_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT p.id, a.id, a.person_id, a.state::text, a.expires_on
    FROM agents_protectionholder AS h JOIN agents_protectedperson AS p ON p.id = h.protection_id
    JOIN demandes_application AS a ON a.person_id = p.person_id
        OR a.id IN (SELECT m.application_id FROM demandes_member AS m WHERE m.person_id = p.person_id)
    WHERE palier.said('palier.purpose') = 'PROTECTION_VIOLENCES'
      AND h.agent_id = (SELECT palier.my_agent()) AND palier.i_hold(p.person_id)
    ORDER BY 1, 2
$$;

-- The letters of the commission to them: a job made them, no officer sees them, whoever holds the protection hands them.
CREATE OR REPLACE FUNCTION palier.letters_i_hold()
RETURNS TABLE (
    protection_id bigint, application_id bigint, id bigint, kind text, number text, made_at timestamptz,
    notified_on date, is_erased boolean, expires_on date, offer_state text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT mine.protection_id, mine.application_id, n.id, n.kind::text, n.number::text, n.made_at, n.notified_on,
           n.content IS NULL, o.expires_on, coalesce(o.state::text, '')
    FROM palier.applications_i_hold() AS mine
    JOIN attribution_notification AS n ON n.application_id = mine.application_id
    LEFT JOIN attribution_offer AS o ON o.decision_id = n.decision_id AND n.kind = 'OFFER'
        AND o.notified_on = n.notified_on
    ORDER BY n.notified_on IS NOT NULL, n.made_at, n.id
$$;

-- One of them, whole.
CREATE OR REPLACE FUNCTION palier.letter_i_hold(wanted bigint)
RETURNS TABLE (content bytea, number text, kind text, person_id bigint, made_at timestamptz, notified_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.content, n.number::text, n.kind::text, mine.person_id, n.made_at, n.notified_on
    FROM palier.applications_i_hold() AS mine
    JOIN attribution_notification AS n ON n.application_id = mine.application_id
    WHERE n.id = wanted LIMIT 1
$$;

-- The vacant dwellings that would suit them, as the job last found: officers do not see these lines. `takes`: it may
-- still be proposed to them (attribution/operations/matching.py).
DROP FUNCTION IF EXISTS palier.matches_i_hold();
CREATE OR REPLACE FUNCTION palier.matches_i_hold()
RETURNS TABLE (
    protection_id bigint, application_id bigint, vacancy_id bigint, residence_code text, rent_cents bigint,
    charges_cents bigint, examined_on date, is_candidate boolean, takes boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT mine.protection_id, mine.application_id, v.id, r.code::text, v.rent_cents::bigint,
           v.charges_cents::bigint, g.on,
           EXISTS (SELECT FROM attribution_candidate AS c
                   WHERE c.vacancy_id = v.id AND c.application_id = mine.application_id),
           mine.state = 'ACTIVE'
               AND (v.state IN ('ORIENTED', 'MATCHED') OR (v.state = 'OPEN' AND v.withdrawn_for <> ''))
               AND CASE v.withdrawn_for
                       WHEN 'MUTATION' THEN EXISTS (SELECT FROM demandes_application AS a
                                                    WHERE a.id = mine.application_id AND a.path = 'TRANSFER')
                       WHEN 'NPNRU' THEN EXISTS (SELECT FROM demandes_motive AS t
                                                 WHERE t.application_id = mine.application_id
                                                   AND t.code = 'DEMOLITION')
                       ELSE true END
    FROM palier.applications_i_hold() AS mine
    JOIN attribution_match AS m ON m.application_id = mine.application_id AND m.suits
    JOIN attribution_matching AS g ON g.id = m.matching_id
    JOIN attribution_vacancy AS v ON v.id = g.vacancy_id
    JOIN estate_residence AS r ON r.id = v.residence_id
    WHERE g.id = (SELECT max(later.id) FROM attribution_matching AS later WHERE later.vacancy_id = v.id)
      AND v.let_on IS NULL AND v.withdrawn_for <> 'CONGE'
    ORDER BY 1, 2, g.on DESC, v.id LIMIT 200
$$;

-- Is it a letter to someone whose protection I hold?
CREATE OR REPLACE FUNCTION palier.i_hold_letter(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM attribution_notification AS n JOIN demandes_application AS a ON a.id = n.application_id
        WHERE n.id = wanted AND (
            palier.i_hold(a.person_id) OR EXISTS (
                SELECT FROM demandes_member AS m
                WHERE m.application_id = a.id AND m.person_id IS NOT NULL AND palier.i_hold(m.person_id)
            )
        )
    )
$$;

-- Is it the application of someone whose protection I hold?
CREATE OR REPLACE FUNCTION palier.i_hold_application(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM demandes_application AS a
        WHERE a.id = wanted AND (
            palier.i_hold(a.person_id) OR EXISTS (
                SELECT FROM demandes_member AS m
                WHERE m.application_id = a.id AND m.person_id IS NOT NULL AND palier.i_hold(m.person_id)
            )
        )
    )
$$;
