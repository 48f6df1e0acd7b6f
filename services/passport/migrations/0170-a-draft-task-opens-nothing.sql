-- Whom a Task names as its owner while it is still a draft was let see the person, and the Task, before anything was asked.
DELETE FROM passport.relationship AS x USING passport.resource AS r
 WHERE r.type = 'Task' AND NOT r.deleted AND r.content::jsonb->>'status' = 'draft' AND x.source = 'Task/' || r.id;
UPDATE passport.resource AS r
   SET parties = (SELECT array_agg(party ORDER BY place) FROM unnest(r.parties) WITH ORDINALITY AS p (party, place)
                   WHERE place = 1 OR party = substring(r.content::jsonb#>>'{requester,reference}' FROM '([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)$'))
 WHERE r.type = 'Task' AND NOT r.deleted AND r.content::jsonb->>'status' = 'draft';
