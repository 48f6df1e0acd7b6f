-- As before. Whom a person has closed out of what names them (`closed=…` of its facts) hears nothing of it: they may not read it. Decision 676.
CREATE OR REPLACE FUNCTION tell_and_take(stay_id uuid, patient_id text, notices jsonb, theirs_until timestamptz, busy text[], ahead boolean,
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
    SELECT nextval('alerts.notice_id_seq') AS id, kind, quiet, task, coalesce(encounter, '') AS encounter, at, coalesce(topic, 'alert') AS topic, version,
           coalesce(audience, ARRAY(
             SELECT DISTINCT split_part(fact, '=', 2) FROM unnest(facts) AS fact
             WHERE fact LIKE ANY ('{owner=Organization/_%,requester=Organization/_%,performer=Organization/_%}')
               AND 'closed=' || split_part(fact, '=', 2) <> ALL (facts))) AS audience,
           coalesce(facts, '{}') || ARRAY['*', 'patient=Patient/' || coalesce(patient, patient_id, ''), 'patient=' || coalesce(patient, patient_id, '')] AS said
    FROM ROWS FROM (jsonb_to_recordset(notices) AS (
      kind text, quiet boolean, task text, encounter text, audience text[], at timestamptz, topic text, version bigint, facts text[], patient text))
      WITH ORDINALITY AS one (kind, quiet, task, encounter, audience, at, topic, version, facts, patient, place)
    ORDER BY place
  ), made AS (
    INSERT INTO alerts.notice (id, kind, quiet, stay, task, encounter, audience, at, topic, version) OVERRIDING SYSTEM VALUE
    SELECT id, kind, quiet, stay_id, task, encounter, audience, at, topic, version FROM given
    ON CONFLICT (task, version) WHERE version IS NOT NULL DO NOTHING
    RETURNING id
  ), heard AS (
    SELECT one.id AS notice, s.id AS subscription, s AS subscriber, one.task, one.encounter, one.kind, one.at, its.due_at,
           1 - row_number() OVER (PARTITION BY s.id ORDER BY one.id DESC) AS from_newest,
           theirs_until IS NOT NULL AND s.status = 'active' AND its.due_at <= one.at AND s.id <> ALL (busy) AS taken
    FROM made JOIN given AS one USING (id) CROSS JOIN LATERAL alerts.wanting(one.said) AS s
      CROSS JOIN LATERAL (SELECT alerts.due_for(s.cadence, one.topic, one.kind, one.at) AS due_at) AS its
    WHERE s.topic = one.topic AND (s.party = '*' OR s.party = ANY (one.audience)) AND (s.ends_at IS NULL OR s.ends_at > one.at)
      AND NOT EXISTS (SELECT 1 FROM unnest(s.filters) AS filter WHERE NOT (one.said && string_to_array(filter, '|')))
      -- People are not woken for what makes no sound, and only when escalated where they chose so.
      AND (s.channel = 'webhook' OR (NOT one.quiet AND (s.cadence <> 'escalated' OR one.kind = 'escalated')))
  ), counted AS (
    -- Of many notices once: a row that is written for each is passed in all the states it has been in until it is vacuumed. Numbers have no gap.
    INSERT INTO alerts.event_number AS n (subscription, events, reserved)
    SELECT subscription, count(*), CASE WHEN ahead THEN count(*) + 31 ELSE 0 END FROM heard GROUP BY subscription
    ON CONFLICT (subscription) DO UPDATE SET events = n.events + excluded.events,
      reserved = CASE WHEN ahead AND n.events + excluded.events > n.reserved THEN n.events + excluded.events + 31 ELSE n.reserved END
    RETURNING n.subscription, n.events AS newest, ahead AND n.reserved = n.events + 31 AS raised
  ), delivery AS (
    INSERT INTO alerts.delivery (notice, subscription, number, due_at, attempts)
    SELECT heard.notice, heard.subscription, counted.newest + heard.from_newest,
           CASE WHEN heard.taken THEN theirs_until ELSE heard.due_at END, heard.taken::integer
    FROM heard JOIN counted USING (subscription)
  )
  SELECT count(*) FILTER (WHERE NOT heard.taken AND heard.due_at <= heard.at),
         jsonb_agg(to_jsonb(heard.subscriber) || jsonb_build_object('notice', heard.notice::text, 'attempts', 1, 'number', counted.newest + heard.from_newest,
           'focus', heard.task, 'context', heard.encounter, 'kind', heard.kind, 'at', heard.at) ORDER BY heard.subscription, heard.from_newest) FILTER (WHERE heard.taken),
         coalesce(bool_or(counted.raised), false)
  FROM heard JOIN counted USING (subscription) INTO due, taken, raised;
END $$;
