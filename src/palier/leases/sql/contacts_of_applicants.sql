-- How to reach someone who asks for a dwelling is told by the life of their application, not by the history of leases,
-- on which those who allocate have no right.
CREATE OR REPLACE TRIGGER contact_added AFTER INSERT ON people_contact FOR EACH ROW
    WHEN (nullif(current_setting('palier.agent_id', true), '') IS NOT NULL
          AND current_user NOT LIKE '%\_batch\_import'
          AND current_user NOT LIKE '%\_allocation\_officer' AND current_user NOT LIKE '%\_commission\_secretary')
    EXECUTE FUNCTION palier.keep_change('CONTACT');
