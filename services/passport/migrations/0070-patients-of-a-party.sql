-- Who wrote a Patient may see it, whether or not they stand in any relationship to the person: a search for one's own people begins here.
CREATE INDEX patient_of_party ON passport.resource USING gin (parties) WHERE type = 'Patient';
