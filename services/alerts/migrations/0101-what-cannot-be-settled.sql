-- A stay that cannot be settled gives way to others: it is tried less often, and a person reads why. HAZ-A62
ALTER TABLE stay ADD COLUMN settle_attempts smallint NOT NULL DEFAULT 0;
ALTER TABLE stay ADD COLUMN settle_again_at timestamptz;
ALTER TABLE stay ADD COLUMN settle_reason   text;                     -- code and remedy, never the text of an unknown error

-- As in 0090; what is settled has no trouble any more.
CREATE OR REPLACE FUNCTION settle_as(
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
  UPDATE alerts.stay
  SET settled_as = CASE WHEN NOT moved_on THEN says END, settled = seen_version, rules = coalesce(spoke, rules),
      settle_attempts = 0, settle_again_at = NULL, settle_reason = NULL
  WHERE id = stay_id;
  RETURN NEXT;
END $$;

CREATE OR REPLACE FUNCTION settled_already(stay_id uuid, seen_version integer, says text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  UPDATE alerts.stay SET settled = greatest(settled, seen_version), settle_attempts = 0, settle_again_at = NULL, settle_reason = NULL
  WHERE id = stay_id AND settled_as = says;
  RETURN FOUND;
END $$;

-- As in 0090, with one statement for each table where it can be: a stay is changed once, and messages are marked together.
DROP FUNCTION add_event;
CREATE FUNCTION add_event(
  message_id bigint, patient_id text, facility_name text, visit_key text, has_visit boolean, numbers text[],
  event_facts jsonb, occurred timestamptz, received timestamptz, fresh_id uuid,
  OUT stay_id uuid, OUT reviews boolean, OUT went boolean
) LANGUAGE plpgsql AS $$
DECLARE
  remains uuid;
  held text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient_id, 0));
  -- The stay of that visit; for a message without a visit number the one that is open; for the first message with one, an open stay that had none.
  SELECT stay.id, stay.merged_into, stay.visit INTO stay_id, remains, held FROM alerts.stay
  WHERE stay.facility = facility_name AND stay.patient = patient_id AND NOT stay.wrong_person
    AND occurred >= stay.first_at - interval '400 days'
    AND occurred <= stay.last_at + CASE WHEN stay.over AND stay.merged_into IS NULL THEN interval '30 days' ELSE interval '400 days' END
    AND (stay.visit = visit_key
      OR (stay.merged_into IS NULL AND NOT stay.over AND (NOT has_visit OR stay.visit LIKE 'without visit number: %')))
  ORDER BY stay.visit = visit_key DESC, stay.merged_into IS NULL DESC, stay.last_at DESC
  LIMIT 1;
  went := remains IS NULL AND NOT EXISTS (SELECT 1 FROM alerts.stay_event WHERE stay_event.stay = stay_id AND stay_event.message <> message_id)
    AND EXISTS (SELECT 1 FROM alerts.merged_away WHERE facility = facility_name AND label = ANY (numbers || visit_key));
  IF remains IS NOT NULL AND event_facts->>'type' IN ('A02', 'A08', 'A09', 'A10', 'A17') THEN
    WHILE remains IS NOT NULL LOOP
      stay_id := remains;
      SELECT stay.merged_into, stay.visit INTO remains, held FROM alerts.stay WHERE stay.id = stay_id;
    END LOOP;
  END IF;

  IF stay_id IS NULL THEN
    stay_id := fresh_id;
    INSERT INTO alerts.stay (id, facility, visit, hospital_number, patient, first_at, last_at, raised_at, version)
    VALUES (stay_id, facility_name, visit_key, numbers[1], patient_id, occurred, occurred, received, 0);
  ELSIF has_visit AND held LIKE 'without visit number: %' THEN
    UPDATE alerts.stay SET visit = visit_key WHERE id = stay_id;
  END IF;

  INSERT INTO alerts.stay_event (stay, message, facts) VALUES (stay_id, message_id, event_facts) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    UPDATE alerts.stay SET version = version + 1, first_at = least(first_at, occurred), last_at = greatest(last_at, occurred) WHERE id = stay_id;
  END IF;
  reviews := EXISTS (SELECT 1 FROM alerts.review WHERE decided_at IS NULL AND candidates @> ARRAY[patient_id]);
END $$;

CREATE INDEX review_undecided ON review USING gin (candidates) WHERE decided_at IS NULL;

CREATE OR REPLACE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean, went boolean) LANGUAGE plpgsql AS $$
DECLARE
  one record;
  done bigint[];
  done_at timestamptz[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR one IN SELECT * FROM jsonb_to_recordset(given) AS event (
    message bigint, patient text, facility text, visit text, "hasVisit" boolean, numbers text[],
    facts jsonb, occurred timestamptz, received timestamptz, fresh uuid, more boolean)
  LOOP
    message_id := one.message;
    SELECT added.stay_id, added.reviews, added.went INTO stay_id, reviews, went
    FROM alerts.add_event(one.message, one.patient, one.facility, one.visit, one."hasVisit", one.numbers, one.facts, one.occurred, one.received, one.fresh) AS added;
    IF NOT (one.more OR went OR reviews) THEN
      done := done || one.message;
      done_at := done_at || one.received;
    END IF;
    RETURN NEXT;
  END LOOP;
  UPDATE alerts.message SET handled_at = ready.at FROM unnest(done, done_at) AS ready (id, at) WHERE message.id = ready.id AND handled_at IS NULL;
END $$;
