-- What people say of requests is a fact now. The record is read from its beginning once more, so that what was said before this counts too, in
-- quarters that are not published yet.
DELETE FROM passport.fact_cursor;
