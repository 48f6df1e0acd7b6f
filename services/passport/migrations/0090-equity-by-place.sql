-- The tables of places that facts were made with: when others are loaded, all facts are made anew. What they were is kept with each quarter that is published.
ALTER TABLE passport.fact_cursor ADD COLUMN places text NOT NULL DEFAULT '[]';
ALTER TABLE passport.report_quarter ADD COLUMN places text NOT NULL DEFAULT '[]';
