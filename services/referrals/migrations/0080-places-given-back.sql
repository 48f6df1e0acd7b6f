-- A place that a person has cancelled is given back to its seller. `cancelling`: the seller has to be told; `kept`: it did not take the place back.
ALTER TABLE referrals.booking DROP CONSTRAINT booking_state_check;
ALTER TABLE referrals.booking ADD CONSTRAINT booking_state_check
  CHECK (state IN ('asked', 'proposed', 'accepted', 'booked', 'refused', 'cancelling', 'kept', 'cancelled', 'attended', 'absent'));
