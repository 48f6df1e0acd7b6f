-- The sector that each organisation had when facts were made: where it is another one now, everybody's facts are made anew.
CREATE TABLE passport.fact_sector (
  organization text PRIMARY KEY COLLATE "C",              -- id of the Organization
  sector       text NOT NULL                              -- empty: none is stated
);
