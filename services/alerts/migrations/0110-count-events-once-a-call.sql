-- What a subscription hears of many notices is counted once: a row that is written for each of them, in one transaction, is passed in all the states it
-- has been in by whoever reads it until it is vacuumed. Numbers follow the order of the notices, and have no gap.
CREATE OR REPLACE FUNCTION tell_all(stay_id uuid, patient_id text, notices jsonb) RETURNS integer LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  due integer;
BEGIN
  IF jsonb_array_length(notices) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alerts notices', 0));
  WITH given AS MATERIALIZED (
    SELECT nextval('alerts.notice_id_seq') AS id, kind, quiet, task, coalesce(encounter, '') AS encounter, audience, at, coalesce(topic, 'alert') AS topic,
           change, coalesce(facts, '{}') || ARRAY['*', 'patient=Patient/' || coalesce(patient_id, ''), 'patient=' || coalesce(patient_id, '')] AS said
    FROM ROWS FROM (jsonb_to_recordset(notices) AS (
      kind text, quiet boolean, task text, encounter text, audience text[], at timestamptz, topic text, change bigint, facts text[])) WITH ORDINALITY
      AS one (kind, quiet, task, encounter, audience, at, topic, change, facts, place)
    ORDER BY place
  ), made AS (
    INSERT INTO alerts.notice (id, kind, quiet, stay, task, encounter, audience, at, topic, change) OVERRIDING SYSTEM VALUE
    SELECT id, kind, quiet, stay_id, task, encounter, audience, at, topic, change FROM given
    ON CONFLICT (change) WHERE change IS NOT NULL DO NOTHING
    RETURNING id
  ), heard AS (
    SELECT one.id AS notice, s.id AS subscription, one.at, alerts.due_for(s.cadence, one.topic, one.kind, one.at) AS due_at,
           row_number() OVER (PARTITION BY s.id ORDER BY one.id) AS place
    FROM made JOIN given AS one USING (id) JOIN alerts.subscription AS s
      ON s.wanted && one.said AND s.topic = one.topic AND (s.party = '*' OR s.party = ANY (one.audience)) AND (s.ends_at IS NULL OR s.ends_at > one.at)
      AND NOT EXISTS (SELECT 1 FROM unnest(s.filters) AS filter WHERE NOT (one.said && string_to_array(filter, '|')))
      -- People are not woken for what makes no sound, and only when escalated where they chose so.
      AND (s.channel = 'webhook' OR (NOT one.quiet AND (s.cadence <> 'escalated' OR one.kind = 'escalated')))
  ), counted AS (
    UPDATE alerts.subscription AS s SET events = s.events + its.events
    FROM (SELECT subscription, count(*) AS events FROM heard GROUP BY subscription) AS its
    WHERE s.id = its.subscription RETURNING s.id, s.events - its.events AS before
  ), delivery AS (
    INSERT INTO alerts.delivery (notice, subscription, number, due_at)
    SELECT heard.notice, heard.subscription, counted.before + heard.place, heard.due_at FROM heard JOIN counted ON counted.id = heard.subscription
  )
  SELECT count(*) FROM heard WHERE heard.due_at <= heard.at INTO due;
  RETURN due;
END $$;

-- What is due is claimed in this order, a part at a time: of many that fell due at once the others are not looked at.
DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (due_at, notice) WHERE delivered_at IS NULL AND failed_at IS NULL;
