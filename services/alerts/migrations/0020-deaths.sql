-- That somebody has died, and who says so: the record, a stay, or a hospital about a person. Taken back, the row stays until its Tasks are withdrawn.
CREATE TABLE death (
  source  text        PRIMARY KEY COLLATE "C",
  patient text        NOT NULL COLLATE "C",
  said_at timestamptz NOT NULL,
  gone    boolean     NOT NULL DEFAULT false,
  told    boolean     NOT NULL DEFAULT false    -- the owners of open needs know what is so now
);
CREATE INDEX death_of_patient ON death (patient);
CREATE INDEX death_untold ON death (patient) WHERE NOT told;

-- Which Tasks were made in consequence, so that a death that was a mistake takes them back.
CREATE TABLE death_told (
  patient text NOT NULL COLLATE "C",
  need    text NOT NULL COLLATE "C",
  task    text NOT NULL COLLATE "C",
  PRIMARY KEY (patient, need)
);
