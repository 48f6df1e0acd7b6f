/**
 * The composition of the record: sibling contexts for FHIR, reports, the operator and shared links, each with its own authorisation, and one audit hook
 * wherever something about a person can leave.
 */
import { withPlainDollar } from '@platform/fhir/plain-dollar'
import { fhirServer, MAXIMUM_BODY_BYTES, sayNo, sayUnknown, sayUnreadable } from '@platform/fhir/server'
import { smartAuthorisation } from '@platform/fhir/smart-authorisation'
import type { TokenVerifier } from '@platform/fhir/token-verifier'
import { requestLog, silentLog } from '@platform/service/log'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import type { AppConfig } from './config.ts'
import { answerNoteRoute } from './routes/fhir/answer-note.ts'
import { accessLogRoutes } from './routes/fhir/access-log.ts'
import { auditEvent } from './routes/fhir/audit-event.ts'
import { auditHook } from './routes/fhir/audit-hook.ts'
import { breakGlass } from './routes/fhir/break-glass.ts'
import { bundle } from './routes/fhir/bundle.ts'
import { capabilities } from './routes/fhir/capabilities.ts'
import { consentPreview } from './routes/fhir/consent-preview.ts'
import { confirm } from './routes/fhir/confirm.ts'
import type { FhirDependencies } from './routes/fhir/dependencies.ts'
import { bulkExport } from './routes/fhir/export.ts'
import { exportFile } from './routes/fhir/export-file.ts'
import { everything } from './routes/fhir/everything.ts'
import { healthCards } from './routes/fhir/health-cards.ts'
import { history } from './routes/fhir/history.ts'
import { importInterventions } from './routes/fhir/import-interventions.ts'
import { personArchive } from './routes/fhir/person-archive.ts'
import { print } from './routes/fhir/print.ts'
import { merge } from './routes/fhir/merge.ts'
import { read } from './routes/fhir/read.ts'
import { outcomes } from './routes/fhir/outcomes.ts'
import { recordRegister } from './routes/fhir/record-register.ts'
import { requestCorrection } from './routes/fhir/request-correction.ts'
import { restoreFromArchive } from './routes/fhir/restore-person.ts'
import { retention } from './routes/fhir/retention.ts'
import { search } from './routes/fhir/search.ts'
import { share } from './routes/fhir/share.ts'
import { showToRecord } from './routes/fhir/show-to-record.ts'
import { summary } from './routes/fhir/summary.ts'
import { timeline } from './routes/fhir/timeline.ts'
import { subjectAccess } from './routes/fhir/subject-access.ts'
import { validate } from './routes/fhir/validate.ts'
import { write } from './routes/fhir/write.ts'
import { operatorRoutes } from './routes/operator/operator.ts'
import { reportRoutes, type ReportDependencies } from './routes/reports/reports.ts'
import { links } from './routes/shl/links.ts'
import { cardKeys } from './routes/well-known/jwks.ts'
import { viewPage } from './routes/view/page.ts'
import type { MeasureFacts } from './domain/outcomes/paired-change.ts'
import type { Vocabulary } from './domain/recording/vocabulary.ts'
import type { HubStates } from './store/hub-state.ts'
import type { FactKeeper } from './store/reports/fact-keeper.ts'
import type { Sharing } from './store/sharing.ts'

export interface Dependencies extends FhirDependencies {
  readonly vocabulary: Vocabulary
  readonly measures: ReadonlyMap<string, MeasureFacts>
  readonly tokens: TokenVerifier
  readonly sharing: Sharing
  readonly reporting: Reporting
  readonly hubStates: HubStates
  /** Without a trailing slash. */
  readonly publicUrl: string
}

/** What reports are kept and read with. */
export interface Reporting extends ReportDependencies {
  readonly keeper: FactKeeper
}

/** The record over HTTP: `/fhir`, `/reports`, `/operator`, and what the bearer of a link reaches. Opens nothing and listens to nothing. */
export async function buildApp(config: AppConfig, dependencies: Dependencies): Promise<FastifyInstance> {
  const { tokens, trail, now, log = silentLog } = dependencies
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAXIMUM_BODY_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
    genReqId: dependencies.newId,
    rewriteUrl: ({ url = '/' }) => withPlainDollar(url),
    frameworkErrors: sayUnreadable,
  })
  // What is asked outside of `/fhir` is answered as FHIR too.
  app.setNotFoundHandler(sayUnknown)
  app.setErrorHandler((error: FastifyError, request, reply) => sayNo(error, request, reply))
  await app.register(requestLog)
  await app.register(
    async (fhir) => {
      await fhir.register(fhirServer)
      await fhir.register(auditHook, { trail, now })
      await fhir.register(smartAuthorisation, { tokens })
      await fhir.register(capabilities, { ...dependencies, publicUrl: config.PUBLIC_URL.replace(/\/+$/, '') })
      for (const routes of [
        accessLogRoutes,
        requestCorrection,
        auditEvent,
        breakGlass,
        consentPreview,
        merge,
        bulkExport,
        exportFile,
        personArchive,
        restoreFromArchive,
        retention,
        subjectAccess,
        everything,
        summary,
        timeline,
        validate,
        confirm,
        importInterventions,
        recordRegister,
        outcomes,
        share,
        showToRecord,
        answerNoteRoute,
        healthCards,
        print,
        history,
        search,
        read,
        write,
        bundle,
      ] as readonly FastifyPluginAsync<Dependencies>[])
        await fhir.register(routes, { ...dependencies, log })
    },
    { prefix: '/fhir' },
  )
  await app.register(
    async (reports) => {
      await reports.register(fhirServer)
      await reports.register(auditHook, { trail, now })
      await reports.register(smartAuthorisation, { tokens })
      await reports.register(reportRoutes, dependencies.reporting)
    },
    { prefix: '/reports' },
  )
  await app.register(
    async (operator) => {
      await operator.register(fhirServer)
      await operator.register(auditHook, { trail, now })
      await operator.register(smartAuthorisation, { tokens })
      await operator.register(operatorRoutes, { hubStates: dependencies.hubStates, clock: dependencies.record.clock })
    },
    { prefix: '/operator' },
  )
  // A sibling of the FHIR context: whoever holds a link has no token, and is answered in the words of the links' own specification.
  await app.register(links, { ...dependencies.sharing, prefix: '/shl' })
  await app.register(viewPage, { prefix: '/view' })
  await app.register(cardKeys, { cards: dependencies.sharing.cards })
  return app
}
