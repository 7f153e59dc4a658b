-- What is sealed does not move: neither the run, nor its bills, nor their lines, whoever asks.
CREATE OR REPLACE FUNCTION palier.refuse_change_of_sealed_rows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT run_id FROM old_rows) AS o
        JOIN quittancement_run AS r ON r.id = o.run_id AND r.state = 'SEALED'
    ) THEN
        RAISE EXCEPTION 'Ce mois est scellé : seule une contre-écriture corrige un avis.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION palier.refuse_change_of_sealed_run() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state = 'SEALED' THEN
        RAISE EXCEPTION 'Ce mois est scellé : seule une contre-écriture corrige un avis.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER sealed_run BEFORE UPDATE OR DELETE ON quittancement_run
    FOR EACH ROW EXECUTE FUNCTION palier.refuse_change_of_sealed_run();

CREATE TRIGGER sealed_bills_kept AFTER DELETE ON quittancement_bill REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_change_of_sealed_rows();
CREATE TRIGGER sealed_bills_unchanged AFTER UPDATE ON quittancement_bill REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_change_of_sealed_rows();
CREATE TRIGGER sealed_lines_kept AFTER DELETE ON quittancement_line REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_change_of_sealed_rows();
CREATE TRIGGER sealed_lines_unchanged AFTER UPDATE ON quittancement_line REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_change_of_sealed_rows();
