-- Each row of a COPY looked up its feed, the same one each time, and locked it. The writer holds the row of the feed already: nobody else writes for it.
ALTER TABLE referrals.feed_item DROP CONSTRAINT feed_item_feed_fkey;
ALTER TABLE referrals.feed_session DROP CONSTRAINT feed_session_feed_fkey;
