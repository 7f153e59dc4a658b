-- A lease that follows an allocation is written by the job of imports, one at a time and for the agent who asked: the
-- history tells it like one written on screen. What a file brings stays told by its import.
CREATE OR REPLACE TRIGGER lease_added AFTER INSERT ON leases_lease FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL
          AND (current_user NOT LIKE '%\_batch\_import' OR current_setting('palier.motive', true) = 'ATTRIBUTION'))
    EXECUTE FUNCTION palier.keep_change('LEASE');
CREATE OR REPLACE TRIGGER term_added AFTER INSERT ON leases_term FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL
          AND (current_user NOT LIKE '%\_batch\_import' OR current_setting('palier.motive', true) = 'ATTRIBUTION'))
    EXECUTE FUNCTION palier.keep_change('TERM');
CREATE OR REPLACE TRIGGER occupant_added AFTER INSERT ON leases_occupant FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL
          AND (current_user NOT LIKE '%\_batch\_import' OR current_setting('palier.motive', true) = 'ATTRIBUTION'))
    EXECUTE FUNCTION palier.keep_change('OCCUPANT');
