CodeSystem: Measure
Id: measure
Title: "Outcome measure"
Description: "Instruments by name, with unit. Licensed instruments are named and scored only; no wording of theirs is held."
* insert OurCodes
* ^property[+].code = #unit
* ^property[=].description = "UCUM unit of the value."
* ^property[=].type = #string
* ^property[+].code = #licensed
* ^property[=].description = "True where the instrument's wording needs a licence."
* ^property[=].type = #boolean
* ^property[+].code = #snomed
* ^property[=].description = "The SNOMED CT concept of the same instrument, where one is confirmed."
* ^property[=].type = #Coding
* ^property[+].code = #better
* ^property[=].description = "Whether a lower or a higher value is better, where the measure itself says so."
* ^property[=].type = #code
* ^property[+].code = #error-threshold
* ^property[=].description = "The least difference that is more than measurement error, in the unit of the value. Only with error-source; none is known yet."
* ^property[=].type = #decimal
* ^property[+].code = #error-source
* ^property[=].description = "Where error-threshold is written."
* ^property[=].type = #string
* #timed-up-and-go "Timed Up and Go" "Seconds to stand up, walk 3 m, turn, return and sit."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "s"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #ten-metre-walk "10-metre walk" "Seconds to walk 10 m at a comfortable pace."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "s"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #two-minute-walk "2-minute walk" "Metres walked in 2 minutes."
  * ^property[+].code = #better
  * ^property[=].valueCode = #higher
  * ^property[+].code = #unit
  * ^property[=].valueString = "m"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #five-times-sit-to-stand "Five times sit to stand" "Seconds to stand up and sit down five times."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "s"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #falls-in-period "Falls in a stated period" "Falls counted over the effective period."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "{falls}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #spasm-frequency "Spasms per day" "As the person counts them."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "{spasms}/d"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #pain-0-10 "Pain, 0 to 10" "The person's own number."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #fatigue-0-10 "Fatigue, 0 to 10" "The person's own number."
  * ^property[+].code = #better
  * ^property[=].valueCode = #lower
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #connection-0-10 "Feeling connected, 0 to 10" "The person's own number."
  * ^property[+].code = #better
  * ^property[=].valueCode = #higher
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #motivation-0-10 "Motivation, 0 to 10" "The person's own number."
  * ^property[+].code = #better
  * ^property[=].valueCode = #higher
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #goal-attainment "Goal attainment, -2 to +2" "Against an agreed goal."
  * ^property[+].code = #better
  * ^property[=].valueCode = #higher
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
* #ashworth "Ashworth scale" "Name and score only."
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#273284005 "Ashworth assessment scale"
* #barthel "Barthel index" "Name and score only."
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = false
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#273302005 "Barthel index"
* #hads "Hospital anxiety and depression scale" "Name and score only; the wording is licensed and not shipped."
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = true
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#273524006 "Hospital anxiety and depression scale"
* #eq-5d "EuroQol" "Name and score only; the wording is licensed and not shipped."
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = true
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#273447005 "EuroQOL"
* #msis-29 "Multiple Sclerosis Impact Scale" "Name and score only; the wording is licensed and not shipped."
  * ^property[+].code = #unit
  * ^property[=].valueString = "{score}"
  * ^property[+].code = #licensed
  * ^property[=].valueBoolean = true
