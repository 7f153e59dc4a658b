-- Whose rows are mine? Created as the role {scope}, which owns these functions and reads only what they need.
-- Bodies are strings on purpose: a parsed body would tie the columns it reads and stop their migrations.
-- A row policy calls each of them once a statement, through (SELECT …): a call a row was measured 30 times slower.
-- After SET LOCAL a custom setting becomes '' and not NULL, hence nullif().

-- Refuses to answer anyone who did not say who they are and why.
CREATE OR REPLACE FUNCTION palier.said(setting text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    answer text := nullif(current_setting(setting, true), '');
BEGIN
    IF answer IS NULL OR nullif(current_setting('palier.purpose', true), '') IS NULL THEN
        RAISE EXCEPTION 'no actor: % or palier.purpose is not set', setting USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN answer;
END $$;

CREATE OR REPLACE FUNCTION palier.my_agent() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
RETURN palier.said('palier.agent_id')::bigint;

-- Whom I help: as long as they let me, and not a day longer. A help that was withdrawn reads nothing, even in a session
-- that is still open.
CREATE OR REPLACE FUNCTION palier.helped_person() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    helped bigint;
BEGIN
    SELECT h.person_id INTO helped FROM admission_helper AS h
    WHERE h.id = palier.said('palier.help_id')::bigint AND h.person_id = palier.said('palier.person_id')::bigint
      AND h.claimed_at IS NOT NULL AND h.ended_at IS NULL
      AND h.until_on >= (now() AT TIME ZONE 'Europe/Paris')::date;
    IF helped IS NULL THEN
        RAISE EXCEPTION 'no actor: this help is over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN helped;
END $$;

-- What they let me do: SEES the account and the documents, REPORTS a problem. The pages ask the same, row security alone
-- would be enough.
CREATE OR REPLACE FUNCTION palier.is_let(what text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM palier.helped_person();
    RETURN EXISTS (
        SELECT FROM admission_helper AS h WHERE h.id = palier.said('palier.help_id')::bigint
          AND (what = 'SEES' AND h.may_see OR what = 'REPORTS' AND h.may_report)
    );
END $$;

CREATE OR REPLACE FUNCTION palier.my_person() RETURNS bigint
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp
RETURN CASE WHEN current_setting('role') LIKE '%\_helper' THEN palier.helped_person()
            ELSE palier.said('palier.person_id')::bigint END;

-- A mandate and a move-out are dates of the landlord's calendar, whatever the zone of the session.
CREATE OR REPLACE FUNCTION palier.today() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
RETURN (now() AT TIME ZONE 'Europe/Paris')::date;

-- Whoever sees every row of a table still says who they are and why: a role taken without a purpose reads nothing.
CREATE OR REPLACE FUNCTION palier.has_context() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF nullif(current_setting('palier.purpose', true), '') IS NULL THEN
        RAISE EXCEPTION 'no actor: palier.purpose is not set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN true;
END $$;

-- A person may be put in a lease, a household or among contacts by whoever sees them already: a number guessed brings
-- nobody. Runs with the rights of whoever writes.
CREATE OR REPLACE FUNCTION palier.is_someone_i_see(person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM people_person WHERE id = person);
END $$;

-- True when the file of that number is in the intermediate archive, asked by who may not read its list.
CREATE OR REPLACE FUNCTION palier.is_archived(of_kind text, of_number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM retention_archived AS a WHERE a.kind = of_kind AND a.number = of_number);
END $$;

-- The agency's residences for those who manage, the residences under a mandate in force today for caretakers.
-- The role taken must be the agent's own: another agent's number opens nothing.
CREATE OR REPLACE FUNCTION palier.my_residences() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
    mine int[];
BEGIN
    SELECT coalesce(array_agg(r.id), '{}') INTO mine
    FROM (
        SELECT residence.id
        FROM agents_agent AS agent JOIN estate_residence AS residence ON residence.agency_id = agent.agency_id
        WHERE agent.id = me AND agent.role IN ('rent_officer', 'agency_manager')
          AND current_setting('role') LIKE '%\_' || agent.role
          AND (agent.left_on IS NULL OR agent.left_on >= palier.today())
        UNION
        SELECT mandate.residence_id
        FROM agents_agent AS agent JOIN agents_mandate AS mandate ON mandate.agent_id = agent.id
        WHERE agent.id = me AND agent.role = 'caretaker'
          AND current_setting('role') LIKE '%\_' || agent.role
          AND (agent.left_on IS NULL OR agent.left_on >= palier.today())
          AND mandate.first_day <= palier.today()
          AND (mandate.last_day IS NULL OR mandate.last_day >= palier.today())
        UNION
        -- A colleague's residences, between two instants: a replacement ends by itself.
        SELECT opening.residence_id
        FROM agents_agent AS agent JOIN agents_opening AS opening ON opening.agent_id = agent.id
        WHERE agent.id = me AND agent.role IN ('rent_officer', 'agency_manager')
          AND current_setting('role') LIKE '%\_' || agent.role
          AND (agent.left_on IS NULL OR agent.left_on >= palier.today())
          AND opening.residence_id IS NOT NULL AND opening.first_at <= now() AND opening.until_at > now()
    ) AS r;
    RETURN mine;
END $$;

-- The leases that a person holds. Who left before the end (a separation) no longer reads what comes after.
CREATE OR REPLACE FUNCTION palier.my_leases() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_person();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(lease.id), '{}')
        FROM leases_occupant AS occupant JOIN leases_lease AS lease ON lease.id = occupant.lease_id
        WHERE occupant.person_id = me AND occupant.role IN ('HOLDER', 'COHOLDER')
          AND (occupant.moved_out_on IS NULL OR occupant.moved_out_on >= palier.today()
               OR occupant.moved_out_on >= lease.ends_on)
    );
