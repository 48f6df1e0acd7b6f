/** The composition of alerts: its operations in one FHIR context, the stream for boards and the state of feeds and rules in another. Opens nothing and listens to nothing. */
import { withPlainDollar } from '@platform/fhir/plain-dollar'
import { fhirServer, MAXIMUM_BODY_BYTES, sayNo, sayUnreadable, sayUntaken } from '@platform/fhir/server'
import { smartAuthorisation } from '@platform/fhir/smart-authorisation'
import { requestLog } from '@platform/service/log'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Dependencies } from './dependencies.ts'
import { alertRules } from './routes/alert-rules.ts'
import { hospitalBoard } from './routes/fhir/hospital-board.ts'
import { organizationRota } from './routes/fhir/organization-rota.ts'
import { processMessage } from './routes/fhir/process-message.ts'
import { subscriptionOperations } from './routes/fhir/subscription-operations.ts'
import { taskAnswer } from './routes/fhir/task-answer.ts'
import { taskPage } from './routes/fhir/task-page.ts'
import { hospitalFeeds } from './routes/hospital-feeds.ts'
import { outboxPage } from './routes/outbox.ts'
import { stream } from './routes/stream.ts'

/** The operations of alerts under `/fhir`, `/alerts/stream`, and the outbox of a demonstration. */
export async function buildApp(dependencies: Dependencies): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: dependencies.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAXIMUM_BODY_BYTES,
    genReqId: dependencies.newId,
    frameworkErrors: sayUnreadable,
    rewriteUrl: ({ url = '/' }) => withPlainDollar(url),
  })
  app.setNotFoundHandler(sayUntaken(app))
  await app.register(requestLog)
  await app.register(
    async (fhir) => {
      await fhir.register(fhirServer)
      await fhir.register(smartAuthorisation, dependencies)
      await fhir.register(taskAnswer, dependencies)
      await fhir.register(taskPage, dependencies)
      await fhir.register(hospitalBoard, dependencies)
      await fhir.register(organizationRota, { ...dependencies, calendar: dependencies.pathway.calendar })
      await fhir.register(subscriptionOperations, dependencies)
      await fhir.register(processMessage, dependencies)
    },
    { prefix: '/fhir' },
  )
  await app.register(async (boards) => {
    boards.setErrorHandler((error, request, reply) => sayNo(error, request, reply))
    await boards.register(smartAuthorisation, dependencies)
    await boards.register(stream, dependencies)
    await boards.register(hospitalFeeds, dependencies)
    await boards.register(alertRules, dependencies)
  })
  await app.register(async (pages) => {
    pages.setErrorHandler((error, request, reply) => sayNo(error, request, reply))
    await pages.register(outboxPage, dependencies)
  })
  return app
}
