-- Numbers of people and of visits that went in a merge, as long as a stay may be silent: what comes under them afterwards is not news.
CREATE TABLE merged_away (
  facility text        NOT NULL,
  label    text        NOT NULL COLLATE "C",    -- authority and number of a person or of a visit
  at       timestamptz NOT NULL,
  PRIMARY KEY (label, facility)
);

-- Two visits that a merge made one: what the hospital still says of the one that went. A place belongs to the stay that goes on; an end or a cancel of
-- the visit that went ends or cancels that visit alone, and the stay goes on until its own visit ends.
DROP FUNCTION add_events;
DROP FUNCTION add_event;
CREATE FUNCTION add_event(
  message_id bigint, patient_id text, facility_name text, visit_key text, has_visit boolean, numbers text[],
  event_facts jsonb, occurred timestamptz, received timestamptz, fresh_id uuid,
  OUT stay_id uuid, OUT reviews boolean, OUT went boolean
) LANGUAGE plpgsql AS $$
DECLARE
  remains uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient_id, 0));
  -- The stay of that visit; for a message without a visit number the one that is open; for the first message with one, an open stay that had none.
  SELECT stay.id, stay.merged_into INTO stay_id, remains FROM alerts.stay
  WHERE stay.facility = facility_name AND stay.patient = patient_id AND NOT stay.wrong_person
    AND occurred >= stay.first_at - interval '400 days'
    AND occurred <= stay.last_at + CASE WHEN stay.over AND stay.merged_into IS NULL THEN interval '30 days' ELSE interval '400 days' END
    AND (stay.visit = visit_key
      OR (stay.merged_into IS NULL AND NOT stay.over AND (NOT has_visit OR stay.visit LIKE 'without visit number: %')))
  ORDER BY stay.visit = visit_key DESC, stay.merged_into IS NULL DESC, stay.last_at DESC
  LIMIT 1;
  IF event_facts->>'type' IN ('A02', 'A08', 'A09', 'A10', 'A17') THEN
    WHILE remains IS NOT NULL LOOP
      stay_id := remains;
      SELECT stay.merged_into INTO remains FROM alerts.stay WHERE stay.id = stay_id;
    END LOOP;
  END IF;

  IF stay_id IS NULL THEN
    stay_id := fresh_id;
    went := EXISTS (SELECT 1 FROM alerts.merged_away WHERE facility = facility_name AND label = ANY (numbers || visit_key));
    INSERT INTO alerts.stay (id, facility, visit, hospital_number, patient, first_at, last_at, raised_at, version)
    VALUES (stay_id, facility_name, visit_key, numbers[1], patient_id, occurred, occurred, received, 0);
  ELSIF has_visit THEN
    UPDATE alerts.stay SET visit = visit_key WHERE id = stay_id AND visit LIKE 'without visit number: %';
  END IF;

  INSERT INTO alerts.stay_event (stay, message, facts) VALUES (stay_id, message_id, event_facts) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    UPDATE alerts.stay SET version = version + 1, first_at = least(first_at, occurred), last_at = greatest(last_at, occurred) WHERE id = stay_id;
  END IF;
  UPDATE alerts.message SET handled_at = received WHERE id = message_id AND handled_at IS NULL;
  reviews := EXISTS (SELECT 1 FROM alerts.review WHERE decided_at IS NULL AND patient_id = ANY (candidates));
END $$;

-- As in 0004, with all numbers of the person; `went` where the message opened a stay under a number that a merge took away.
CREATE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean, went boolean) LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR one IN SELECT * FROM jsonb_to_recordset(given) AS event (
    message bigint, patient text, facility text, visit text, "hasVisit" boolean, numbers text[],
    facts jsonb, occurred timestamptz, received timestamptz, fresh uuid)
  LOOP
    message_id := one.message;
    SELECT added.stay_id, added.reviews, coalesce(added.went, false) INTO stay_id, reviews, went
    FROM alerts.add_event(one.message, one.patient, one.facility, one.visit, one."hasVisit", one.numbers, one.facts, one.occurred, one.received, one.fresh) AS added;
    RETURN NEXT;
  END LOOP;
END $$;

-- Behind the lock of the person's stays: an admission that is being added is there for whoever asked for this, or finds what this leaves.
CREATE FUNCTION note_merged_away(patient_id text, facility_name text, labels text[], noted_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient_id, 0));
  INSERT INTO alerts.merged_away (facility, label, at) SELECT facility_name, label, noted_at FROM unnest(labels) AS label
  ON CONFLICT (label, facility) DO UPDATE SET at = excluded.at;
END $$;

-- One at a time for a person, and never into a stay that itself went: a stay goes on in exactly one other.
CREATE FUNCTION unite_stays(kept uuid, others uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient, 0)) FROM alerts.stay WHERE id = kept;
  UPDATE alerts.stay SET merged_into = kept, version = version + 1, settled_as = NULL
  WHERE id = ANY (others) AND id <> kept AND merged_into IS NULL
    AND EXISTS (SELECT 1 FROM alerts.stay AS goes_on WHERE goes_on.id = kept AND goes_on.merged_into IS NULL);
END $$;
