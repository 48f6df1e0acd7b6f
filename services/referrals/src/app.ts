/** The composition of referrals: its operations in one FHIR context. Opens nothing and listens to nothing. */
import { withPlainDollar } from '@platform/fhir/plain-dollar'
import { fhirServer, MAXIMUM_BODY_BYTES, sayNo, sayUnreadable, sayUntaken } from '@platform/fhir/server'
import { smartAuthorisation } from '@platform/fhir/smart-authorisation'
import { requestLog } from '@platform/service/log'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify'
import type { Dependencies } from './dependencies.ts'
import { importAnswers } from './routes/fhir/import-answers.ts'
import { importReferrals } from './routes/fhir/import-referrals.ts'
import { exportSteps } from './routes/fhir/export-steps.ts'
import { undoAnswers } from './routes/fhir/undo-answers.ts'
import { crisisWords } from './routes/fhir/crisis-words.ts'
import { redFlagCues } from './routes/fhir/red-flag-cues.ts'
import { screeningOut } from './routes/fhir/screening-out.ts'
import { pathwayFlow } from './routes/fhir/pathway-flow.ts'
import { linkAnswer } from './routes/fhir/link-answer.ts'
import { linkCode } from './routes/fhir/link-code.ts'
import { linkOpen } from './routes/fhir/link-open.ts'
import { linkRead } from './routes/fhir/link-read.ts'
import { linkRenew } from './routes/fhir/link-renew.ts'
import { organizationFeeds } from './routes/fhir/organization-feeds.ts'
import { organizationLinkRoute } from './routes/fhir/organization-link-route.ts'
import { taskLink } from './routes/fhir/task-link.ts'
import { jointAssessment } from './routes/fhir/joint-assessment.ts'
import { serviceRequestAmend } from './routes/fhir/service-request-amend.ts'
import { serviceRequestAttach } from './routes/fhir/service-request-attach.ts'
import { serviceRequestMatch } from './routes/fhir/service-request-match.ts'
import { serviceRequestOverrule } from './routes/fhir/service-request-overrule.ts'
import { serviceRequestPreview } from './routes/fhir/service-request-preview.ts'
import { serviceRequestReEnter } from './routes/fhir/service-request-re-enter.ts'
import { serviceRequestStatus } from './routes/fhir/service-request-status.ts'
import { serviceRequestWithdraw } from './routes/fhir/service-request-withdraw.ts'
import { taskDecideAnswer } from './routes/fhir/task-decide-answer.ts'
import { taskComplete } from './routes/fhir/task-complete.ts'
import { taskRecordUnmetNeed } from './routes/fhir/task-record-unmet-need.ts'
import { taskRefuse } from './routes/fhir/task-refuse.ts'
import { taskTriage } from './routes/fhir/task-triage.ts'
import { directoryFeeds } from './routes/desk/directory-feeds.ts'
import { notListed, openReferral } from './routes/directory/open-referral.ts'
import { barsContext } from './routes/bars/bars-context.ts'
import { processMessage } from './routes/bars/process-message.ts'
import { barsReads } from './routes/bars/read.ts'

const ROUTES = [
  taskRefuse,
  taskTriage,
  taskComplete,
  taskRecordUnmetNeed,
  taskDecideAnswer,
  serviceRequestWithdraw,
  serviceRequestAmend,
  serviceRequestReEnter,
  serviceRequestStatus,
  serviceRequestMatch,
  serviceRequestOverrule,
  serviceRequestPreview,
  serviceRequestAttach,
  importAnswers,
  importReferrals,
  undoAnswers,
  exportSteps,
  redFlagCues,
  crisisWords,
  screeningOut,
  pathwayFlow,
  linkCode,
  linkOpen,
  linkRead,
  linkAnswer,
  linkRenew,
  taskLink,
  organizationLinkRoute,
  organizationFeeds,
  jointAssessment,
]

/** The operations of referrals, mounted at `/fhir`. */
export async function buildApp(dependencies: Dependencies): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: dependencies.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAXIMUM_BODY_BYTES,
    genReqId: dependencies.newId,
    frameworkErrors: (error, request, reply) =>
      request.url.startsWith('/directory') ? notListed(reply as FastifyReply) : sayUnreadable(error, request, reply),
    rewriteUrl: ({ url = '/' }) => withPlainDollar(url),
  })
  app.setNotFoundHandler(sayUntaken(app))
  await app.register(requestLog)
  await app.register(
    async (fhir) => {
      await fhir.register(fhirServer)
      await fhir.register(smartAuthorisation, dependencies)
      for (const route of ROUTES) await fhir.register(route, dependencies)
    },
    { prefix: '/fhir' },
  )
  await app.register(
    async (bars) => {
      barsContext(bars, dependencies)
      await bars.register(processMessage, dependencies)
      await bars.register(barsReads, dependencies)
    },
    { prefix: '/bars' },
  )
  await app.register(async (desk) => {
    desk.setErrorHandler((error, request, reply) => sayNo(error, request, reply))
    await desk.register(smartAuthorisation, dependencies)
    await desk.register(directoryFeeds, dependencies)
  })
  await app.register(openReferral, { ...dependencies, prefix: '/directory' })
  return app
}
