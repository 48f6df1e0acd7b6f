/** The composition of the portal: sessions, the frame of every page, and the pages. */
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import { requestLog, silentLog } from '@platform/service/log'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { AppConfig } from './config.ts'
import type { Dependencies, PageDependencies } from './dependencies.ts'
import { readCatalogue } from './knowledge/catalogue.ts'
import { readDemoPeople } from './knowledge/demo-people.ts'
import { answer } from './pages/answer/route.ts'
import { askForHelp } from './pages/ask-for-help/route.ts'
import { assessment } from './pages/assessment/route.ts'
import { actingFor } from './pages/acting-for/route.ts'
import { addPerson } from './pages/add-person/route.ts'
import { advice } from './pages/advice/route.ts'
import { aboutMe } from './pages/about-me/route.ts'
import { accessibility } from './pages/accessibility/route.ts'
import { agreements } from './pages/agreements/route.ts'
import { alerts } from './pages/alerts/route.ts'
import { board } from './pages/board/route.ts'
import { completion } from './pages/completion/route.ts'
import { copy } from './pages/copy/route.ts'
import { correction } from './pages/correction/route.ts'
import { concern } from './pages/concern/route.ts'
import { coordinator } from './pages/coordinator/route.ts'
import { decision } from './pages/decision/route.ts'
import { diary } from './pages/diary/route.ts'
import { files } from './pages/files/route.ts'
import { figures } from './pages/figures/route.ts'
import { pathwayOfQuarter } from './pages/figures/pathway.ts'
import { screeningOut } from './pages/figures/screening-out.ts'
import { emergencyAccess } from './pages/emergency-access/route.ts'
import { emergency } from './pages/emergency/route.ts'
import { group } from './pages/group/route.ts'
import { home } from './pages/home/route.ts'
import { hospitalRegister } from './pages/hospital-register/route.ts'
import { implant } from './pages/implant/route.ts'
import { imports } from './pages/import/route.ts'
import { requestsIn } from './pages/import/requests.ts'
import { sessionsOut } from './pages/import/sessions-out.ts'
import { inbox } from './pages/inbox/route.ts'
import { onBehalf } from './pages/on-behalf/route.ts'
import { operator } from './pages/operator/route.ts'
import { messages } from './pages/messages/route.ts'
import { ourFeedback } from './pages/our-feedback/route.ts'
import { ownFeed } from './pages/our-organisation/feeds.ts'
import { ownRota } from './pages/our-organisation/rota.ts'
import { ourOrganisation } from './pages/our-organisation/route.ts'
import { ownReport } from './pages/own-report/route.ts'
import { launch } from './pages/launch/route.ts'
import { letter } from './pages/letter/route.ts'
import { link } from './pages/link/route.ts'
import { listing } from './pages/listing/route.ts'
import { passOn } from './pages/pass-on/route.ts'
import { people } from './pages/people/route.ts'
import { places } from './pages/places/route.ts'
import { received } from './pages/received/route.ts'
import { recordSession } from './pages/record-session/route.ts'
import { refer } from './pages/refer/route.ts'
import { referrals } from './pages/referrals/route.ts'
import { refusal } from './pages/refusal/route.ts'
import { share } from './pages/share/route.ts'
import { signIn } from './pages/sign-in/route.ts'
import { teamElsewhere } from './pages/team/elsewhere.ts'
import { team } from './pages/team/route.ts'
import { timeline } from './pages/timeline/route.ts'
import { trail } from './pages/trail/route.ts'
import { triage } from './pages/triage/route.ts'
import { trouble } from './pages/trouble/route.ts'
import { waiting } from './pages/waiting/route.ts'
import { unitCosts } from './pages/unit-costs/route.ts'
import { pages } from './rendering/pages.ts'
import { language } from './session/language.ts'
import { sessions } from './session/sessions.ts'

/** A form of ours is far smaller. */
const MAXIMUM_FORM_BYTES = 65_536

/** No part of an address of ours is longer. */
const LONGEST_PART = 128
/** An address at which there is nothing: what cannot be read is answered by the page for it. */
const UNREADABLE = '/unreadable-address'

/** Whether an address can be decoded, and each part of it be one of ours; anything else would never reach a page. */
function isReadable(url: string): boolean {
  const [path = ''] = url.split('?')
  try {
    return path.split('/').every((part) => decodeURIComponent(part).length <= LONGEST_PART)
  } catch {
    return false
  }
}

/** The pages, mounted at `/`. Opens nothing and listens to nothing. */
export async function buildApp(config: AppConfig, dependencies: Dependencies): Promise<FastifyInstance> {
  const { newId, seal, issuer, log = silentLog } = dependencies
  const times = { idleMs: config.SIGN_IN_IDLE_MS, longestMs: config.SIGN_IN_LONGEST_MS }
  const publicUrl = new URL(config.PUBLIC_URL)
  const secure = publicUrl.protocol === 'https:'
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAXIMUM_FORM_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PART },
    genReqId: newId,
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : UNREADABLE),
  })
  await app.register(requestLog)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        // The sign-in form ends at the issuer, which may have an origin of its own.
        formAction: ["'self'", publicUrl.origin],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  })
  await app.register(formbody, { bodyLimit: MAXIMUM_FORM_BYTES })
  await app.register(sessions, { seal, secure, issuer, times })
  await app.register(language, { secure })
  await app.register(pages, { demo: config.HANDRAIL_DEMO, times })
  const given: PageDependencies = {
    ...dependencies,
    catalogue: readCatalogue(),
    times,
    secure,
    demoPeople: config.HANDRAIL_DEMO ? readDemoPeople() : [],
  }
  await app.register(trouble, given)
  const all = [
    signIn,
    actingFor,
    launch,
    places,
    home,
    hospitalRegister,
    people,
    addPerson,
    timeline,
    recordSession,
    waiting,
    refer,
    advice,
    files,
    inbox,
    refusal,
    completion,
    answer,
    letter,
    ourFeedback,
    decision,
    passOn,
    link,
    alerts,
    referrals,
    askForHelp,
    trail,
    accessibility,
    figures,
    screeningOut,
    pathwayOfQuarter,
    unitCosts,
    ownReport,
    operator,
    received,
    correction,
    aboutMe,
    diary,
    messages,
    onBehalf,
    triage,
    coordinator,
    share,
    copy,
    agreements,
    assessment,
    emergency,
    implant,
    emergencyAccess,
    group,
    concern,
    imports,
    requestsIn,
    sessionsOut,
    listing,
    board,
    ourOrganisation,
    ownFeed,
    ownRota,
    team,
    teamElsewhere,
  ]
  for (const page of all) await app.register(page, given)
  return app
}
