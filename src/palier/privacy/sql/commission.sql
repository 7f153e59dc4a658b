-- What a member of the commission reaches, and the trace of it. Created as the role {scope}, after openings.sql.

-- The sittings to which I am convened, while my mandate runs: neither a draft nor one that was cancelled.
CREATE OR REPLACE FUNCTION palier.my_sittings() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
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

-- Their items, less those that I am recused from.
CREATE OR REPLACE FUNCTION palier.my_items() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
DECLARE
    me bigint := palier.my_agent();
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT i.id), '{}')
        FROM attribution_item AS i
        WHERE i.sitting_id = ANY ((SELECT palier.my_sittings())::bigint[])
          AND NOT EXISTS (
              SELECT FROM attribution_recusal AS r JOIN attribution_commissionmember AS m ON m.id = r.member_id
              WHERE r.item_id = i.id AND m.agent_id = me
          )
    );
END $$;

CREATE OR REPLACE FUNCTION palier.my_sheets() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public AS $$
    SELECT coalesce(array_agg(id), '{}') FROM attribution_sheet WHERE item_id = ANY ((SELECT palier.my_items())::bigint[])
$$;
