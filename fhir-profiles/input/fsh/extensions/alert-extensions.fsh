Extension: NotifyWhenExtension
Id: notify-when
Title: "When to be told"
Description: "The recipient's own choice for an e-mail or SMS subscription: now (as it happens), escalated (only once nobody has answered), today (gathered for the next morning), weekly (gathered for Monday morning). Boards and webhooks are always told as it happens."
Context: Subscription.channel
* insert Ours
* value[x] only code
* value[x] 1..1

Extension: RestrictedExtension
Id: location-restricted
Title: "Whereabouts restricted"
Description: "Where the person is, is shown to nobody outside the direct-care team: on a Patient, because the person asked for it or a duty demands it."
Context: Patient
* insert Ours
* value[x] only boolean
* value[x] 1..1

Extension: PausedForExtension
Id: paused-for
Title: "Why it was paused"
Description: "On the Task of whoever gives sessions, put on hold because the person came into hospital: the stay, so that whoever resumes it knows what was paused with it."
Context: Task
* insert Ours
* value[x] only Reference(Encounter)
* value[x] 1..1
