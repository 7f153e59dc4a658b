-- The key of an audit mission, drawn by the database when it is declared and readable by nobody: two pads of 64 bytes,
-- as HMAC asks for (RFC 2104), so that a pseudonym costs two digests.
CREATE OR REPLACE FUNCTION palier.draw_mission_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- 366 bits drawn by the database, in 32 bytes.
    secret bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    byte int;
BEGIN
    NEW.inner_pad := decode(repeat('00', 64), 'hex');
    NEW.outer_pad := NEW.inner_pad;
    FOR rank IN 0..63 LOOP
        byte := CASE WHEN rank < 32 THEN get_byte(secret, rank) ELSE 0 END;
        NEW.inner_pad := set_byte(NEW.inner_pad, rank, byte # 54);
        NEW.outer_pad := set_byte(NEW.outer_pad, rank, byte # 92);
    END LOOP;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER mission_key BEFORE INSERT ON oversight_auditmission
    FOR EACH ROW EXECUTE FUNCTION palier.draw_mission_key();
