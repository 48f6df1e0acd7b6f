-- Which messages tell of one stay is computed from all that a hospital said of the visits and numbers of a person, in the order in which it recorded it.
-- Every visit keeps a stay of its own; where two are one stay, one speaks for the other. Decision 660. HAZ-A100
CREATE TABLE tie (
  patient     text        NOT NULL COLLATE "C",
  facility    text        NOT NULL COLLATE "C",
  kind        text        NOT NULL CHECK (kind IN ('visit', 'number')),
  goes        text        NOT NULL COLLATE "C",    -- authority and number
  stays       text        COLLATE "C",
  wrong       boolean     NOT NULL,                -- what goes is somebody else's
  recorded_at timestamptz NOT NULL,
  came_from   text[]      NOT NULL DEFAULT '{}'    -- as that of a stay
);
CREATE INDEX tie_of_patient ON tie (patient);

CREATE INDEX stay_of_visit ON stay (visit, facility); -- a visit that moves says whose it was by nothing else

ALTER TABLE stay_event ADD COLUMN counts_for uuid; -- the stay for which it counts, or the nil id for none; NULL: its own
CREATE INDEX stay_event_counts_for ON stay_event (counts_for) WHERE counts_for IS NOT NULL;

ALTER TABLE stay ADD COLUMN hospital_numbers text[] NOT NULL DEFAULT '{}'; -- of the person at that hospital, as messages about this visit gave them
UPDATE stay SET hospital_numbers = ARRAY[hospital_number] WHERE hospital_number IS NOT NULL;
ALTER TABLE stay DROP COLUMN hospital_number;

-- What was united before stays so.
WITH RECURSIVE chain AS (
  SELECT id AS goes, merged_into AS into FROM stay WHERE merged_into IS NOT NULL
  UNION SELECT chain.goes, stay.merged_into FROM chain JOIN stay ON stay.id = chain.into WHERE stay.merged_into IS NOT NULL
)
INSERT INTO tie (patient, facility, kind, goes, stays, wrong, recorded_at)
SELECT DISTINCT goes.patient, goes.facility, 'visit', goes.visit, keeps.visit, false, now()
FROM chain JOIN stay AS goes ON goes.id = chain.goes JOIN stay AS keeps ON keeps.id = chain.into AND keeps.merged_into IS NULL
WHERE goes.patient = keeps.patient AND goes.facility = keeps.facility AND goes.visit <> keeps.visit;

DROP FUNCTION go_on_as_it_became;
DROP FUNCTION unite_stays;
DROP FUNCTION note_merged_away;
DROP TABLE merged_away;

