-- Telling waits for the disk once in 32 events of a subscription, and not each time: numbers are reserved there before they are used, as those of a sequence
-- are. What a crash of the server takes away of the last moments is told again, for the change that was told of was not confirmed either: the log is lost from
-- its end, and the confirmation was written after the event. Only its number must not become another event's, which has perhaps been sent. Decision 461.

-- The highest number that may have been sent, at least: on disk before any number up to it leaves.
ALTER TABLE subscription ADD COLUMN reserved bigint NOT NULL DEFAULT 0;

-- One row, until the server ends without having written everything down: then, and on a server that takes over from another, it finds this table empty.
CREATE UNLOGGED TABLE no_crash_since (single boolean PRIMARY KEY DEFAULT true CHECK (single));
INSERT INTO no_crash_since DEFAULT VALUES;

-- With the lock of numbers, before any is given: nobody else does it at the same time. Whoever listens for notices may have seen ids that were lost.
CREATE FUNCTION go_on_after_a_crash() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM alerts.no_crash_since) THEN
    RETURN;
  END IF;
  UPDATE alerts.subscription SET events = reserved WHERE reserved > events;
  PERFORM setval('alerts.notice_id_seq', nextval('alerts.notice_id_seq') + 100000);
  INSERT INTO alerts.no_crash_since DEFAULT VALUES;
END $$;

-- As before; where `ahead` says so, it reserves numbers, and answers whether it has: whoever calls it then waits for the disk before any of them leaves.
DROP FUNCTION tell_and_take(uuid, text, jsonb, timestamptz, text[]);
CREATE FUNCTION tell_and_take(stay_id uuid, patient_id text, notices jsonb, theirs_until timestamptz, busy text[], ahead boolean,
  OUT due integer, OUT taken jsonb, OUT raised boolean)
  LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  due := 0;
  raised := false;
  IF jsonb_array_length(notices) = 0 THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alerts notices', 0));
  PERFORM alerts.go_on_after_a_crash();
  WITH given AS MATERIALIZED (
    SELECT nextval('alerts.notice_id_seq') AS id, kind, quiet, task, coalesce(encounter, '') AS encounter, audience, at, coalesce(topic, 'alert') AS topic,
           change, coalesce(facts, '{}') || ARRAY['*', 'patient=Patient/' || coalesce(patient, patient_id, ''), 'patient=' || coalesce(patient, patient_id, '')] AS said
    FROM ROWS FROM (jsonb_to_recordset(notices) AS (
      kind text, quiet boolean, task text, encounter text, audience text[], at timestamptz, topic text, change bigint, facts text[], patient text))
      WITH ORDINALITY AS one (kind, quiet, task, encounter, audience, at, topic, change, facts, patient, place)
    ORDER BY place
  ), made AS (
    INSERT INTO alerts.notice (id, kind, quiet, stay, task, encounter, audience, at, topic, change) OVERRIDING SYSTEM VALUE
    SELECT id, kind, quiet, stay_id, task, encounter, audience, at, topic, change FROM given
    ON CONFLICT (change) WHERE change IS NOT NULL DO NOTHING
    RETURNING id
  ), heard AS (
    SELECT one.id AS notice, s.id AS subscription, one.task, one.encounter, one.kind, one.at, its.due_at,
           row_number() OVER (PARTITION BY s.id ORDER BY one.id) AS place,
           theirs_until IS NOT NULL AND s.status = 'active' AND its.due_at <= one.at AND s.id <> ALL (busy) AS taken
    FROM made JOIN given AS one USING (id) CROSS JOIN LATERAL alerts.wanting(one.said) AS s
      CROSS JOIN LATERAL (SELECT alerts.due_for(s.cadence, one.topic, one.kind, one.at) AS due_at) AS its
    WHERE s.topic = one.topic AND (s.party = '*' OR s.party = ANY (one.audience)) AND (s.ends_at IS NULL OR s.ends_at > one.at)
      AND NOT EXISTS (SELECT 1 FROM unnest(s.filters) AS filter WHERE NOT (one.said && string_to_array(filter, '|')))
      -- People are not woken for what makes no sound, and only when escalated where they chose so.
      AND (s.channel = 'webhook' OR (NOT one.quiet AND (s.cadence <> 'escalated' OR one.kind = 'escalated')))
  ), counted AS (
    -- Of many notices once: a row that is written for each is passed in all the states it has been in until it is vacuumed. Numbers have no gap.
    UPDATE alerts.subscription AS s SET events = s.events + its.events,
      reserved = CASE WHEN ahead AND s.events + its.events > s.reserved THEN s.events + its.events + 31 ELSE s.reserved END
    FROM (SELECT subscription, count(*) AS events FROM heard GROUP BY subscription) AS its
    WHERE s.id = its.subscription AND s.id = ANY (ARRAY(SELECT subscription FROM heard))
    RETURNING s.id, s.events - its.events AS before, ahead AND s.reserved = s.events + 31 AS raised, s AS subscriber
  ), delivery AS (
    INSERT INTO alerts.delivery (notice, subscription, number, due_at, attempts)
    SELECT heard.notice, heard.subscription, counted.before + heard.place,
           CASE WHEN heard.taken THEN theirs_until ELSE heard.due_at END, heard.taken::integer
    FROM heard JOIN counted ON counted.id = heard.subscription
  )
  SELECT count(*) FILTER (WHERE NOT heard.taken AND heard.due_at <= heard.at),
         jsonb_agg(to_jsonb(counted.subscriber) || jsonb_build_object('notice', heard.notice::text, 'attempts', 1, 'number', counted.before + heard.place,
           'focus', heard.task, 'context', heard.encounter, 'kind', heard.kind, 'at', heard.at) ORDER BY heard.subscription, heard.place) FILTER (WHERE heard.taken),
         coalesce(bool_or(counted.raised), false)
  FROM heard JOIN counted ON counted.id = heard.subscription INTO due, taken, raised;
END $$;

CREATE OR REPLACE FUNCTION tell_all(stay_id uuid, patient_id text, notices jsonb) RETURNS integer LANGUAGE sql AS $$
  SELECT due FROM alerts.tell_and_take(stay_id, patient_id, notices, NULL, '{}', false)
$$;

-- As before: it waits for the disk where numbers were reserved.
CREATE OR REPLACE FUNCTION tell_changes(whose text, changes jsonb, theirs_until timestamptz, busy text[], OUT due integer, OUT taken jsonb)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  notices jsonb;
  raised boolean;
BEGIN
  SELECT coalesce(jsonb_agg(one || jsonb_build_object('facts', facts, 'audience', (
      SELECT coalesce(array_agg(DISTINCT party), '{}')
      FROM unnest(facts) AS fact, substring(fact FROM '^(?:owner|requester|performer)=(Organization/.+)$') AS party WHERE party IS NOT NULL
    )) ORDER BY place), '[]')
  FROM jsonb_array_elements(changes) WITH ORDINALITY AS given (one, place), events.facts_of(whose, (one->>'change')::bigint) AS facts
  WHERE facts IS NOT NULL INTO notices;
  SELECT told.due, told.taken, told.raised FROM alerts.tell_and_take(NULL, NULL, notices, theirs_until, busy, true) AS told INTO due, taken, raised;
  IF NOT raised THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
END $$;
