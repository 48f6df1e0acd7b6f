-- Who has approved which cue or crisis wording. An approval is of the words as they stood: a changed entry wants another one.
CREATE TABLE referrals.wording_approval (
  wording     text        PRIMARY KEY,                    -- SHA-256 of the entry as it was read
  entry       text        NOT NULL,
  approved_by text        NOT NULL,                       -- name and role
  approved_on date        NOT NULL,
  review_by   date        NOT NULL,
  recorded_at timestamptz NOT NULL
);
