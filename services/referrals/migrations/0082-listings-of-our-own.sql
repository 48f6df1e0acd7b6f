-- A listing of a feed that may be a service which the hub lists itself. A person decides; `own_is` says that it is, and then only our own is offered.
ALTER TABLE referrals.listing ADD COLUMN own_is text COLLATE "C";          -- `HealthcareService/<id>`
ALTER TABLE referrals.listing_doubt ADD COLUMN own text COLLATE "C";       -- absent = the doubt is about two listings of feeds
ALTER TABLE referrals.listing_doubt DROP CONSTRAINT listing_doubt_feed_kind_item_listing_key;
CREATE UNIQUE INDEX listing_doubt_once ON referrals.listing_doubt (feed, kind, item, listing, coalesce(own, ''));
