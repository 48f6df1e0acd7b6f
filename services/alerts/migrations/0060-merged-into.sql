-- Whom others were merged into is asked with each change of somebody on the register.
CREATE INDEX merged_record_remains ON merged_record (remains);
