-- What an outside auditor reads of persons: pseudonyms, for the time of a mission, and never a number or a name. Created
-- as the role {scope}, after openings.sql. Each function answers rows already under pseudonym: none takes a number of a
-- person, else one would try them one after the other. Each writes its own line in the journal, naming persons whom the
-- auditor's page does not know: there is no reading without its trace, whoever calls.

-- The mission of the auditor who acts, while it runs; NULL for anyone else.
CREATE OR REPLACE FUNCTION palier.my_mission() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT m.id FROM oversight_auditmission AS m JOIN agents_agent AS a ON a.id = m.auditor_id
        WHERE m.auditor_id = me AND a.role = 'auditor' AND current_setting('role') LIKE '%\_auditor'
          AND (a.left_on IS NULL OR a.left_on >= palier.today())
          AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL
          AND m.first_day <= palier.today() AND m.last_day >= palier.today()
    );
END $$;

-- HMAC-SHA-256 of a kind and a number, under the pads of a mission: sixty-four bits of it tell apart what a landlord has.
CREATE OR REPLACE FUNCTION palier.pseudonym(inner_pad bytea, outer_pad bytea, kind text, number bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN kind || '-' || left(
    encode(sha256(outer_pad || sha256(inner_pad || convert_to(kind || number::text, 'UTF8'))), 'hex'), 16
);

-- The line of the journal, in the auditor's own name: palier.is_my_trace refuses any other. Whoever may not write it
-- under their own role reads nothing: the journal is closed to them.
CREATE OR REPLACE FUNCTION palier.trace_audit(seen bigint[], kinds text[], page text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT has_table_privilege(current_setting('role'), 'public.privacy_readevent', 'INSERT') THEN
        RAISE EXCEPTION 'the journal is closed to this role' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories, screen,
                                   terms)
    VALUES (now(), palier.my_agent(), '', 'auditor', palier.said('palier.purpose'), '', false, seen, kinds, page, '');
END $$;

-- Who has been in a lease of a residence, and what its account stands at, to the hundred euros. Years, no day.
CREATE OR REPLACE FUNCTION palier.audited_leases(wanted bigint)
RETURNS TABLE (
    lease text, person text, quality text, first_year int, last_year int, account text, balance_euros int
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pads record;
    seen bigint[];
BEGIN
    SELECT m.inner_pad, m.outer_pad INTO pads FROM oversight_auditmission AS m
    WHERE m.id = (SELECT palier.my_mission());
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(DISTINCT o.person_id), '{}') INTO seen
    FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
    WHERE l.residence_id = wanted AND o.person_id <> ALL ((SELECT palier.hidden_persons())::bigint[]);
    PERFORM palier.trace_audit(seen, '{BAIL,COMPTE}', 'audit, baux d’une résidence');
    RETURN QUERY
        SELECT palier.pseudonym(pads.inner_pad, pads.outer_pad, 'B', l.id),
               palier.pseudonym(pads.inner_pad, pads.outer_pad, 'P', o.person_id),
               o.role::text, extract(year FROM l.starts_on)::int, extract(year FROM l.ends_on)::int,
               palier.pseudonym(pads.inner_pad, pads.outer_pad, 'C', l.account_id),
               (100 * round(coalesce((SELECT sum(p.amount_cents) FROM ledger_posting AS p
                                      WHERE p.account_id = l.account_id), 0) / 10000.0))::int
        FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
        WHERE l.residence_id = wanted AND o.person_id = ANY (seen)
        ORDER BY 1, 2;
END $$;

-- The coded facts on whoever lives in a residence: code, source, dates; neither the language nor the reason.
CREATE OR REPLACE FUNCTION palier.audited_facts(wanted bigint)
RETURNS TABLE (person text, code text, source text, first_day date, last_day date, ended_on date)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pads record;
    seen bigint[];
BEGIN
    SELECT m.inner_pad, m.outer_pad INTO pads FROM oversight_auditmission AS m
    WHERE m.id = (SELECT palier.my_mission());
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(DISTINCT f.person_id), '{}') INTO seen FROM people_codedfact AS f
    WHERE f.residence_id = wanted AND f.person_id <> ALL ((SELECT palier.hidden_persons())::bigint[]);
    PERFORM palier.trace_audit(seen, '{SIGNALEMENTS}', 'audit, consignes d’une résidence');
    RETURN QUERY
        SELECT palier.pseudonym(pads.inner_pad, pads.outer_pad, 'P', f.person_id), f.code::text, f.source::text,
               f.first_day, f.last_day, f.ended_on
        FROM people_codedfact AS f
        WHERE f.residence_id = wanted AND f.person_id = ANY (seen)
        ORDER BY 1, 2, 4;
END $$;

