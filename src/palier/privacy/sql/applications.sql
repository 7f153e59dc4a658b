-- Whose applications are mine? Created as the role {scope}, after functions.sql and openings.sql. Each function answers
-- an array as long as one agent's files or one person's applications, never as long as the stock.

-- The candidates of the sittings whose secretary I am, for six months after they are held: the identities behind the
-- sheets are the secretary's alone.
CREATE OR REPLACE FUNCTION palier.files_of_my_sittings() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT c.application_id), '{}')
        FROM agents_agent AS agent JOIN attribution_sitting AS s ON s.secretary_id = agent.id
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
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
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
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
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
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
DECLARE
    me bigint := palier.my_person();
BEGIN
    RETURN (SELECT coalesce(array_agg(id), '{}') FROM demandes_application WHERE person_id = me);
END $$;

-- The applications that lead to a protected address: who asks, or anyone who will live there.
CREATE OR REPLACE FUNCTION palier.hidden_applications() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
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

-- An application is filed for someone already in sight, or for someone of whom nothing is known yet: a number guessed
-- opens nobody's file.
CREATE OR REPLACE FUNCTION palier.is_unknown_yet(person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    -- Tells nobody else.
    RETURN current_setting('role') ~ '_(allocation_officer|commission_secretary|batch_import)$'
       AND EXISTS (SELECT FROM people_person WHERE id = person AND residence_id IS NULL)
       AND NOT EXISTS (SELECT FROM leases_occupant WHERE person_id = person)
       AND NOT EXISTS (SELECT FROM demandes_application WHERE person_id = person)
       AND NOT EXISTS (SELECT FROM demandes_member WHERE person_id = person);
END $$;

-- How many more files the agent may still take by themself today: the counter sees a few persons a day, and who took
-- every file would read the whole stock. What the secretary gives is not counted.
CREATE OR REPLACE FUNCTION palier.files_left_to_take() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN 20 - (
        SELECT count(*) FROM demandes_assignment
        WHERE agent_id = (SELECT palier.my_agent()) AND assigned_by_id = agent_id
          AND first_at >= date_trunc('day', now() AT TIME ZONE 'Europe/Paris') AT TIME ZONE 'Europe/Paris'
    )::integer;
END $$;

-- Does somebody instruct this file today? An officer takes a file that nobody has; only the secretary gives the others.
CREATE OR REPLACE FUNCTION palier.is_given(application bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN current_setting('role') ~ '_(allocation_officer|commission_secretary)$'
       AND EXISTS (SELECT FROM demandes_assignment WHERE application_id = application AND until_at > now());
END $$;
