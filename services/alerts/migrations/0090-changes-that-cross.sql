-- What must not be lost when two changes cross, or when a crash falls between two steps. HAZ-A05, HAZ-A61

-- A message is marked as acted on with its event only where nothing else of it is to be done (`more`): a crash before the rest, or a failure of it, brings
-- the message again. `went` is answered until somebody else's event is there too, so that it is answered again then.
DROP FUNCTION add_event;
CREATE FUNCTION add_event(
  message_id bigint, patient_id text, facility_name text, visit_key text, has_visit boolean, numbers text[],
  event_facts jsonb, occurred timestamptz, received timestamptz, fresh_id uuid, more boolean,
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
  went := remains IS NULL AND NOT EXISTS (SELECT 1 FROM alerts.stay_event WHERE stay_event.stay = stay_id AND stay_event.message <> message_id)
    AND EXISTS (SELECT 1 FROM alerts.merged_away WHERE facility = facility_name AND label = ANY (numbers || visit_key));
  IF event_facts->>'type' IN ('A02', 'A08', 'A09', 'A10', 'A17') THEN
    WHILE remains IS NOT NULL LOOP
      stay_id := remains;
      SELECT stay.merged_into INTO remains FROM alerts.stay WHERE stay.id = stay_id;
    END LOOP;
  END IF;

  IF stay_id IS NULL THEN
    stay_id := fresh_id;
    INSERT INTO alerts.stay (id, facility, visit, hospital_number, patient, first_at, last_at, raised_at, version)
    VALUES (stay_id, facility_name, visit_key, numbers[1], patient_id, occurred, occurred, received, 0);
  ELSIF has_visit THEN
    UPDATE alerts.stay SET visit = visit_key WHERE id = stay_id AND visit LIKE 'without visit number: %';
  END IF;

  INSERT INTO alerts.stay_event (stay, message, facts) VALUES (stay_id, message_id, event_facts) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    UPDATE alerts.stay SET version = version + 1, first_at = least(first_at, occurred), last_at = greatest(last_at, occurred) WHERE id = stay_id;
  END IF;
  reviews := EXISTS (SELECT 1 FROM alerts.review WHERE decided_at IS NULL AND patient_id = ANY (candidates));
  IF NOT (more OR went OR reviews) THEN
    UPDATE alerts.message SET handled_at = received WHERE id = message_id AND handled_at IS NULL;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean, went boolean) LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR one IN SELECT * FROM jsonb_to_recordset(given) AS event (
    message bigint, patient text, facility text, visit text, "hasVisit" boolean, numbers text[],
    facts jsonb, occurred timestamptz, received timestamptz, fresh uuid, more boolean)
  LOOP
    message_id := one.message;
    SELECT added.stay_id, added.reviews, added.went INTO stay_id, reviews, went
    FROM alerts.add_event(one.message, one.patient, one.facility, one.visit, one."hasVisit", one.numbers, one.facts, one.occurred, one.received, one.fresh, one.more) AS added;
    RETURN NEXT;
  END LOOP;
END $$;

-- What is told follows from what was told before: whoever decided on something else decides again, and gets no row. `moved_on` where news of the stay
-- came meanwhile: it is settled again. `spoke` are the rules under which the alert speaks, where it was opened by this.
DROP FUNCTION settle_as;
CREATE FUNCTION settle_as(
  stay_id uuid, seen_version integer, told_before jsonb, says text, encounter_id text, alert_id text, is_over boolean, now_told jsonb, answers jsonb,
  notices jsonb, spoke text[], OUT deliveries integer, OUT moved_on boolean
) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  held record;
BEGIN
  SELECT told, version INTO held FROM alerts.stay WHERE id = stay_id FOR UPDATE;
  IF held.told IS DISTINCT FROM told_before THEN
    RETURN;
  END IF;
  deliveries := alerts.settle(stay_id, seen_version, encounter_id, alert_id, is_over, now_told, answers, notices);
  moved_on := held.version <> seen_version;
  -- Where somebody else has settled a later version meanwhile, the record was changed after they looked: it is settled once more.
  UPDATE alerts.stay SET settled_as = CASE WHEN NOT moved_on THEN says END, settled = seen_version, rules = coalesce(spoke, rules) WHERE id = stay_id;
  RETURN NEXT;
END $$;

-- Only while the record still tells that: another process may be changing it. Answers whether it does.
DROP FUNCTION settled_already;
CREATE FUNCTION settled_already(stay_id uuid, seen_version integer, says text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  UPDATE alerts.stay SET settled = greatest(settled, seen_version) WHERE id = stay_id AND settled_as = says;
  RETURN FOUND;
END $$;

-- The stays of these people say something else from now on, by what is known of the people.
CREATE FUNCTION touch_stays(patients text[], but text) RETURNS bigint LANGUAGE sql AS $$
  WITH touched AS (
    UPDATE alerts.stay SET version = version + 1, settled_as = NULL WHERE patient = ANY (patients) AND 'stay:' || id <> but RETURNING 1
  )
  SELECT count(*) FROM touched
$$;

-- What one source says now of whom; nobody where it says so no longer. In one commit with the stays on which it bears. Only what changes is written:
-- a stay is settled again and again, and says the same. Answers whom it changes something for.
CREATE FUNCTION say_death(from_source text, whose text, at timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  bears_on text[];
BEGIN
  WITH before AS (
    SELECT patient FROM alerts.death WHERE source = from_source AND NOT gone AND patient IS DISTINCT FROM whose FOR UPDATE
  ), gone AS (
    UPDATE alerts.death SET gone = true, told = false WHERE whose IS NULL AND source = from_source AND NOT gone
  ), said AS (
    INSERT INTO alerts.death AS held (source, patient, said_at) SELECT from_source, whose, at WHERE whose IS NOT NULL
    ON CONFLICT (source) DO UPDATE SET patient = excluded.patient, said_at = excluded.said_at, gone = false, told = false
    WHERE held.gone OR held.patient <> excluded.patient RETURNING patient
  )
  SELECT array_agg(patient) INTO bears_on FROM (SELECT patient FROM before UNION SELECT patient FROM said) AS found;
  IF bears_on IS NOT NULL THEN
    PERFORM alerts.touch_stays(bears_on, from_source);
  END IF;
  RETURN QUERY SELECT unnest(bears_on);
END $$;

-- As in 0045; what a hospital said of a death of the one that goes bears on every stay of the one that remains.
CREATE OR REPLACE FUNCTION follow_merge(given text, survivor text) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
  PERFORM alerts.lock_stays(given, survivor);
  INSERT INTO alerts.merged_record (goes, remains) VALUES (given, survivor) ON CONFLICT (goes) DO UPDATE SET remains = excluded.remains;
  UPDATE alerts.hospital_number SET patient = survivor, came_from = came_from || given WHERE patient = given;
  UPDATE alerts.message SET patient = survivor WHERE patient = given AND handled_at IS NULL;
  UPDATE alerts.death SET patient = survivor, told = false WHERE patient = given AND source LIKE 'hospital:%';
  IF FOUND THEN
    PERFORM alerts.touch_stays(ARRAY[survivor], '');
  END IF;
  RETURN QUERY
    UPDATE alerts.stay SET patient = survivor, came_from = came_from || given, version = version + 1, settled_as = NULL
    WHERE patient = given RETURNING id;
END $$;
