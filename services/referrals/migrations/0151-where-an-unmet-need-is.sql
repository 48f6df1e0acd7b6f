-- Where a need of the unmet-need ledger is wanted, as an outward postcode: room that appears is offered to those whom the service serves. Absent where it is
-- not known; such a need is offered too, and the offer says so. Needs that were seen before are completed when they are next looked at.
ALTER TABLE referrals.need ADD COLUMN area text COLLATE "C";
