-- A match that was settled without the person who was asked, by a later message or because nobody decided in time: their Task is closed, and this
-- says when, so that no crash leaves them with a question that is no more. Rows from before are taken for closed.
ALTER TABLE review ADD COLUMN closed_at timestamptz;
UPDATE review SET closed_at = decided_at WHERE decided_at IS NOT NULL;
CREATE INDEX review_to_close ON review (decided_at) WHERE closed_at IS NULL AND outcome IN ('matched-later', 'expired');
