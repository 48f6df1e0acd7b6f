-- A further message about a stay costs one row of what it says and one change of the stay in its place. Decision 470.

-- A stay changes with each message: no index is over what changes then, so that the new row stays on the page of the old one and no index hears of it.
-- Whether the record tells of its last version changes only where a message says something new.
ALTER TABLE stay ADD COLUMN unsettled boolean NOT NULL GENERATED ALWAYS AS (settled < version) STORED;
DROP INDEX stay_unsettled;
CREATE INDEX stay_unsettled ON stay (raised_at) WHERE unsettled;
DROP INDEX stay_of_patient;
CREATE INDEX stay_of_patient ON stay (patient);
ALTER TABLE stay SET (fillfactor = 50);

-- Neither a stay nor a message is ever removed: to look for both with each event, and lock them, guards nothing.
ALTER TABLE stay_event DROP CONSTRAINT stay_event_stay_fkey;
ALTER TABLE stay_event DROP CONSTRAINT stay_event_message_fkey;

-- As `add_event` in 0101 for each message, in the order given, which is that of the people, so that two processes never wait for each other. Whoever
-- knows what a stay says with this event (`says`, of the stay `known` as it was at `knownVersion`) has it settled with it, where the record tells that
-- already and nothing else has borne on the stay since: then nothing is left to do.
DROP FUNCTION add_events;
DROP FUNCTION add_event;
CREATE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean, went boolean, as_told boolean)
  LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  one record;
  remains uuid;
  held text;
  done bigint[];
  done_at timestamptz[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR one IN SELECT * FROM jsonb_to_recordset(given) AS event (
    message bigint, patient text, facility text, visit text, "hasVisit" boolean, numbers text[],
    facts jsonb, occurred timestamptz, received timestamptz, fresh uuid, more boolean, known uuid, "knownVersion" integer, says text)
  LOOP
    message_id := one.message;
    PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || one.patient, 0));
    -- The stay of that visit; for a message without a visit number the one that is open; for the first message with one, an open stay that had none.
    SELECT stay.id, stay.merged_into, stay.visit INTO stay_id, remains, held FROM alerts.stay
    WHERE stay.facility = one.facility AND stay.patient = one.patient AND NOT stay.wrong_person
      AND one.occurred >= stay.first_at - interval '400 days'
      AND one.occurred <= stay.last_at + CASE WHEN stay.over AND stay.merged_into IS NULL THEN interval '30 days' ELSE interval '400 days' END
      AND (stay.visit = one.visit
        OR (stay.merged_into IS NULL AND NOT stay.over AND (NOT one."hasVisit" OR stay.visit LIKE 'without visit number: %')))
    ORDER BY stay.visit = one.visit DESC, stay.merged_into IS NULL DESC, stay.last_at DESC
    LIMIT 1;
    went := remains IS NULL AND NOT EXISTS (SELECT 1 FROM alerts.stay_event WHERE stay_event.stay = stay_id AND stay_event.message <> one.message)
      AND EXISTS (SELECT 1 FROM alerts.merged_away WHERE facility = one.facility AND label = ANY (one.numbers || one.visit));
    IF remains IS NOT NULL AND one.facts->>'type' IN ('A02', 'A08', 'A09', 'A10', 'A17') THEN
      WHILE remains IS NOT NULL LOOP
        stay_id := remains;
        SELECT stay.merged_into, stay.visit INTO remains, held FROM alerts.stay WHERE stay.id = stay_id;
      END LOOP;
    END IF;

    IF stay_id IS NULL THEN
      stay_id := one.fresh;
      INSERT INTO alerts.stay (id, facility, visit, hospital_number, patient, first_at, last_at, raised_at, version)
      VALUES (stay_id, one.facility, one.visit, one.numbers[1], one.patient, one.occurred, one.occurred, one.received, 0);
    ELSIF one."hasVisit" AND held LIKE 'without visit number: %' THEN
      UPDATE alerts.stay SET visit = one.visit WHERE id = stay_id;
    END IF;

    as_told := false;
    INSERT INTO alerts.stay_event (stay, message, facts) VALUES (stay_id, one.message, one.facts) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      UPDATE alerts.stay
      SET version = version + 1, first_at = least(first_at, one.occurred), last_at = greatest(last_at, one.occurred),
          settled = settled + CASE WHEN id = one.known AND version = one."knownVersion" AND settled = version AND settled_as = one.says THEN 1 ELSE 0 END
      WHERE id = stay_id RETURNING settled = version INTO as_told;
    END IF;
    reviews := EXISTS (SELECT 1 FROM alerts.review WHERE decided_at IS NULL AND candidates @> ARRAY[one.patient]);
    IF NOT (one.more OR went OR reviews) THEN
      done := done || one.message;
      done_at := done_at || one.received;
    END IF;
    RETURN NEXT;
  END LOOP;
  UPDATE alerts.message SET handled_at = ready.at FROM unnest(done, done_at) AS ready (id, at) WHERE message.id = ready.id AND handled_at IS NULL;
END $$;

-- As in 0045; what a hospital said of a death of the one who comes back bore on every stay of the one who stays.
CREATE OR REPLACE FUNCTION undo_merge(given text) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
  survivor text;
BEGIN
  DELETE FROM alerts.merged_record WHERE goes = given RETURNING remains INTO survivor;
  IF survivor IS NULL THEN
    RETURN;
  END IF;
  PERFORM alerts.lock_stays(given, survivor);
  UPDATE alerts.hospital_number SET patient = given, came_from = trim_array(came_from, 1)
  WHERE patient = survivor AND came_from[array_upper(came_from, 1)] = given;
  UPDATE alerts.death SET patient = given, told = false WHERE patient = survivor AND source LIKE 'hospital:%:' || given;
  IF FOUND THEN
    PERFORM alerts.touch_stays(ARRAY[survivor, given], '');
  END IF;
  RETURN QUERY
    UPDATE alerts.stay SET patient = given, came_from = trim_array(came_from, 1), version = version + 1, settled_as = NULL
    WHERE patient = survivor AND came_from[array_upper(came_from, 1)] = given RETURNING id;
END $$;
