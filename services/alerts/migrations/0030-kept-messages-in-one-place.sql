-- What a demonstration keeps is kept for all services in one table (platform/service, events.kept_message).
DROP TABLE alerts.kept_message;
