-- A change may be told before a relay has claimed it: what it was about is in the outbox until then. A claim takes it from one to the other in one
-- statement, so that one look finds it in one of them. Decision 460.
CREATE OR REPLACE FUNCTION events.facts_of(whose text, change bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT facts FROM events.delivery WHERE consumer = whose AND change_id = change AND facts <> '{}'
  UNION ALL
  SELECT facts FROM events.outbox WHERE change_id = change AND facts <> '{}'
$$;
