-- Whether this database was made by a demonstration. One row says yes; a real hub has none and can never become one.
CREATE TABLE hub.demonstration (
  singleton boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
  since     timestamptz NOT NULL DEFAULT now()
);
