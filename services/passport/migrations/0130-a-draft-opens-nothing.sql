-- Whom a request names while it is still a draft was let see the person, and the request, before it was sent.
DELETE FROM passport.relationship AS x USING passport.resource AS r
 WHERE r.type = 'ServiceRequest' AND NOT r.deleted AND r.content::jsonb->>'status' = 'draft' AND x.source = 'ServiceRequest/' || r.id;
UPDATE passport.resource AS r
   SET parties = (SELECT array_agg(party ORDER BY place) FROM unnest(r.parties) WITH ORDINALITY AS p (party, place)
                   WHERE place = 1 OR party = substring(r.content::jsonb#>>'{requester,reference}' FROM '([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)$'))
 WHERE r.type = 'ServiceRequest' AND NOT r.deleted AND r.content::jsonb->>'status' = 'draft';
