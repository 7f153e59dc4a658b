-- What a member of the commission reaches of the three-year review, and the trace of it. After commission.sql.

-- The opinions of my sittings, less those that I am recused from, and for a mayor those of their communes alone. Closed
-- to members a month after the sitting, as its dwellings are.
CREATE OR REPLACE FUNCTION palier.my_opinions() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT o.id), '{}')
        FROM attribution_opinion AS o JOIN attribution_occupationreview AS v ON v.id = o.review_id
        JOIN estate_residence AS e ON e.id = v.residence_id
        WHERE o.sitting_id = ANY ((SELECT palier.my_sittings())::bigint[])
          AND EXISTS (
              SELECT FROM attribution_sitting AS s WHERE s.id = o.sitting_id AND s.held_on > palier.today() - 31
          )
          AND EXISTS (
              SELECT FROM attribution_attendance AS t JOIN attribution_commissionmember AS m ON m.id = t.member_id
              WHERE t.sitting_id = o.sitting_id AND m.agent_id = me
                AND (m.communes = '{}' OR coalesce(nullif(e.commune, ''), e.postcode) = ANY (m.communes))
          )
          AND NOT EXISTS (
              SELECT FROM attribution_opinionrecusal AS r JOIN attribution_commissionmember AS m ON m.id = r.member_id
              WHERE r.point_id = o.id AND m.agent_id = me
          )
    );
END $$;

-- What may still be voted on or recused from: the opinions of the sittings that are not closed.
CREATE OR REPLACE FUNCTION palier.open_opinions() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM attribution_opinion
    WHERE sitting_id = ANY ((SELECT palier.open_sittings())::bigint[])
$$;

-- In how many dwellings and opinions of one of my sittings I take no part: numbers, and nothing of what they are.
CREATE OR REPLACE FUNCTION palier.my_recusals(wanted bigint) RETURNS TABLE (items bigint, opinions bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    IF NOT wanted = ANY (palier.my_sittings()) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT
        (SELECT count(*) FROM attribution_recusal AS r JOIN attribution_commissionmember AS m ON m.id = r.member_id
         JOIN attribution_item AS i ON i.id = r.item_id WHERE i.sitting_id = wanted AND m.agent_id = me),
        (SELECT count(*) FROM attribution_opinionrecusal AS r
         JOIN attribution_commissionmember AS m ON m.id = r.member_id
         JOIN attribution_opinion AS o ON o.id = r.point_id WHERE o.sitting_id = wanted AND m.agent_id = me);
END $$;

-- The line of the journal for the tenants behind the opinions that a member reads, whom their page must not know.
CREATE OR REPLACE FUNCTION palier.trace_opinions(sitting bigint, page text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine bigint[] := palier.my_opinions();
    seen bigint[];
BEGIN
    IF NOT has_table_privilege(current_setting('role'), 'public.privacy_readevent', 'INSERT') THEN
        RAISE EXCEPTION 'the journal is closed to this role' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(array_agg(DISTINCT v.person_id) FILTER (WHERE v.person_id IS NOT NULL), '{}') INTO seen
    FROM attribution_opinion AS o JOIN attribution_occupationreview AS v ON v.id = o.review_id
    WHERE o.sitting_id = sitting AND o.id = ANY (mine);
    INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories, screen,
                                   terms)
    VALUES (now(), palier.my_agent(), '', 'commission_member', palier.said('palier.purpose'), '', false, seen,
            '{OCCUPATION}', page, '');
END $$;
