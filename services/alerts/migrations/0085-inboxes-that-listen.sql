-- Until when an inbox somewhere wants to hear of Tasks. Changes that nobody listens for cost nothing: the inboxes that are open keep this in the future.
CREATE TABLE alerts.listened (
  single boolean     PRIMARY KEY DEFAULT true CHECK (single),
  until  timestamptz NOT NULL
);
