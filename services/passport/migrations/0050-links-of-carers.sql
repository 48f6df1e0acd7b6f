-- A carer gives out links too, within what the person's Consent opens to them; and a link speaks the language it was asked for in.
ALTER TABLE passport.link
  ADD COLUMN carer    text COLLATE "C",                                                 -- RelatedPerson/… that gave it out; absent: the person
  ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'cy'));
