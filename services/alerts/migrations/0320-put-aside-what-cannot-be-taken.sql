-- What cannot be taken now is put aside, once: what waits for a subscription in error, or for one of which enough is in hand, cost every look for what is due
-- 1.2 ms for each thousand. It keeps its number, when it was due, and its place among what else waits for its subscription. Decision 675.
ALTER TABLE delivery ADD COLUMN aside boolean NOT NULL DEFAULT false;

UPDATE delivery SET aside = true
WHERE delivered_at IS NULL AND failed_at IS NULL AND due_at < 'infinity'
  AND EXISTS (SELECT FROM subscription WHERE subscription.id = delivery.subscription AND subscription.status = 'error');

DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (due_at, notice) WHERE delivered_at IS NULL AND failed_at IS NULL AND NOT aside;
CREATE INDEX delivery_aside ON delivery (subscription, number) WHERE delivered_at IS NULL AND failed_at IS NULL AND aside;

-- As before, for those who are not `busy`; what is due and cannot be taken is put aside. Answers both: `subscriber` only of what was taken.
DROP FUNCTION claim_due(timestamptz, timestamptz, integer);
CREATE FUNCTION claim_due(by_now timestamptz, theirs_until timestamptz, most integer, busy text[])
  RETURNS TABLE (subscriber subscription, notice text, attempts integer, number bigint, focus text, context text, kind text, at timestamptz)
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_sort = off
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH due AS (
    SELECT d.ctid, d.subscription <> ALL (busy) AND coalesce((SELECT s.status FROM alerts.subscription AS s WHERE s.id = d.subscription) = 'active', false) AS theirs
    FROM alerts.delivery AS d
    WHERE d.due_at <= by_now AND d.delivered_at IS NULL AND d.failed_at IS NULL AND NOT d.aside
    ORDER BY d.due_at, d.notice LIMIT most FOR UPDATE OF d SKIP LOCKED
  ), held AS (
    UPDATE alerts.delivery AS delivery SET
      due_at = CASE WHEN due.theirs THEN theirs_until ELSE delivery.due_at END, attempts = delivery.attempts + due.theirs::integer, aside = NOT due.theirs
    FROM due WHERE delivery.ctid = due.ctid -- the rows that were just locked
    RETURNING delivery.notice, delivery.subscription, delivery.attempts, delivery.number, due.theirs
  )
  -- Each by its key: a join would be planned for tables as small as they were.
  SELECT CASE WHEN held.theirs THEN (SELECT s FROM alerts.subscription AS s WHERE s.id = held.subscription) END, held.notice::text, held.attempts, held.number,
         told.task, told.encounter, told.kind, told.at
  FROM held LEFT JOIN LATERAL (SELECT * FROM alerts.notice WHERE notice.id = held.notice AND held.theirs OFFSET 0) AS told ON true;
END $$;

-- Those who can be told what was put aside for them: one look for each of whom anything is.
CREATE FUNCTION whose_is_aside(busy text[]) RETURNS SETOF text
  LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY WITH RECURSIVE one AS (
    (SELECT d.subscription FROM alerts.delivery AS d WHERE d.aside AND d.delivered_at IS NULL AND d.failed_at IS NULL ORDER BY d.subscription LIMIT 1)
    UNION ALL
    SELECT (SELECT d.subscription FROM alerts.delivery AS d
            WHERE d.aside AND d.delivered_at IS NULL AND d.failed_at IS NULL AND d.subscription > one.subscription ORDER BY d.subscription LIMIT 1)
    FROM one WHERE one.subscription IS NOT NULL
  )
  SELECT one.subscription FROM one
  WHERE one.subscription <> ALL (busy) AND (SELECT s.status FROM alerts.subscription AS s WHERE s.id = one.subscription) = 'active';
END $$;

-- Takes what was put aside for one, oldest first, as a claim takes what is due.
CREATE FUNCTION claim_aside(whose text, theirs_until timestamptz, most integer)
  RETURNS TABLE (subscriber subscription, notice text, attempts integer, number bigint, focus text, context text, kind text, at timestamptz)
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_sort = off
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH waiting AS (
    SELECT d.ctid FROM alerts.delivery AS d
    WHERE d.subscription = whose AND d.delivered_at IS NULL AND d.failed_at IS NULL AND d.aside
      AND (SELECT s.status FROM alerts.subscription AS s WHERE s.id = whose) = 'active'
    ORDER BY d.subscription, d.number LIMIT most FOR UPDATE OF d SKIP LOCKED
  ), held AS (
    UPDATE alerts.delivery AS delivery SET due_at = theirs_until, attempts = delivery.attempts + 1, aside = false
    FROM waiting WHERE delivery.ctid = waiting.ctid -- the rows that were just locked
    RETURNING delivery.notice, delivery.subscription, delivery.attempts, delivery.number
  )
  SELECT (SELECT s FROM alerts.subscription AS s WHERE s.id = held.subscription), held.notice::text, held.attempts, held.number,
         told.task, told.encounter, told.kind, told.at
  FROM held CROSS JOIN LATERAL (SELECT * FROM alerts.notice WHERE notice.id = held.notice OFFSET 0) AS told;
END $$;

-- As before; what is tried again waits as it says, also where it was put aside while it was in hand for too long.
CREATE OR REPLACE FUNCTION settle_deliveries(notices bigint[], subscriptions text[], numbers bigint[], delivered timestamptz, failed timestamptz, why text, again timestamptz)
  RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR place IN 1 .. cardinality(notices) LOOP
    UPDATE alerts.delivery SET delivered_at = delivered, failed_at = failed, reason = why, due_at = coalesce(again, due_at), aside = false
    WHERE notice = notices[place] AND subscription = subscriptions[place] AND number = numbers[place];
  END LOOP;
END $$;
