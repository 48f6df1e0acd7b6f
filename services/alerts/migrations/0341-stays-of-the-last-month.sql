-- Who came in after they were said to have died is looked for among those who came in lately, not among all who have died. HAZ-A134
CREATE INDEX stay_begun ON stay (began_at) WHERE NOT over AND NOT wrong_person AND merged_into IS NULL;