-- As in 0180, but that a message is added to the stay of its own visit alone. Of a person whose visits are tied it is added by whoever regroups them
-- (`regroups`) in the same transaction; otherwise nothing is done with it, and `tied` is answered.
DROP FUNCTION add_events;
CREATE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean, tied boolean, as_told boolean)
  LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  one record;
  held text;
  done bigint[];
  done_at timestamptz[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR one IN SELECT * FROM jsonb_to_recordset(given) AS event (
    message bigint, patient text, facility text, visit text, "hasVisit" boolean, numbers text[], regroups boolean,
    facts jsonb, occurred timestamptz, received timestamptz, fresh uuid, more boolean, known uuid, "knownVersion" integer, says text)
  LOOP
    message_id := one.message;
    stay_id := NULL;
    as_told := false;
    reviews := false;
    PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || one.patient, 0));
    tied := one.regroups IS NOT TRUE AND EXISTS (SELECT 1 FROM alerts.tie WHERE tie.patient = one.patient);
    IF tied THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    -- The stay of that visit; for a message without a visit number the one that is open; for the first message with one, an open stay that had none.
    SELECT stay.id, stay.visit INTO stay_id, held FROM alerts.stay
    WHERE stay.facility = one.facility AND stay.patient = one.patient AND NOT stay.wrong_person
      AND one.occurred >= stay.first_at - interval '400 days'
      AND one.occurred <= stay.last_at + CASE WHEN stay.over AND stay.merged_into IS NULL THEN interval '30 days' ELSE interval '400 days' END
      AND (stay.visit = one.visit
        OR (stay.merged_into IS NULL AND NOT stay.over AND (NOT one."hasVisit" OR stay.visit LIKE 'without visit number: %')))
    ORDER BY stay.visit = one.visit DESC, stay.merged_into IS NULL DESC, stay.last_at DESC
    LIMIT 1;

    IF stay_id IS NULL THEN
      stay_id := one.fresh;
      INSERT INTO alerts.stay (id, facility, visit, hospital_numbers, patient, first_at, last_at, raised_at, version)
      VALUES (stay_id, one.facility, one.visit, one.numbers, one.patient, one.occurred, one.occurred, one.received, 0);
    ELSIF one."hasVisit" AND held LIKE 'without visit number: %' THEN
      UPDATE alerts.stay SET visit = one.visit WHERE id = stay_id;
    END IF;

    INSERT INTO alerts.stay_event (stay, message, facts) VALUES (stay_id, one.message, one.facts) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      UPDATE alerts.stay
      SET version = version + 1, first_at = least(first_at, one.occurred), last_at = greatest(last_at, one.occurred),
          hospital_numbers = CASE WHEN hospital_numbers @> one.numbers THEN hospital_numbers
                                  ELSE ARRAY(SELECT DISTINCT number FROM unnest(hospital_numbers || one.numbers) AS number ORDER BY 1) END,
          settled = settled + CASE WHEN id = one.known AND version = one."knownVersion" AND settled = version AND settled_as = one.says THEN 1 ELSE 0 END
      WHERE id = stay_id RETURNING settled = version INTO as_told;
    END IF;
    reviews := EXISTS (SELECT 1 FROM alerts.review WHERE decided_at IS NULL AND candidates @> ARRAY[one.patient]);
    IF NOT (one.more OR reviews) THEN
      done := done || one.message;
      done_at := done_at || one.received;
    END IF;
    RETURN NEXT;
  END LOOP;
  UPDATE alerts.message SET handled_at = ready.at FROM unnest(done, done_at) AS ready (id, at) WHERE message.id = ready.id AND handled_at IS NULL;
END $$;

-- As in 0180 and 0090; what ties the visits of a person goes with their stays.
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
  UPDATE alerts.tie SET patient = given, came_from = trim_array(came_from, 1)
  WHERE patient = survivor AND came_from[array_upper(came_from, 1)] = given;
  UPDATE alerts.death SET patient = given, told = false WHERE patient = survivor AND source LIKE 'hospital:%:' || given;
  IF FOUND THEN
    PERFORM alerts.touch_stays(ARRAY[survivor, given], '');
  END IF;
  RETURN QUERY
    UPDATE alerts.stay SET patient = given, came_from = trim_array(came_from, 1), version = version + 1, settled_as = NULL
    WHERE patient = survivor AND came_from[array_upper(came_from, 1)] = given RETURNING id;
END $$;

CREATE OR REPLACE FUNCTION follow_merge(given text, survivor text) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
  PERFORM alerts.lock_stays(given, survivor);
  INSERT INTO alerts.merged_record (goes, remains) VALUES (given, survivor) ON CONFLICT (goes) DO UPDATE SET remains = excluded.remains;
  UPDATE alerts.hospital_number SET patient = survivor, came_from = came_from || given WHERE patient = given;
  UPDATE alerts.tie SET patient = survivor, came_from = came_from || given WHERE patient = given;
  UPDATE alerts.message SET patient = survivor WHERE patient = given AND handled_at IS NULL;
  UPDATE alerts.death SET patient = survivor, told = false WHERE patient = given AND source LIKE 'hospital:%';
  IF FOUND THEN
    PERFORM alerts.touch_stays(ARRAY[survivor], '');
  END IF;
  RETURN QUERY
    UPDATE alerts.stay SET patient = survivor, came_from = came_from || given, version = version + 1, settled_as = NULL
    WHERE patient = given RETURNING id;
