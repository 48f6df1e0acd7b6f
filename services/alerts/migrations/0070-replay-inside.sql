-- A mended message is taken by the hub itself: a program beside it need not reach the listener, which may want a certificate or be on another machine.
ALTER TABLE quarantine ADD COLUMN replay_at timestamptz;               -- when a person asked for it; none while nobody does
ALTER TABLE quarantine ADD COLUMN answered  text;                      -- what the last replay was answered where it was not taken: codes and remedies
CREATE INDEX quarantine_to_replay ON quarantine (id) WHERE replay_at IS NOT NULL AND handled_at IS NULL;
