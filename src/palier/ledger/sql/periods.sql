-- Nothing is dated in a month that is closed or locked, nor before one.
-- One statement-level trigger: a month of 120,000 bills is posted in one statement, and asks once. Whoever may post may
-- read the periods (ledger/privacy.py).
CREATE FUNCTION palier.refuse_closed_periods() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last_closed date;
    first_on date;
BEGIN
    -- Held to the end of the transaction: a closing waits for what is being posted, and what comes after waits for it.
    PERFORM pg_advisory_xact_lock_shared(hashtext('palier.periods'));
    SELECT max(month) INTO last_closed FROM ledger_period WHERE state <> 'OPEN';
    SELECT min(booked_on) INTO first_on FROM new_postings;
    IF first_on < last_closed + interval '1 month' THEN
        RAISE EXCEPTION 'Les livres sont clos jusqu’à la fin de %: datez l’écriture d’un mois plus récent.',
                        to_char(last_closed, 'MM/YYYY')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_open', TABLE = 'ledger_posting';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_period AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS new_postings
    FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_closed_periods();

-- A locked period stays so, for everybody.
CREATE FUNCTION palier.keep_locked_periods() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state = 'LOCKED' THEN
        RAISE EXCEPTION 'Une période verrouillée ne change plus.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER period_stays_locked BEFORE UPDATE OR DELETE ON ledger_period
    FOR EACH ROW EXECUTE FUNCTION palier.keep_locked_periods();
