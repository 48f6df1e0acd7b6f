CodeSystem: ExperienceQuestion
Id: experience-question
Title: "Question about a referral"
Description: "The three questions a person is asked about how they were dealt with. Our own words; no published measure."
* insert OurCodes
* #heard "Did they listen to you?"
* #informed "Did you know what would happen next?"
* #helped "Did it help?"

CodeSystem: ExperienceAnswer
Id: experience-answer
Title: "Answer about a referral"
Description: "What a person says to one of the three questions."
* insert OurCodes
* #yes "Yes"
* #partly "Partly"
* #no "No"
* #too-soon "Too soon to say"

ValueSet: ExperienceQuestionCodes
Id: experience-question
Title: "Question about a referral"
Description: "Every code of the code system experience-question."
* insert Ours
* include codes from system ExperienceQuestion

ValueSet: ExperienceAnswerCodes
Id: experience-answer
Title: "Answer about a referral"
Description: "Every code of the code system experience-answer."
* insert Ours
* include codes from system ExperienceAnswer
