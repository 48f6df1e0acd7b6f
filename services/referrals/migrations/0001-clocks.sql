-- The clocks of referrals: what the sweep asks, so that it need not ask the record. Kept from what is written and heard; the
-- record is the truth, and whatever is found here is looked up there before anything is done about it.

-- A need that is active, as it was last seen.
CREATE TABLE referrals.need (
  id       text        PRIMARY KEY COLLATE "C",           -- id of the ServiceRequest
  seen_as  timestamptz NOT NULL,                          -- the newest version among the request and its steps when it was looked at
  since    timestamptz NOT NULL,                          -- when it was first asked; the clock that never starts again
  look_at  timestamptz                                    -- when to look again, because nobody had it in hand; absent = somebody has
);
CREATE INDEX need_to_look_at ON referrals.need (look_at) WHERE look_at IS NOT NULL;

-- An open step of such a need.
CREATE TABLE referrals.clock (
  task    text        PRIMARY KEY COLLATE "C",            -- id of the Task
  need    text        NOT NULL COLLATE "C",
  owner   text        NOT NULL,                           -- Organization/<id>
  kind    text        NOT NULL,                           -- code of the CodeSystem task-kind
  due_at  timestamptz NOT NULL,
  look_at timestamptz                                     -- when the sweep looks: the due time, until it has been acted upon
);
CREATE INDEX clock_of_need    ON referrals.clock (need);
CREATE INDEX clock_to_look_at ON referrals.clock (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX clock_due        ON referrals.clock (due_at);
