/** Every word of the pages, in English and in Welsh. Plain words first; NHS content style. */
import { actingFor as cyActingFor } from './cy/acting-for.ts'
import { addPerson as cyAddPerson } from './cy/add-person.ts'
import { agree as cyAgree } from './cy/agree.ts'
import { answering as cyAnswering } from './cy/answering.ts'
import { askForHelp as cyAskForHelp } from './cy/ask-for-help.ts'
import { assessment as cyAssessment } from './cy/assessment.ts'
import { choices as cyChoices } from './cy/choices.ts'
import { crisis as cyCrisis } from './cy/crisis.ts'
import { desk as cyDesk } from './cy/desk.ts'
import { emergencyAccess as cyEmergencyAccess } from './cy/emergency-access.ts'
import { files as cyFiles } from './cy/files.ts'
import { frame as cyFrame } from './cy/frame.ts'
import { home as cyHome } from './cy/home.ts'
import { hospital as cyHospital } from './cy/hospital.ts'
import { hospitalRegister as cyHospitalRegister } from './cy/hospital-register.ts'
import { implant as cyImplant } from './cy/implant.ts'
import { inboxLive as cyInboxLive } from './cy/inbox-live.ts'
import { launch as cyLaunch } from './cy/launch.ts'
import { letter as cyLetter } from './cy/letter.ts'
import { link as cyLink } from './cy/link.ts'
import { keptAnswers as cyKeptAnswers } from './cy/kept-answers.ts'
import { meanwhile as cyMeanwhile } from './cy/meanwhile.ts'
import { messages as cyMessages } from './cy/messages.ts'
import { onBehalf as cyOnBehalf } from './cy/on-behalf.ts'
import { operator as cyOperator } from './cy/operator.ts'
import { ourOrganisation as cyOurOrganisation } from './cy/our-organisation.ts'
import { own as cyOwn } from './cy/own.ts'
import { ownFeeds as cyOwnFeeds } from './cy/own-feeds.ts'
import { ownRota as cyOwnRota } from './cy/own-rota.ts'
import { record as cyRecord } from './cy/record.ts'
import { referrals as cyReferrals } from './cy/referrals.ts'
import { reports as cyReports } from './cy/reports.ts'
import { requestsIn as cyRequestsIn } from './cy/requests-in.ts'
import { pathwayFlow as cyPathwayFlow } from './cy/pathway-flow.ts'
import { screening as cyScreening } from './cy/screening.ts'
import { session as cySession } from './cy/session.ts'
import { sharing as cySharing } from './cy/sharing.ts'
import { team as cyTeam } from './cy/team.ts'
import { triage as cyTriage } from './cy/triage.ts'
import { voice as cyVoice } from './cy/voice.ts'
import { actingFor } from './en/acting-for.ts'
import { addPerson } from './en/add-person.ts'
import { agree } from './en/agree.ts'
import { answering } from './en/answering.ts'
import { askForHelp } from './en/ask-for-help.ts'
import { assessment } from './en/assessment.ts'
import { choices } from './en/choices.ts'
import { crisis } from './en/crisis.ts'
import { desk } from './en/desk.ts'
import { emergencyAccess } from './en/emergency-access.ts'
import { files } from './en/files.ts'
import { frame } from './en/frame.ts'
import { home } from './en/home.ts'
import { hospital } from './en/hospital.ts'
import { hospitalRegister } from './en/hospital-register.ts'
import { implant } from './en/implant.ts'
import { inboxLive } from './en/inbox-live.ts'
import { launch } from './en/launch.ts'
import { letter } from './en/letter.ts'
import { link } from './en/link.ts'
import { keptAnswers } from './en/kept-answers.ts'
import { meanwhile } from './en/meanwhile.ts'
import { messages } from './en/messages.ts'
import { onBehalf } from './en/on-behalf.ts'
import { operator } from './en/operator.ts'
import { ourOrganisation } from './en/our-organisation.ts'
import { own } from './en/own.ts'
import { ownFeeds } from './en/own-feeds.ts'
import { ownRota } from './en/own-rota.ts'
import { record } from './en/record.ts'
import { referrals } from './en/referrals.ts'
import { reports } from './en/reports.ts'
import { requestsIn } from './en/requests-in.ts'
import { pathwayFlow } from './en/pathway-flow.ts'
import { screening } from './en/screening.ts'
import { session } from './en/session.ts'
import { sharing } from './en/sharing.ts'
import { team } from './en/team.ts'
import { triage } from './en/triage.ts'
import { voice } from './en/voice.ts'

const english = {
  ...actingFor,
  ...addPerson,
  ...answering,
  ...agree,
  ...askForHelp,
  ...assessment,
  ...choices,
  ...crisis,
  ...desk,
  ...emergencyAccess,
  ...files,
  ...frame,
  ...home,
  ...hospital,
  ...hospitalRegister,
  ...implant,
  ...inboxLive,
  ...launch,
  ...letter,
  ...link,
  ...keptAnswers,
  ...meanwhile,
  ...messages,
  ...onBehalf,
  ...operator,
  ...ourOrganisation,
  ...own,
  ...ownFeeds,
  ...ownRota,
  ...record,
  ...referrals,
  ...reports,
  ...requestsIn,
  ...pathwayFlow,
  ...screening,
  ...session,
  ...sharing,
  ...team,
  ...triage,
  ...voice,
}

/** The words of one language; another language has the same shape, and the build fails while one is missing. */
export type Words = SameShape<typeof english>

type SameShape<Given> = Given extends (...given: infer Values) => string
  ? (...given: Values) => string
  : Given extends string | readonly string[]
    ? Given
    : { readonly [Name in keyof Given]: SameShape<Given[Name]> }

export const en: Words = english

export const cy: Words = {
  ...cyActingFor,
  ...cyAddPerson,
  ...cyAnswering,
  ...cyAgree,
  ...cyAskForHelp,
  ...cyAssessment,
  ...cyChoices,
  ...cyCrisis,
  ...cyDesk,
  ...cyEmergencyAccess,
  ...cyFiles,
  ...cyFrame,
  ...cyHome,
  ...cyHospital,
  ...cyHospitalRegister,
  ...cyImplant,
  ...cyInboxLive,
  ...cyLaunch,
  ...cyLetter,
  ...cyLink,
  ...cyKeptAnswers,
  ...cyMeanwhile,
  ...cyMessages,
  ...cyOnBehalf,
  ...cyOperator,
  ...cyOurOrganisation,
  ...cyOwn,
  ...cyOwnFeeds,
  ...cyOwnRota,
  ...cyRecord,
  ...cyReferrals,
  ...cyReports,
  ...cyRequestsIn,
  ...cyPathwayFlow,
  ...cyScreening,
  ...cySession,
  ...cySharing,
  ...cyTeam,
  ...cyTriage,
  ...cyVoice,
}

/** `en` or `cy`, as in the `lang` of a page. */
export const LANGUAGES = ['en', 'cy'] as const
export type Language = (typeof LANGUAGES)[number]

export const wordsIn = (language: Language): Words => (language === 'cy' ? cy : en)

/** What was chosen, in words; a code that the portal has none for stays as it is coded, and nothing chosen says nothing. */
export function chosenIn({ choices }: Words, codeSystem: keyof Words['choices'], code: string | undefined): readonly string[] {
  if (code === undefined) return []
  const words: Readonly<Record<string, string>> = choices[codeSystem]
  return [words[code] ?? code.replaceAll('-', ' ')]
}
