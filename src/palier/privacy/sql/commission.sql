-- What a member of the commission reaches, and the trace of it. Created as the role {scope}, after openings.sql.

-- The sittings to which I am convened, while my mandate runs: neither a draft nor one that was cancelled.
CREATE OR REPLACE FUNCTION palier.my_sittings() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT s.id), '{}')
        FROM agents_agent AS a JOIN attribution_commissionmember AS m ON m.agent_id = a.id
        JOIN attribution_attendance AS t ON t.member_id = m.id JOIN attribution_sitting AS s ON s.id = t.sitting_id
        WHERE a.id = me AND a.role = 'commission_member' AND current_setting('role') LIKE '%\_commission\_member'
          AND (a.left_on IS NULL OR a.left_on >= palier.today())
          AND m.first_day <= palier.today() AND (m.last_day IS NULL OR m.last_day >= palier.today())
          AND s.state IN ('CONVENED', 'OPEN', 'CLOSED', 'SEALED')
    );
END $$;

-- Their items, less those that I am recused from, and for a mayor those of other communes: by their INSEE code, by the
-- postcode where the residence has no code yet (the same five digits may be one city's code and another's postcode).
-- What was examined is closed to members a month after the sitting: the minutes stay.
CREATE OR REPLACE FUNCTION palier.my_items() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT i.id), '{}')
        FROM attribution_item AS i JOIN attribution_vacancy AS v ON v.id = i.vacancy_id
        JOIN estate_residence AS e ON e.id = v.residence_id
        WHERE i.sitting_id = ANY ((SELECT palier.my_sittings())::bigint[])
          AND EXISTS (
              SELECT FROM attribution_sitting AS s WHERE s.id = i.sitting_id AND s.held_on > palier.today() - 31
          )
          AND EXISTS (
              SELECT FROM attribution_attendance AS t JOIN attribution_commissionmember AS m ON m.id = t.member_id
              WHERE t.sitting_id = i.sitting_id AND m.agent_id = me
                AND (m.communes = '{}' OR coalesce(nullif(e.commune, ''), e.postcode) = ANY (m.communes))
          )
          AND NOT EXISTS (
              SELECT FROM attribution_recusal AS r JOIN attribution_commissionmember AS m ON m.id = r.member_id
              WHERE r.item_id = i.id AND m.agent_id = me
          )
    );
END $$;

CREATE OR REPLACE FUNCTION palier.my_sheets() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM attribution_sheet WHERE item_id = ANY ((SELECT palier.my_items())::bigint[])
$$;

-- What may still be written: the sittings that are not closed, their items, their sheets. Numbers, and few of them.
CREATE OR REPLACE FUNCTION palier.open_sittings() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM attribution_sitting WHERE state IN ('DRAFT', 'CONVENED', 'OPEN')
$$;

CREATE OR REPLACE FUNCTION palier.open_items() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM attribution_item
    WHERE sitting_id = ANY ((SELECT palier.open_sittings())::bigint[])
$$;

CREATE OR REPLACE FUNCTION palier.open_sheets() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM attribution_sheet WHERE item_id = ANY ((SELECT palier.open_items())::bigint[])
$$;

-- The parts of a family name that make it: « Martin-Le Dû » gives martin; and the whole of it, in one word.
CREATE OR REPLACE FUNCTION palier.name_parts(name text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT array_append(
        ARRAY(SELECT part FROM regexp_split_to_table(palier.fold(name), '[^a-z]+') AS part
              WHERE length(part) > 2
                AND part <> ALL ('{des,del,della,dos,der,den,van,von,ben,bin,les,aux,ait,ould}'::text[])),
        nullif(regexp_replace(palier.fold(name), '[^a-z]', '', 'g'), '')
    )
$$;

CREATE OR REPLACE FUNCTION palier.are_namesakes(one text, other text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT palier.name_parts(one) && palier.name_parts(other)
$$;

-- Members of whom a candidate, or someone who will live with one, bears the family name or a part of it of three letters,
-- accents, hyphens, spaces and particles aside: a yes for a member and an item, and neither the sheet nor the name. No
-- address is compared: none is kept of a member. Asked by the secretary of the sitting alone.
CREATE OR REPLACE FUNCTION palier.conflicts_of_sitting(wanted bigint)
RETURNS TABLE (item_id bigint, member_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF current_setting('role') NOT LIKE '%\_commission\_secretary'
       OR palier.keeper_of_sitting(wanted) IS DISTINCT FROM palier.my_agent() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT i.id, m.id
        FROM attribution_item AS i JOIN attribution_candidate AS c ON c.vacancy_id = i.vacancy_id
        JOIN demandes_application AS a ON a.id = c.application_id
        CROSS JOIN LATERAL (
            SELECT p.last_name FROM people_person AS p WHERE p.id = a.person_id
            UNION
            SELECT coalesce(nullif(d.last_name, ''), p.last_name)
            FROM demandes_member AS d LEFT JOIN people_person AS p ON p.id = d.person_id
            WHERE d.application_id = a.id
        ) AS family
        JOIN attribution_attendance AS t ON t.sitting_id = i.sitting_id
        JOIN attribution_commissionmember AS m ON m.id = t.member_id
        JOIN agents_agent AS g ON g.id = m.agent_id
        -- Of a protected person, a link would tell the family name.
        WHERE i.sitting_id = wanted AND palier.are_namesakes(family.last_name, g.last_name)
          AND a.id <> ALL ((SELECT palier.hidden_applications())::bigint[]);
END $$;

-- The line of the journal for the persons behind the sheets that a member reads, whom their page must not know.
CREATE OR REPLACE FUNCTION palier.trace_sheets(items bigint[], page text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine bigint[] := palier.my_items();
    seen bigint[];
BEGIN
    IF NOT has_table_privilege(current_setting('role'), 'public.privacy_readevent', 'INSERT') THEN
        RAISE EXCEPTION 'the journal is closed to this role' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(array_agg(DISTINCT a.person_id), '{}') INTO seen
    FROM attribution_sheet AS s JOIN attribution_candidate AS c ON c.id = s.candidate_id
    JOIN demandes_application AS a ON a.id = c.application_id
    WHERE s.item_id = ANY (items) AND s.item_id = ANY (mine);
    INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories, screen,
                                   terms)
    VALUES (now(), palier.my_agent(), '', 'commission_member', palier.said('palier.purpose'), '', false, seen,
            '{EXAMEN,RESSOURCES,FOYER}', page, '');
END $$;

-- The same for the protected persons behind the sheets that a secretary reads, of whichever sitting: she must not know
-- them, and each of them reads who looked.
CREATE OR REPLACE FUNCTION palier.trace_protected(items bigint[], page text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hidden bigint[] := palier.hidden_applications();
    seen bigint[];
BEGIN
    IF current_setting('role') NOT LIKE '%\_commission\_secretary' THEN
        RAISE EXCEPTION 'the journal is closed to this role' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(array_agg(DISTINCT a.person_id), '{}') INTO seen
    FROM attribution_sheet AS s JOIN attribution_candidate AS c ON c.id = s.candidate_id
    JOIN demandes_application AS a ON a.id = c.application_id
    WHERE s.item_id = ANY (items) AND a.id = ANY (hidden);
    IF seen <> '{}' THEN
        INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories,
                                       screen, terms)
        VALUES (now(), palier.my_agent(), '', 'commission_secretary', palier.said('palier.purpose'), '', false, seen,
                '{EXAMEN,RESSOURCES,FOYER}', page, '');
    END IF;
END $$;
