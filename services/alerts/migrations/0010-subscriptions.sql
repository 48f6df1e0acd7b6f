-- Topic-based subscriptions (Subscriptions R5 Backport IG 1.1): each counts its own events, has a state of its own, and belongs to somebody.

ALTER TABLE subscription
  ADD COLUMN topic             text        NOT NULL DEFAULT 'alert' CHECK (topic IN ('alert', 'task', 'referral')),
  ADD COLUMN channel           text        NOT NULL DEFAULT 'webhook' CHECK (channel IN ('webhook', 'email', 'sms')),
  ADD COLUMN content           text        NOT NULL DEFAULT 'id-only' CHECK (content IN ('empty', 'id-only')),
  ADD COLUMN filters           text[]      NOT NULL DEFAULT '{}',   -- all must hold; alternatives separated by |
  ADD COLUMN cadence           text        NOT NULL DEFAULT 'now' CHECK (cadence IN ('now', 'escalated', 'today', 'weekly')),
  ADD COLUMN party             text        NOT NULL DEFAULT '' COLLATE "C", -- Organization/… whose it is; '*' the operator's; '' nobody's
  ADD COLUMN status            text        NOT NULL DEFAULT 'requested' CHECK (status IN ('requested', 'active', 'error')),
  ADD COLUMN error             text,
  ADD COLUMN events            bigint      NOT NULL DEFAULT 0,      -- events since it began; the number of the newest
  ADD COLUMN max_count         integer     NOT NULL DEFAULT 1,
  ADD COLUMN heartbeat_seconds integer,
  ADD COLUMN timeout_seconds   integer,
  ADD COLUMN ends_at           timestamptz,
  ADD COLUMN sent_at           timestamptz,                         -- when it was last sent anything
  ADD COLUMN held_until        timestamptz;                         -- one process at a time shakes hands with it
CREATE INDEX subscription_heard ON subscription (topic, party);
CREATE INDEX subscription_requested ON subscription (id) WHERE status = 'requested';
CREATE INDEX subscription_heartbeat ON subscription (sent_at) WHERE heartbeat_seconds IS NOT NULL;

-- A notice may now be about any resource of a topic; those of the topic alert are about a stay, and boards hear of these alone.
ALTER TABLE notice ALTER COLUMN stay DROP NOT NULL;
ALTER TABLE notice ADD COLUMN topic text NOT NULL DEFAULT 'alert';
ALTER TABLE notice ADD COLUMN change bigint;                        -- the change of the record that it tells of, so that one told twice is one event
CREATE UNIQUE INDEX notice_of_change ON notice (change) WHERE change IS NOT NULL;

-- The number of the event in its subscription: consecutive, so that a receiver sees a gap.
ALTER TABLE delivery ADD COLUMN number bigint NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN owned_at timestamptz;               -- when its failure was put before a person
CREATE INDEX delivery_of_subscription ON delivery (subscription, number);
CREATE INDEX delivery_failed ON delivery (failed_at) WHERE failed_at IS NOT NULL;

-- Leaves notices, and a numbered delivery of each for every subscription that may and wants to hear of it. One at a time, so that ids and numbers
-- commit in their order. `facts` is what filters are held against, `name=value` each. Answers how many deliveries are due at once.
CREATE FUNCTION tell_all(stay_id uuid, patient_id text, notices jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  one record;
  made record;
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

    WITH heard AS (
      UPDATE alerts.subscription AS s SET events = events + 1
      WHERE s.topic = one.topic AND (s.party = '*' OR s.party = ANY (one.audience)) AND (s.ends_at IS NULL OR s.ends_at > one.at)
        AND NOT EXISTS (SELECT 1 FROM unnest(s.filters) AS filter WHERE NOT (
          coalesce(one.facts, '{}') || ARRAY['patient=Patient/' || coalesce(patient_id, ''), 'patient=' || coalesce(patient_id, '')] && string_to_array(filter, '|')))
        -- People are not woken for what makes no sound, and only when escalated where they chose so.
        AND (s.channel = 'webhook' OR (NOT one.quiet AND (s.cadence <> 'escalated' OR one.kind = 'escalated')))
      RETURNING s.id, s.events, s.channel, s.cadence
    ), delivery AS (
      INSERT INTO alerts.delivery (notice, subscription, number, due_at)
      SELECT made.id, heard.id, heard.events, CASE heard.cadence
        WHEN 'today' THEN alerts.next_morning(one.at, false) WHEN 'weekly' THEN alerts.next_morning(one.at, true) ELSE one.at END
      FROM heard RETURNING due_at <= one.at AS now
    )
    SELECT due + count(*) FILTER (WHERE delivery.now) INTO due FROM delivery;
    made := NULL;
  END LOOP;
  RETURN due;
END $$;

-- Eight in the morning by the clock on the wall: of the next day, or of the next Monday.
CREATE FUNCTION next_morning(after timestamptz, monday boolean) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT ((date_trunc(CASE WHEN monday THEN 'week' ELSE 'day' END, after AT TIME ZONE 'Europe/London')
           + CASE WHEN monday THEN interval '7 days 8 hours' ELSE interval '1 day 8 hours' END) AT TIME ZONE 'Europe/London')
$$;

-- Notices of a stay go the same way: who answers is told, and whoever listens for these organisations.
CREATE OR REPLACE FUNCTION tell(stay_id uuid, notices jsonb) RETURNS integer LANGUAGE sql AS $$
  SELECT alerts.tell_all(stay_id, (SELECT patient FROM alerts.stay WHERE id = stay_id), (
    SELECT coalesce(jsonb_agg(one || jsonb_build_object('audience', one->'audience', 'facts', (
      SELECT coalesce(jsonb_agg('owner=' || owner), '[]') || '["code=hospital-alert"]' FROM jsonb_array_elements_text(one->'audience') AS owner))), '[]')
    FROM jsonb_array_elements(notices) AS one))
$$;

-- What a demonstration would have sent by e-mail and SMS: words without anything about a person.
CREATE TABLE kept_message (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel   text        NOT NULL,
  recipient text        NOT NULL,
  subject   text        NOT NULL,
  text      text        NOT NULL,
  key       text        NOT NULL,
  at        timestamptz NOT NULL,
  UNIQUE (channel, key)
);