END $$;

CREATE OR REPLACE FUNCTION palier.my_accounts() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(account_id), '{}') FROM leases_lease
    WHERE id = ANY ((SELECT palier.my_leases())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.my_entries() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(entry_id), '{}') FROM ledger_posting
    WHERE account_id = ANY ((SELECT palier.my_accounts())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.my_households() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(household_id), '{}') FROM people_householdmember
    WHERE person_id = (SELECT palier.my_person())
$$;

-- A line of the read journal is written in one's own name, in the role and for the purpose at work, and now. Only a job
-- reads everyone at once, and only a job may have no agent: its operator is named. A copy made for one person reads
-- under their number without being them: it is told as a reading of their file.
CREATE OR REPLACE FUNCTION palier.is_my_trace(
    agent_id bigint, person_id bigint, role text, purpose text, at timestamptz, is_mass boolean
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
RETURN purpose = nullif(current_setting('palier.purpose', true), '')
   AND agent_id IS NOT DISTINCT FROM nullif(current_setting('palier.agent_id', true), '')::bigint
   AND person_id IS NOT DISTINCT FROM
       CASE WHEN role NOT IN ('batch_rights', 'batch_operator')
            THEN nullif(current_setting('palier.person_id', true), '')::bigint END
   AND (current_setting('role') LIKE '%\_' || role
        OR (current_setting('role') LIKE '%\_opened\_file' AND role NOT LIKE 'batch\_%' AND agent_id IS NOT NULL))
   -- An operator holds the whole machine, or sees to one account: the one is everyone's, the other that account's.
   AND (is_mass = (role LIKE 'batch\_%' AND role <> 'batch_rights') OR (role = 'batch_operator' AND NOT is_mass))
   AND (is_mass OR role IN ('batch_rights', 'batch_operator') OR coalesce(agent_id, person_id) IS NOT NULL)
   AND at = now();

-- Deferring a job needs rights on the queue's tables: only this function has them. Arguments are ids and codes,
-- never a name or a sentence.
CREATE OR REPLACE FUNCTION palier.defer_job(task_name text, args jsonb, queue text, lock text, queueing_lock text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM jsonb_each(args) AS a
        WHERE jsonb_typeof(a.value) NOT IN ('number', 'boolean', 'null')
          AND NOT (jsonb_typeof(a.value) = 'string' AND a.value #>> '{}' ~ '^[A-Za-z0-9_.:/-]{1,80}$')
    ) THEN
        RAISE EXCEPTION 'the arguments of a job are ids and codes' USING ERRCODE = 'check_violation';
    END IF;
    -- A job acts for whoever asked: nobody asks in another agent's name. Five are asked by no agent: the
    -- message to somebody who forgot their password, the code sent to somebody whose letter of access is right, the
    -- treatment of what the card gateway's server has told, the letter to the next rank when the person refused a
    -- dwelling by themself, all of a person's documents for them.
    IF task_name IN ('palier.web.tasks.write_to_account', 'palier.admission.tasks.send_code',
                     'palier.banking.tasks.treat_card_notices', 'palier.attribution.tasks.make_next_letter',
                     'palier.rights.tasks.retrieve')
       AND nullif(current_setting('palier.agent_id', true), '') IS NULL THEN
        IF args ->> 'asked_by' IS NOT NULL THEN
            RAISE EXCEPTION 'a job is asked in one''s own name' USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF args ->> 'asked_by' IS DISTINCT FROM palier.said('palier.agent_id') THEN
        RAISE EXCEPTION 'a job is asked in one''s own name' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN (procrastinate_defer_jobs_v1(
        ARRAY[ROW(queue, task_name, 0, lock, queueing_lock, args, NULL)::procrastinate_job_to_defer_v1]
    ))[1];
END $$;

-- How the residences name the communes of these INSEE codes, the commonest way first: names of places, nobody's data.
CREATE OR REPLACE FUNCTION palier.commune_names(codes text[]) RETURNS TABLE (code text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.commune::text, (mode() WITHIN GROUP (ORDER BY r.city))::text FROM estate_residence AS r
    WHERE r.commune = ANY (codes) AND r.commune <> '' AND r.city <> '' GROUP BY r.commune
$$;
