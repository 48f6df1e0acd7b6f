-- The hospital's own Encounter of a stay, where it writes one into the record: then there is no other. Its id; absent where the hospital sends messages.
ALTER TABLE stay ADD COLUMN hospital_encounter text COLLATE "C";
