-- A Subscription is of a data class of its own (bit 13), so that people may choose how they are told without being let at anything else that
-- belongs to a caller (bit 12). services/passport/src/domain/access/data-class.ts
UPDATE passport.resource SET classes = (classes & ~4096) | 8192 WHERE type = 'Subscription' AND classes & 4096 <> 0;
UPDATE passport.history  SET classes = (classes & ~4096) | 8192 WHERE type = 'Subscription' AND classes & 4096 <> 0;
