-- Who changed what and when, on leases, terms, occupants and contacts: only the columns that changed.
-- Runs with the rights of whoever changes the row: the history cannot be written about a row out of reach.
CREATE OR REPLACE FUNCTION palier.keep_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    facts jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    -- Folded copies repeat their source, and a contact's value is not kept a second time.
    silent text[] := ARRAY['sort_name', 'digits_reversed'] || CASE TG_ARGV[0] WHEN 'CONTACT' THEN ARRAY['value'] ELSE '{}' END;
    before_change jsonb;
    after_change jsonb;
BEGIN
    SELECT jsonb_object_agg(key, value) INTO before_change
    FROM jsonb_each(was - silent) WHERE is_now -> key IS DISTINCT FROM value;
    SELECT jsonb_object_agg(key, value) INTO after_change
    FROM jsonb_each(is_now - silent) WHERE was -> key IS DISTINCT FROM value;
    IF before_change IS NULL AND after_change IS NULL AND was = is_now THEN
        RETURN NULL;
    END IF;
    INSERT INTO leases_change
        (subject, row_id, verb, lease_id, person_id, residence_id, before, after, agent_id, role, at)
    VALUES (
        TG_ARGV[0], (facts ->> 'id')::bigint, TG_OP,
        CASE TG_ARGV[0] WHEN 'LEASE' THEN (facts ->> 'id')::bigint ELSE (facts ->> 'lease_id')::bigint END,
        (facts ->> 'person_id')::bigint, (facts ->> 'residence_id')::int,
        CASE TG_OP WHEN 'INSERT' THEN NULL ELSE coalesce(before_change, '{}') END,
        CASE TG_OP WHEN 'DELETE' THEN NULL ELSE coalesce(after_change, '{}') END,
        nullif(current_setting('palier.agent_id', true), '')::bigint, current_user, now()
    );
    RETURN NULL;
END $$;

-- A row that an agent adds is kept in the history; the thousands that a file brings are told by their import.
CREATE TRIGGER lease_added AFTER INSERT ON leases_lease FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL AND current_user NOT LIKE '%\_batch\_import')
    EXECUTE FUNCTION palier.keep_change('LEASE');
CREATE TRIGGER lease_changed AFTER UPDATE OR DELETE ON leases_lease
    FOR EACH ROW EXECUTE FUNCTION palier.keep_change('LEASE');
CREATE TRIGGER term_added AFTER INSERT ON leases_term FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL AND current_user NOT LIKE '%\_batch\_import')
    EXECUTE FUNCTION palier.keep_change('TERM');
CREATE TRIGGER term_changed AFTER UPDATE OR DELETE ON leases_term
    FOR EACH ROW EXECUTE FUNCTION palier.keep_change('TERM');
CREATE TRIGGER occupant_added AFTER INSERT ON leases_occupant FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL AND current_user NOT LIKE '%\_batch\_import')
    EXECUTE FUNCTION palier.keep_change('OCCUPANT');
CREATE TRIGGER occupant_changed AFTER UPDATE OR DELETE ON leases_occupant
    FOR EACH ROW EXECUTE FUNCTION palier.keep_change('OCCUPANT');
CREATE TRIGGER contact_added AFTER INSERT ON people_contact FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL AND current_user NOT LIKE '%\_batch\_import')
    EXECUTE FUNCTION palier.keep_change('CONTACT');
CREATE TRIGGER contact_changed AFTER UPDATE OR DELETE ON people_contact
    FOR EACH ROW EXECUTE FUNCTION palier.keep_change('CONTACT');

-- Leases that are written on screen take their numbers here; those that files bring keep their own, below half a million.
CREATE SEQUENCE palier.lease_numbers START 500001;
GRANT USAGE ON SEQUENCE palier.lease_numbers TO PUBLIC;
