/** The composition of alerts: its operations in one FHIR context, the stream for boards in another. Opens nothing and listens to nothing. */
import { fhirServer, MAXIMUM_BODY_BYTES, sayNo } from '@platform/fhir/server'
import { smartAuthorisation } from '@platform/fhir/smart-authorisation'
import { requestLog } from '@platform/service/log'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Dependencies } from './dependencies.ts'
import { taskAnswer } from './routes/fhir/task-answer.ts'
import { stream } from './routes/stream.ts'

/** The operations of alerts under `/fhir`, and `/alerts/stream`. */
export async function buildApp(
  dependencies: Pick<Dependencies, 'tokens' | 'record' | 'notices' | 'clock' | 'newId' | 'log'>,
): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: dependencies.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAXIMUM_BODY_BYTES,
    genReqId: dependencies.newId,
  })
  await app.register(requestLog)
  await app.register(
    async (fhir) => {
      await fhir.register(fhirServer)
      await fhir.register(smartAuthorisation, dependencies)
      await fhir.register(taskAnswer, dependencies)
    },
    { prefix: '/fhir' },
  )
  await app.register(async (boards) => {
    boards.setErrorHandler((error, request, reply) => sayNo(error, request, reply))
    await boards.register(smartAuthorisation, dependencies)
    await boards.register(stream, dependencies)
  })
  return app
}
