-- Whoever hears of an event is found by the index of what they want (0021), and is told when it is due for them (0031): both at once.
CREATE OR REPLACE FUNCTION tell_all(stay_id uuid, patient_id text, notices jsonb) RETURNS integer LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  one record;
  made record;
  said text[];
  due integer := 0;
BEGIN
  IF jsonb_array_length(notices) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alerts notices', 0));
  FOR one IN SELECT kind, quiet, task, coalesce(encounter, '') AS encounter, audience, at, coalesce(topic, 'alert') AS topic, change, facts
    FROM jsonb_to_recordset(notices) AS given (kind text, quiet boolean, task text, encounter text, audience text[], at timestamptz, topic text, change bigint, facts text[])
  LOOP
    INSERT INTO alerts.notice (kind, quiet, stay, task, encounter, audience, at, topic, change)
    VALUES (one.kind, one.quiet, stay_id, one.task, one.encounter, one.audience, one.at, one.topic, one.change)
    ON CONFLICT (change) WHERE change IS NOT NULL DO NOTHING
    RETURNING id INTO made;
    CONTINUE WHEN made IS NULL OR made.id IS NULL;

    said := coalesce(one.facts, '{}') || ARRAY['*', 'patient=Patient/' || coalesce(patient_id, ''), 'patient=' || coalesce(patient_id, '')];
    WITH heard AS (
      UPDATE alerts.subscription AS s SET events = events + 1
      WHERE s.wanted && said AND s.topic = one.topic AND (s.party = '*' OR s.party = ANY (one.audience)) AND (s.ends_at IS NULL OR s.ends_at > one.at)
        AND NOT EXISTS (SELECT 1 FROM unnest(s.filters) AS filter WHERE NOT (said && string_to_array(filter, '|')))
        -- People are not woken for what makes no sound, and only when escalated where they chose so.
        AND (s.channel = 'webhook' OR (NOT one.quiet AND (s.cadence <> 'escalated' OR one.kind = 'escalated')))
      RETURNING s.id, s.events, s.cadence
    ), delivery AS (
      INSERT INTO alerts.delivery (notice, subscription, number, due_at)
      SELECT made.id, heard.id, heard.events, alerts.due_for(heard.cadence, one.topic, one.kind, one.at)
      FROM heard RETURNING due_at <= one.at AS now
    )
    SELECT due + count(*) FILTER (WHERE delivery.now) INTO due FROM delivery;
    made := NULL;
  END LOOP;
  RETURN due;
END $$;
