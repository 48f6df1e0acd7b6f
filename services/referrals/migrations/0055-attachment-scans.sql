-- What a scanner said of files that were attached, by the hash of what they hold: nobody who writes into the record can say it for them.
CREATE TABLE attachment_scan (
  sha256 text        PRIMARY KEY COLLATE "C",
  at     timestamptz NOT NULL               -- when it was found clean
);
