-- A subscription that is turned off keeps its numbers, so that no two events have the same when it is asked for again, and its owner, so that what they were
-- sent stays counted. It wants nothing and leads nowhere; what waited for it waits for ever.
ALTER TABLE subscription DROP CONSTRAINT subscription_status_check;
ALTER TABLE subscription ADD CONSTRAINT subscription_status_check CHECK (status IN ('requested', 'active', 'error', 'off'));
CREATE INDEX subscription_ends ON subscription (ends_at) WHERE status <> 'off';

UPDATE delivery SET due_at = 'infinity'
WHERE delivered_at IS NULL AND failed_at IS NULL AND NOT EXISTS (SELECT FROM subscription WHERE subscription.id = delivery.subscription);
