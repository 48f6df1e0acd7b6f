-- What is told can be taken in the same transaction by whoever tells it, and delivered from their hands: one wait for the disk instead of two.
-- A statement keeps the plan that it got while its tables were nearly empty: what telling, claiming and settling may read is said here. Telling had
-- read every subscription, and claiming passed all of them, and what was left of removed ones, once for each event. Decision 420.

-- Whoever may want to hear of what is said, by the index of what they want (0021) and in no other way: an index is never read as a whole.
CREATE FUNCTION wanting(said text[]) RETURNS SETOF subscription LANGUAGE plpgsql STABLE ROWS 10
  SET enable_seqscan = off SET enable_indexscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM alerts.subscription AS s WHERE s.wanted && said;
END $$;

-- Leaves notices, and a numbered delivery of each for every subscription that may and wants to hear of it; one teller at a time, so that ids and numbers
-- commit in their order. What is due at once is taken until `theirs_until`, but for those who are `busy`, which is left to be claimed like all that is taken
-- by nobody. Answers how much of that is due, and what was taken as a claim would.
CREATE FUNCTION tell_and_take(stay_id uuid, patient_id text, notices jsonb, theirs_until timestamptz, busy text[], OUT due integer, OUT taken jsonb)
  LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  due := 0;
  IF jsonb_array_length(notices) = 0 THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alerts notices', 0));
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
    UPDATE alerts.subscription AS s SET events = s.events + its.events
    FROM (SELECT subscription, count(*) AS events FROM heard GROUP BY subscription) AS its
    WHERE s.id = its.subscription AND s.id = ANY (ARRAY(SELECT subscription FROM heard))
    RETURNING s.id, s.events - its.events AS before, s AS subscriber
  ), delivery AS (
    INSERT INTO alerts.delivery (notice, subscription, number, due_at, attempts)
    SELECT heard.notice, heard.subscription, counted.before + heard.place,
           CASE WHEN heard.taken THEN theirs_until ELSE heard.due_at END, heard.taken::integer
    FROM heard JOIN counted ON counted.id = heard.subscription
  )
  SELECT count(*) FILTER (WHERE NOT heard.taken AND heard.due_at <= heard.at),
         jsonb_agg(to_jsonb(counted.subscriber) || jsonb_build_object('notice', heard.notice::text, 'attempts', 1, 'number', counted.before + heard.place,
           'focus', heard.task, 'context', heard.encounter, 'kind', heard.kind, 'at', heard.at) ORDER BY heard.subscription, heard.place) FILTER (WHERE heard.taken)
  FROM heard JOIN counted ON counted.id = heard.subscription INTO due, taken;
END $$;

CREATE OR REPLACE FUNCTION tell_all(stay_id uuid, patient_id text, notices jsonb) RETURNS integer LANGUAGE sql AS $$
  SELECT due FROM alerts.tell_and_take(stay_id, patient_id, notices, NULL, '{}')
$$;

-- Tells of changes of the record in their order, each with what it was about when it was made; whoever is asked and whoever asked may hear of it. A
-- change without facts is told nobody: what it was about is no more.
-- What was taken is on disk before anybody hears that it was, and its number with it: lost in a crash, the number would become another event's. What is
-- left to a claim waits for the disk then. A crash before that loses notice and number together, and the change, which is not confirmed, is told again.
CREATE FUNCTION tell_changes(whose text, changes jsonb, theirs_until timestamptz, busy text[], OUT due integer, OUT taken jsonb)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  notices jsonb;
BEGIN
  SELECT coalesce(jsonb_agg(one || jsonb_build_object('facts', facts, 'audience', (
      SELECT coalesce(array_agg(DISTINCT party), '{}')
      FROM unnest(facts) AS fact, substring(fact FROM '^(?:owner|requester|performer)=(Organization/.+)$') AS party WHERE party IS NOT NULL
    )) ORDER BY place), '[]')
  FROM jsonb_array_elements(changes) WITH ORDINALITY AS given (one, place), events.facts_of(whose, (one->>'change')::bigint) AS facts
  WHERE facts IS NOT NULL INTO notices;
  SELECT told.due, told.taken FROM alerts.tell_and_take(NULL, NULL, notices, theirs_until, busy) AS told INTO due, taken;
  IF taken IS NULL THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
END $$;

-- Takes what is due, each for one process only until `theirs_until`, so that a process that dies with it leaves it to the next one. In error nothing is
-- sent: events are counted and wait. It waits for the disk, and with it everything before it: what is sent has its number for good.
CREATE FUNCTION claim_due(by_now timestamptz, theirs_until timestamptz, most integer)
  RETURNS TABLE (subscriber subscription, notice text, attempts integer, number bigint, focus text, context text, kind text, at timestamptz)
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_sort = off
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH due AS (
    SELECT d.ctid FROM alerts.delivery AS d
    WHERE d.due_at <= by_now AND d.delivered_at IS NULL AND d.failed_at IS NULL
      AND (SELECT s.status FROM alerts.subscription AS s WHERE s.id = d.subscription) = 'active'
    ORDER BY d.due_at, d.notice LIMIT most FOR UPDATE OF d SKIP LOCKED
  ), held AS (
    UPDATE alerts.delivery AS delivery SET due_at = theirs_until, attempts = delivery.attempts + 1
    FROM due WHERE delivery.ctid = due.ctid -- the rows that were just locked
    RETURNING delivery.notice, delivery.subscription, delivery.attempts, delivery.number
  )
  -- Each by its key: a join would be planned for tables as small as they were.
  SELECT (SELECT s FROM alerts.subscription AS s WHERE s.id = held.subscription), held.notice::text, held.attempts, held.number,
         told.task, told.encounter, told.kind, told.at
  FROM held CROSS JOIN LATERAL (SELECT * FROM alerts.notice WHERE notice.id = held.notice OFFSET 0) AS told;
END $$;

-- Writes down what became of some, all alike. What is lost of this in a crash is only sent again, and delivery is at least once: it does not wait for the disk.
-- One by one, by all that two indexes begin with, (notice, subscription) and (subscription, number): either finds one row, whichever was chosen while both
-- were empty. By the subscription alone the second would read all that it was ever sent.
CREATE FUNCTION settle_deliveries(notices bigint[], subscriptions text[], numbers bigint[], delivered timestamptz, failed timestamptz, why text, again timestamptz)
  RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR place IN 1 .. cardinality(notices) LOOP
    UPDATE alerts.delivery SET delivered_at = delivered, failed_at = failed, reason = why, due_at = coalesce(again, due_at)
    WHERE notice = notices[place] AND subscription = subscriptions[place] AND number = numbers[place];
  END LOOP;
END $$;
