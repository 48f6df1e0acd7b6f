RuleSet: Ours
* ^status = #draft
* ^experimental = false
* ^publisher = "Handrail"

// A complete list of our own: nothing outside it is a code of the system.
RuleSet: OurCodes
* insert Ours
* ^caseSensitive = true
* ^content = #complete
* ^copyright = "Apache-2.0"
