-- What is about to be committed can be told of in a transaction that ends after it: who wants to hear is found, and numbers are given, while the disk is
-- waited for. Until that transaction ends nobody sees any of it, and nobody else tells. Decision 640.

-- Who may hear of a change: whoever is asked and whoever asked.
CREATE FUNCTION named_in(facts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT party), '{}')
  FROM unnest(facts) AS fact, substring(fact FROM '^(?:owner|requester|performer)=(Organization/.+)$') AS party WHERE party IS NOT NULL
$$;

-- As before, and without a number for what has none yet.
CREATE OR REPLACE FUNCTION tell_changes(whose text, changes jsonb, theirs_until timestamptz, busy text[], OUT due integer, OUT taken jsonb)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  notices jsonb;
  raised boolean;
BEGIN
  SELECT coalesce(jsonb_agg(one || jsonb_build_object('facts', facts, 'audience', alerts.named_in(facts)) ORDER BY place), '[]')
  FROM jsonb_array_elements(changes) WITH ORDINALITY AS given (one, place), events.facts_of(whose, (one->>'change')::bigint) AS facts
  WHERE facts IS NOT NULL INTO notices;
  SELECT told.due, told.taken, told.raised FROM alerts.tell_and_take(NULL, NULL, notices, theirs_until, busy, true) AS told INTO due, taken, raised;
  IF NOT raised THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
END $$;

-- Tells of changes that are about to be committed, each with its facts: `changes`, `until` and `busy` are what `tell_and_take` is asked with. Within a transaction
-- of whoever asks, who ends it once they are, after `they_came`. Answers the newest of the notices too, whose ids follow one another.
CREATE FUNCTION tell_coming(asked jsonb, OUT due integer, OUT taken jsonb, OUT newest bigint)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  notices jsonb;
  raised boolean;
BEGIN
  SELECT jsonb_agg(one || jsonb_build_object('audience', alerts.named_in(ARRAY(SELECT jsonb_array_elements_text(one->'facts')))) ORDER BY place)
  FROM jsonb_array_elements(asked->'changes') WITH ORDINALITY AS given (one, place) INTO notices;
  SELECT told.due, told.taken, told.raised
  FROM alerts.tell_and_take(NULL, NULL, notices, (asked->>'until')::timestamptz, ARRAY(SELECT jsonb_array_elements_text(asked->'busy')), true) AS told
  INTO due, taken, raised;
  newest := currval('alerts.notice_id_seq');
  IF NOT raised THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
END $$;

-- They were committed, under these numbers. It refuses what somebody else has told of meanwhile, by `notice_change`.
CREATE FUNCTION they_came(newest bigint, changes bigint[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  first bigint := newest - cardinality(changes) + 1;
BEGIN
  FOR place IN 1 .. cardinality(changes) LOOP
    UPDATE alerts.notice SET change = changes[place] WHERE id = first + place - 1 AND change IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'notice % is of no coming change', first + place - 1;
    END IF;
  END LOOP;
END $$;
