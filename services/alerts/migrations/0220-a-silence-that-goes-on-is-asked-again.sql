-- A silence that was put before a person, who closed the Task while nothing came: it is asked again when it has gone on for as long as is usual since then.

ALTER TABLE feed
  ADD COLUMN looked_from timestamptz, -- from when the next look at that Task is counted: since it was asked, was last found open, or was closed
  ADD COLUMN answered_at timestamptz; -- when that Task was closed, as far as it was seen
