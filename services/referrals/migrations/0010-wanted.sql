-- What an active need asks for, and for whom: by these, needs that are alike are found, and the unmet-need ledger is asked. References and
-- codes; the record is the truth. Needs that were seen before are completed when they are next looked at.
ALTER TABLE referrals.need ADD COLUMN subject text COLLATE "C";              -- Patient/<id>
ALTER TABLE referrals.need ADD COLUMN wants text[] NOT NULL DEFAULT '{}';    -- system|code of what is asked for
CREATE INDEX need_of_subject ON referrals.need (subject) WHERE subject IS NOT NULL;
CREATE INDEX clock_unmet ON referrals.clock (need) WHERE kind = 'unmet-need-review';

-- Which needs of the unmet-need ledger were told of which statement of a service that it has room: each place is offered once.
CREATE TABLE referrals.capacity_offer (
  service    text        NOT NULL COLLATE "C",            -- HealthcareService/<id>
  as_of      text        NOT NULL,                        -- when the service said so, as it wrote it
  need       text        NOT NULL COLLATE "C",
  offered_at timestamptz NOT NULL,
  PRIMARY KEY (service, as_of, need)
);
