-- What happens between midnight and eight is told at eight of that day, and not a day later.
CREATE OR REPLACE FUNCTION next_morning(after timestamptz, monday boolean) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT ((date_trunc(CASE WHEN monday THEN 'week' ELSE 'day' END, (after AT TIME ZONE 'Europe/London') - interval '8 hours')
           + CASE WHEN monday THEN interval '7 days 8 hours' ELSE interval '1 day 8 hours' END) AT TIME ZONE 'Europe/London')
$$;
