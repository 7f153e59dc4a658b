-- The read journal by months of `at`, in UTC, so that a month expires whole. What was written is moved as it is: numbers
-- and transactions included, since seals cover them. Names are new where PostgreSQL would find the old ones taken.
-- Rows are forced out of their owner's sight: not while they are moved.
ALTER TABLE privacy_readevent NO FORCE ROW LEVEL SECURITY;
ALTER TABLE privacy_readevent RENAME TO privacy_readevent_whole;
DROP INDEX privacy_rea_at_4e24bd_idx, read_about, read_about_everyone;
CREATE SEQUENCE privacy_readevent_numbers AS bigint;

CREATE TABLE privacy_readevent (
    id bigint NOT NULL DEFAULT nextval('privacy_readevent_numbers'),
    at timestamptz NOT NULL,
    agent_id bigint,
    person_id bigint,
    operator varchar(80) NOT NULL,
    role varchar(20) NOT NULL,
    purpose varchar(24) NOT NULL,
    motive varchar(24) NOT NULL,
    is_mass boolean NOT NULL,
    subjects bigint[] NOT NULL,
    categories varchar(16)[] NOT NULL,
    screen varchar(40) NOT NULL,
    terms varchar(120) NOT NULL,
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    CONSTRAINT read_number PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE privacy_readevent_numbers OWNED BY privacy_readevent.id;

-- A reading of a month that nobody prepared is still written: the page is not lost for it.
CREATE TABLE privacy_readevent_default PARTITION OF privacy_readevent DEFAULT;
ALTER TABLE privacy_readevent_default ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- The months already written, and three ahead.
DO $$
DECLARE
    month timestamp;
    name text;
BEGIN
    FOR month IN
        SELECT generate_series(
            date_trunc('month', coalesce((SELECT min(at) FROM privacy_readevent_whole), now()) AT TIME ZONE 'UTC'),
            date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months',
            interval '1 month'
        )
    LOOP
        name := 'privacy_readevent_' || to_char(month, 'YYYY_MM');
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF privacy_readevent FOR VALUES FROM (%L) TO (%L)',
            name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        );
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END $$;

INSERT INTO privacy_readevent
SELECT id, at, agent_id, person_id, operator, role, purpose, motive, is_mass, subjects, categories, screen, terms, xid
FROM privacy_readevent_whole;
SELECT setval('privacy_readevent_numbers', (SELECT coalesce(max(id), 1) FROM privacy_readevent),
              EXISTS (SELECT FROM privacy_readevent));
-- Policies of other tables look at the journal: they go with it and `palier policy apply`, which follows, writes them
-- again. Until then their rows are closed to everyone, never open.
DROP TABLE privacy_readevent_whole CASCADE;

CREATE INDEX read_at ON privacy_readevent (at);
CREATE INDEX read_about ON privacy_readevent USING gin (subjects);
CREATE INDEX read_about_everyone ON privacy_readevent (id) WHERE is_mass;
CREATE INDEX read_by_transaction ON privacy_readevent (xid);
