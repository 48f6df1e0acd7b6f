-- Who approved which words: the hash of everything a rule says and when. A rule that is changed has another hash, and no approval.
CREATE TABLE rule_approval (
  wording     text        PRIMARY KEY,
  rule        text        NOT NULL,
  approved_by text        NOT NULL,
  approved_on date        NOT NULL,
  review_by   date        NOT NULL,
  recorded_at timestamptz NOT NULL
);
