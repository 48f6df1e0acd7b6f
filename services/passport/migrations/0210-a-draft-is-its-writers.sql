-- A request that a person, or a carer in their name, has not sent has a data class of its own: the fifteenth bit.
UPDATE passport.resource
   SET classes = classes | (1 << 14)
 WHERE type = 'ServiceRequest' AND NOT deleted AND content::jsonb->>'status' = 'draft' AND parties[1] ~ '^(Patient|RelatedPerson)/';
UPDATE passport.history
   SET classes = classes | (1 << 14)
 WHERE type = 'ServiceRequest' AND NOT deleted AND content::jsonb->>'status' = 'draft' AND parties[1] ~ '^(Patient|RelatedPerson)/';
-- A carer whom the person lets ask for help (the eleventh kind) begins with such a draft.
UPDATE passport.relationship SET classes = classes | (1 << 14) WHERE kind = 11;
