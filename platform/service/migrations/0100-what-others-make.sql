-- Clients of which a consumer need not hear what they made, only what becomes of it.
ALTER TABLE events.consumer ADD COLUMN not_made_by text[] NOT NULL DEFAULT '{}';
