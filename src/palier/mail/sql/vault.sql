-- A line of the journal of documents says for ever what it said: only the root that covers it is added, once.
CREATE OR REPLACE FUNCTION palier.refuse_change_of_vault_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.root_number IS NOT NULL
       OR to_jsonb(NEW) - 'root_number' IS DISTINCT FROM to_jsonb(OLD) - 'root_number'
    THEN
        RAISE EXCEPTION 'Une ligne du journal des documents ne change pas.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER vault_event_frozen BEFORE UPDATE ON mail_vaultevent
    FOR EACH ROW EXECUTE FUNCTION palier.refuse_change_of_vault_event();

-- A root neither: it is published, then stamped, each once.
CREATE OR REPLACE FUNCTION palier.refuse_change_of_vault_root() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.number, OLD.day, OLD.made_at, OLD.leaf_count, OLD.leaves, OLD.root_sha256, OLD.previous_sha256,
           OLD.head_sha256)
          IS DISTINCT FROM
          (NEW.number, NEW.day, NEW.made_at, NEW.leaf_count, NEW.leaves, NEW.root_sha256, NEW.previous_sha256,
           NEW.head_sha256)
       OR (OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at)
       OR (OLD.stamp IS NOT NULL AND NEW.stamp IS DISTINCT FROM OLD.stamp)
    THEN
        RAISE EXCEPTION 'Une racine du journal des documents ne change pas.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER vault_root_frozen BEFORE UPDATE OR DELETE ON mail_vaultroot
    FOR EACH ROW EXECUTE FUNCTION palier.refuse_change_of_vault_root();
