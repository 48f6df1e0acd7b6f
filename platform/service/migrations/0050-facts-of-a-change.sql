-- What subscriptions are held against, as it was with the change: `name=value` each. It stays here; the queue carries references only.
ALTER TABLE events.outbox   ADD COLUMN facts text[] NOT NULL DEFAULT '{}';
ALTER TABLE events.delivery ADD COLUMN facts text[] NOT NULL DEFAULT '{}';

-- Types of which a consumer hears what comes after their creation: it is told of no new one.
ALTER TABLE events.consumer ADD COLUMN revised text[] NOT NULL DEFAULT '{}';

-- Of a change that a consumer has not confirmed; nothing of one that it has, or that is nobody's to hear.
CREATE FUNCTION events.facts_of(whose text, change bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT facts FROM events.delivery WHERE consumer = whose AND change_id = change AND facts <> '{}'
$$;
