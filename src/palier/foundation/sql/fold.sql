-- Lower case without accents: the order and the search of names. unaccent() is only STABLE because a dictionary
-- may change; naming the dictionary makes the wrapper IMMUTABLE, which generated columns and indexes need.
CREATE SCHEMA IF NOT EXISTS palier;

CREATE OR REPLACE FUNCTION palier.fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent', $1));

GRANT USAGE ON SCHEMA palier TO PUBLIC;
