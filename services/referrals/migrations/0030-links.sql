-- Ways to an organisation that has no account: where its link goes, and the second way by which the code for it goes. Addresses of organisations,
-- and nothing of persons. Verified means that a code which was sent the second way came back.
CREATE TABLE referrals.link_route (
  organization text        PRIMARY KEY COLLATE "C",       -- Organization/<id>
  mail_to      text        NOT NULL,
  code_by      text        NOT NULL CHECK (code_by IN ('sms', 'email')),
  code_to      text        NOT NULL,
  check_hash   text,                                      -- of the code that would verify it
  check_until  timestamptz,
  check_wanted boolean     NOT NULL DEFAULT false,        -- a code is to be sent
  check_wrong  int         NOT NULL DEFAULT 0,
  verified_at  timestamptz,
  CHECK (code_to <> mail_to)
);

-- Links that went out. Token, codes and sessions are kept as hashes: who reads this table opens nothing with it.
CREATE TABLE referrals.link (
  token_hash    text        PRIMARY KEY COLLATE "C",
  task          text        NOT NULL COLLATE "C",
  need          text        NOT NULL COLLATE "C",
  organization  text        NOT NULL COLLATE "C",
  made_at       timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  locked_at     timestamptz,
  opened_at     timestamptz,
  wrong_codes   int         NOT NULL DEFAULT 0,
  codes_sent    int         NOT NULL DEFAULT 0,
  code_sent_at  timestamptz,
  code_wanted   boolean     NOT NULL DEFAULT false,       -- a code was asked for and is to be sent
  code_hash     text,
  code_until    timestamptz,
  session_hash  text,
  session_until timestamptz
);
CREATE INDEX link_of_task ON referrals.link (task);
CREATE INDEX link_code_wanted ON referrals.link (code_sent_at) WHERE code_wanted;
CREATE INDEX delivery_due_by ON referrals.delivery (channel, next_at) WHERE next_at IS NOT NULL;