END $$;

-- As in 0311, of all that counts for the stay.
-- One row for each stay that was told of, with the times that matter, in seconds; absent where it has not happened.
-- An alert begins with the message that called for one: what was planned before calls for none. It reached somebody who heard of it while it stood.
CREATE OR REPLACE VIEW alert_figures AS
  SELECT
    stay.id, stay.facility, stay.rules, heard.at AS raised_at, stay.over,
    extract(epoch FROM raised.at - heard.at) AS seconds_to_tell,
    extract(epoch FROM reached.at - heard.at) AS seconds_to_reach,
    extract(epoch FROM answered.at - heard.at) AS seconds_to_acknowledge,
    answered.roles AS roles_answered,
    escalated.times AS escalations,
    CASE WHEN ending.known THEN extract(epoch FROM stay.ended_at - stay.began_at) END AS seconds_in_hospital,
    EXISTS (
      SELECT 1 FROM alerts.stay AS earlier
      WHERE earlier.patient = stay.patient AND earlier.id <> stay.id AND earlier.over AND NOT earlier.wrong_person AND earlier.merged_into IS NULL
        AND earlier.ended_at <= stay.began_at AND earlier.ended_at > stay.began_at - interval '28 days'
        -- Who goes from one hospital to another is not readmitted.
        AND NOT (earlier.facility <> stay.facility AND earlier.ended_at > stay.began_at - interval '1 day')) AS readmitted,
    ending.known AS ended
  FROM alerts.stay
  -- A death ends what was told of; a visit that was taken back, or of somebody who left the register, ended as nobody knows.
  CROSS JOIN LATERAL (SELECT (stay.over AND stay.ended_at IS NOT NULL) OR coalesce(stay.told->>'phase' = 'closed', false) AS known) AS ending
  CROSS JOIN LATERAL (SELECT min(at) AS at, min(id) AS id FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'raised') AS raised
  CROSS JOIN LATERAL (
    SELECT least(raised.at, coalesce(min(message.received_at), stay.raised_at)) AS at
    FROM alerts.stay_event JOIN alerts.message ON message.id = stay_event.message
    WHERE (stay_event.stay = stay.id AND stay_event.counts_for IS NULL OR stay_event.counts_for = stay.id) AND stay_event.facts->>'type' <> 'A05'
      AND coalesce(stay_event.facts->>'patientClass', 'I') <> ALL (ARRAY['N', 'O', 'P', 'R', 'W', 'U'])
      -- Tracking without a class, of a visit that was told of as an outpatient's, called for no alert.
      AND NOT (stay_event.facts->>'type' IN ('A09', 'A10') AND NOT stay_event.facts ? 'patientClass' AND EXISTS (
        SELECT 1 FROM alerts.stay_event AS other
        WHERE (other.stay = stay.id AND other.counts_for IS NULL OR other.counts_for = stay.id) AND other.facts->>'patientClass' = ANY (ARRAY['N', 'O', 'P', 'R', 'W', 'U'])))) AS heard
  CROSS JOIN LATERAL (
    SELECT min(delivery.delivered_at) AS at FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice
    WHERE notice.stay = stay.id AND notice.id >= raised.id AND notice.kind NOT IN ('closed', 'withdrawn')) AS reached
  CROSS JOIN LATERAL (SELECT min(answered_at) AS at, count(answered_at) AS roles FROM alerts.answer WHERE answer.stay = stay.id) AS answered
  CROSS JOIN LATERAL (SELECT count(*) AS times FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'escalated') AS escalated
  WHERE raised.at IS NOT NULL AND NOT stay.wrong_person AND stay.merged_into IS NULL;
