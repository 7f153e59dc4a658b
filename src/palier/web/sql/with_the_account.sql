-- An account that is erased takes along what signed it in: nothing of it may be left to open anything.
ALTER TABLE web_secondfactor ADD CONSTRAINT web_secondfactor_account
    FOREIGN KEY (user_id) REFERENCES agents_user (id) ON DELETE CASCADE;
ALTER TABLE web_opensession ADD CONSTRAINT web_opensession_account
    FOREIGN KEY (user_id) REFERENCES agents_user (id) ON DELETE CASCADE;
ALTER TABLE web_enrolmentlink ADD CONSTRAINT web_enrolmentlink_account
    FOREIGN KEY (user_id) REFERENCES agents_user (id) ON DELETE CASCADE;
