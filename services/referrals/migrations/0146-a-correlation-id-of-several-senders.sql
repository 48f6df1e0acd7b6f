-- An onward referral carries the correlation id of the one before it: each service that refers under an id has its own. BaRS, headers.
ALTER TABLE referrals.bars_referral DROP CONSTRAINT bars_referral_pkey, ADD PRIMARY KEY (correlation_id, client, answers_to);
