-- What happens between a frame and its alert, each as one round trip: a message joins its stay, a settled stay leaves its notices, numbers are tied.

-- A visit number that comes again 30 days after its stay ended is a number used again; a stay that has not ended may be silent for 400 days.
CREATE FUNCTION add_event(
  message_id bigint, patient_id text, facility_name text, visit_key text, has_visit boolean, number text,
  event_facts jsonb, occurred timestamptz, received timestamptz, fresh_id uuid,
  OUT stay_id uuid, OUT reviews boolean
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient_id, 0));
  -- The stay of that visit; for a message without a visit number the one that is open; for the first message with one, an open stay that had none.
  SELECT stay.id INTO stay_id FROM alerts.stay
  WHERE stay.facility = facility_name AND stay.patient = patient_id AND NOT stay.wrong_person AND stay.merged_into IS NULL
    AND occurred >= stay.first_at - interval '400 days'
    AND occurred <= stay.last_at + CASE WHEN stay.over THEN interval '30 days' ELSE interval '400 days' END
    AND (stay.visit = visit_key OR (NOT stay.over AND (NOT has_visit OR stay.visit LIKE 'without visit number: %')))
  ORDER BY stay.visit = visit_key DESC, stay.last_at DESC
  LIMIT 1;

  IF stay_id IS NULL THEN
    stay_id := fresh_id;
    INSERT INTO alerts.stay (id, facility, visit, hospital_number, patient, first_at, last_at, raised_at, version)
    VALUES (stay_id, facility_name, visit_key, number, patient_id, occurred, occurred, received, 0);
  ELSIF has_visit THEN
    UPDATE alerts.stay SET visit = visit_key WHERE id = stay_id AND visit <> visit_key;
  END IF;

  INSERT INTO alerts.stay_event (stay, message, facts) VALUES (stay_id, message_id, event_facts) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    UPDATE alerts.stay SET version = version + 1, first_at = least(first_at, occurred), last_at = greatest(last_at, occurred) WHERE id = stay_id;
  END IF;
  UPDATE alerts.message SET handled_at = received WHERE id = message_id AND handled_at IS NULL;
  reviews := EXISTS (SELECT 1 FROM alerts.review WHERE decided_at IS NULL AND patient_id = ANY (candidates));
END $$;

-- Notices get their ids under a lock that is held until the commit, so that a board that resumes after an id misses none. Whoever has subscribed
-- by then is told: the deliveries are made with the notice. Answers how many there are.
CREATE FUNCTION tell(stay_id uuid, notices jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  made integer := 0;
BEGIN
  IF jsonb_array_length(notices) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('alerts notices', 0));
  WITH notice AS (
    INSERT INTO alerts.notice (kind, quiet, stay, task, encounter, audience, at)
    SELECT kind, quiet, stay_id, task, encounter, ARRAY(SELECT jsonb_array_elements_text(audience)), at
    FROM jsonb_to_recordset(notices) AS given (kind text, quiet boolean, task text, encounter text, audience jsonb, at timestamptz)
    RETURNING id, at
  ), delivery AS (
    INSERT INTO alerts.delivery (notice, subscription, due_at) SELECT notice.id, subscription.id, notice.at FROM notice, alerts.subscription RETURNING 1
  )
  SELECT count(*) INTO made FROM delivery;
  RETURN made;
END $$;

CREATE FUNCTION settle(
  stay_id uuid, seen_version integer, encounter_id text, alert_id text, is_over boolean, now_told jsonb, answers jsonb, notices jsonb
) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  UPDATE alerts.stay
  SET settled = greatest(settled, seen_version), encounter = nullif(encounter_id, ''), alert = coalesce(alert_id, alert), told = now_told, over = is_over
  WHERE id = stay_id;

  INSERT INTO alerts.answer AS held (stay, role, task, raised_at, next_step_at, answered_at)
  SELECT stay_id, role, task, "raisedAt", "nextStepAt", "answeredAt"
  FROM jsonb_to_recordset(answers) AS given (role text, task text, "raisedAt" timestamptz, "nextStepAt" timestamptz, "answeredAt" timestamptz)
  ON CONFLICT (stay, role) DO UPDATE SET
    task         = excluded.task,
    raised_at    = CASE WHEN held.next_step_at IS NULL AND excluded.next_step_at IS NOT NULL THEN excluded.raised_at ELSE held.raised_at END,
    done         = CASE WHEN held.next_step_at IS NULL AND excluded.next_step_at IS NOT NULL THEN 0 ELSE held.done END,
    next_step_at = CASE WHEN excluded.next_step_at IS NULL THEN NULL ELSE coalesce(held.next_step_at, excluded.next_step_at) END,
    answered_at  = coalesce(held.answered_at, excluded.answered_at);

  RETURN alerts.tell(stay_id, notices);
END $$;

-- Ties hospital numbers to a person, and gives the row of the watch list as it is then; none when the person is not watched.
CREATE FUNCTION tie(patient_id text, authorities text[], numbers text[], at timestamptz) RETURNS SETOF alerts.watched LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('watched ' || patient_id, 0));
  INSERT INTO alerts.hospital_number (authority, value, patient, tied_at)
  SELECT number.authority, number.value, patient_id, at FROM unnest(authorities, numbers) AS number (authority, value)
  ON CONFLICT (authority, value) DO UPDATE SET patient = excluded.patient, tied_at = excluded.tied_at;

  RETURN QUERY
    WITH next AS (UPDATE alerts.watch_revision SET revision = watch_revision.revision + 1 RETURNING watch_revision.revision)
    UPDATE alerts.watched AS held SET
      person = jsonb_set(held.person, '{hospitalNumbers}', coalesce((
        SELECT jsonb_agg(jsonb_build_object('authority', number.authority, 'value', number.value) ORDER BY number.authority, number.value)
        FROM alerts.hospital_number AS number WHERE number.patient = patient_id), '[]')),
      revision = next.revision
    FROM next WHERE held.patient = patient_id AND held.active
    RETURNING held.patient, held.active, held.person, held.revision;
END $$;
