-- A document says for ever what it said: its facts never change.
-- Only what a rendering adds may be written.
CREATE OR REPLACE FUNCTION palier.refuse_change_of_frozen_document() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.kind, OLD.number, OLD.lease_id, OLD.account_id, OLD.residence_id, OLD.month, OLD.issued_on,
        OLD.data, OLD.data_sha256, OLD.frozen_at)
       IS DISTINCT FROM
       (NEW.kind, NEW.number, NEW.lease_id, NEW.account_id, NEW.residence_id, NEW.month, NEW.issued_on,
        NEW.data, NEW.data_sha256, NEW.frozen_at)
    THEN
        RAISE EXCEPTION 'Ce document est figé : ce qu’il dit ne change plus.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER document_frozen BEFORE UPDATE ON mail_document
    FOR EACH ROW EXECUTE FUNCTION palier.refuse_change_of_frozen_document();