-- Readings one by one, the latest first: who read and whose files, under pseudonym; ten persons named at most a line.
-- Neither what was searched nor an operator's name.
CREATE OR REPLACE FUNCTION palier.audited_readings(
    asked_role text, asked_purpose text, asked_motive text, is_outside boolean, before_id bigint, most int
)
RETURNS TABLE (
    id bigint, at timestamptz, agent text, role text, purpose text, motive text, is_mass boolean, categories text[],
    screen text, persons text[], person_count int
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    pads record;
    hidden bigint[] := palier.hidden_persons();
    picked bigint[];
    seen bigint[];
BEGIN
    SELECT m.inner_pad, m.outer_pad INTO pads FROM oversight_auditmission AS m
    WHERE m.id = (SELECT palier.my_mission());
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(e.id), '{}') INTO picked FROM (
        SELECT r.id FROM privacy_readevent AS r
        WHERE (asked_role = '' OR r.role = asked_role) AND (asked_purpose = '' OR r.purpose = asked_purpose)
          AND (asked_motive = '' OR r.motive = asked_motive)
          AND (NOT is_outside OR (r.motive <> '' AND r.role NOT LIKE 'batch\_%'))
          AND (before_id IS NULL OR r.id < before_id)
        ORDER BY r.id DESC LIMIT least(most, 200)
    ) AS e;
    SELECT coalesce(array_agg(DISTINCT s.number), '{}') INTO seen
    FROM privacy_readevent AS r CROSS JOIN LATERAL (
        SELECT number FROM unnest(r.subjects) AS number WHERE number <> ALL (hidden) ORDER BY number LIMIT 10
    ) AS s
    WHERE r.id = ANY (picked);
    PERFORM palier.trace_audit(seen, '{JOURNAL,AGENTS}', 'audit, lectures une à une');
    RETURN QUERY
        SELECT r.id, r.at, palier.pseudonym(pads.inner_pad, pads.outer_pad, 'A', r.agent_id), r.role::text,
               r.purpose::text, r.motive::text, r.is_mass, r.categories::text[], r.screen::text,
               ARRAY(
                   SELECT palier.pseudonym(pads.inner_pad, pads.outer_pad, 'P', s.number)
                   FROM (SELECT number FROM unnest(r.subjects) AS number WHERE number <> ALL (hidden)
                         ORDER BY number LIMIT 10) AS s
                   ORDER BY 1
               ),
               cardinality(r.subjects)
        FROM privacy_readevent AS r
        WHERE r.id = ANY (picked)
        ORDER BY r.id DESC;
END $$;

-- How many readings by role, purpose and motive; those outside one's portfolio carry a motive and are no job's.
CREATE OR REPLACE FUNCTION palier.audited_reading_counts()
RETURNS TABLE (role text, purpose text, motive text, is_outside boolean, readings bigint, agents bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF palier.my_mission() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.role::text, r.purpose::text, r.motive::text, (r.motive <> '' AND r.role NOT LIKE 'batch\_%'), count(*),
               count(DISTINCT r.agent_id)
        FROM privacy_readevent AS r GROUP BY 1, 2, 3, 4 ORDER BY 4 DESC, 5 DESC, 1, 2, 3;
END $$;

-- What the screen refused by month, field and category, and the data kept beyond their time: no person in either.
CREATE OR REPLACE FUNCTION palier.audited_refusals()
RETURNS TABLE (month text, field text, category text, refusals bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF palier.my_mission() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT to_char(r.at AT TIME ZONE 'Europe/Paris', 'YYYY-MM'), r.field::text, r.category::text, count(*)
        FROM screening_screenrefusal AS r GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3;
END $$;

-- How many rows of each kind began their time on which day, as last measured: what is kept beyond it is then counted.
CREATE OR REPLACE FUNCTION palier.audited_forecast()
RETURNS TABLE (rule text, since date, row_count bigint, held_count bigint, measured_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF palier.my_mission() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT f.rule::text, f.since, sum(f.row_count)::bigint, sum(f.held_count)::bigint, max(f.measured_on)
        FROM retention_forecast AS f GROUP BY 1, 2 ORDER BY 1, 2;
END $$;

-- What a sitting froze, sealed as it is kept: the facts of its sheets under the pseudonyms of that sitting, which lead to
-- nobody. The trace names everyone whom it decided or advised on, protected addresses included: no line of it tells who
-- is which.
CREATE OR REPLACE FUNCTION palier.audited_sitting(wanted text)
RETURNS TABLE (sealed bytea, wrapped bytea, digest text, erased_on date)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    seen bigint[];
    advised bigint[];
BEGIN
    IF palier.my_mission() IS NULL OR NOT EXISTS (
        SELECT FROM attribution_frozen AS f JOIN attribution_sitting AS s ON s.id = f.sitting_id WHERE s.number = wanted
    ) THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(DISTINCT a.person_id), '{}') INTO seen
    FROM attribution_sitting AS s JOIN attribution_item AS i ON i.sitting_id = s.id
    JOIN attribution_sheet AS h ON h.item_id = i.id JOIN attribution_candidate AS c ON c.id = h.candidate_id
    JOIN demandes_application AS a ON a.id = c.application_id
    WHERE s.number = wanted;
    SELECT coalesce(array_agg(DISTINCT v.person_id), '{}') INTO advised
    FROM attribution_sitting AS s JOIN attribution_opinion AS o ON o.sitting_id = s.id
    JOIN attribution_occupationreview AS v ON v.id = o.review_id
    WHERE s.number = wanted AND v.person_id IS NOT NULL;
    IF advised = '{}' THEN
        PERFORM palier.trace_audit(seen, '{EXAMEN}', 'audit, séance de la commission');
    ELSE
        PERFORM palier.trace_audit(seen || advised, '{EXAMEN,OCCUPATION}', 'audit, séance de la commission');
    END IF;
    RETURN QUERY
        SELECT f.sealed, f.wrapped, f.digest::text, f.erased_on
        FROM attribution_frozen AS f JOIN attribution_sitting AS s ON s.id = f.sitting_id WHERE s.number = wanted;
END $$;
