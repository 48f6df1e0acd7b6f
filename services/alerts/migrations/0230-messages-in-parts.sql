-- A message may come in parts (HL7 v2, DSC and MSH-14). Each part is kept encrypted, as in quarantine, until the whole can be acted on or a person sees to it;
-- then its bytes go, and for a day what it was answered stays, so that one that comes again is answered the same. Decision 600.

CREATE TABLE message_part (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mark        bytea       NOT NULL UNIQUE, -- keyed hash of the bytes: the same part again has no second effect
  continues   bytea,                       -- keyed hash of sender and MSH-14; none in the first part
  goes_on     bytea,                       -- keyed hash of sender and DSC-1; none in the last part, which is kept only once it is answered
  received_at timestamptz NOT NULL,
  facility    text        NOT NULL,        -- MSH-4
  content     bytea,                       -- nonce, tag and AES-256-GCM of the bytes; none once it was answered for good
  answered    jsonb,                       -- what the sender was told, once that is for good; nothing of the content
  answered_at timestamptz,
  barred      boolean     NOT NULL DEFAULT false -- another part came with the same pointer: whatever continues it is for a person
);
CREATE INDEX message_part_goes_on ON message_part (goes_on) WHERE answered IS NULL OR barred;
CREATE INDEX message_part_waiting ON message_part (received_at) WHERE answered IS NULL;
CREATE INDEX message_part_over ON message_part (answered_at) WHERE answered IS NOT NULL;
