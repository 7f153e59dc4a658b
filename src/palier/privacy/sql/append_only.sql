-- What is written stays written: nobody updates, deletes or empties these tables, their owner included.
CREATE OR REPLACE FUNCTION palier.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION 'Les lignes de % ne se modifient ni ne s’effacent.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
