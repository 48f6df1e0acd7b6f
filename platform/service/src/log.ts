/**
 * Logs: what happened to which reference, to stderr. Never a record, a URL's query, a body or a name.
 */
import fastifyPlugin from 'fastify-plugin'
import pino, { type DestinationStream, type Logger } from 'pino'
import { describeError } from './describe-error.ts'

/** Writes structured log lines; `log.info({ event: 'referral.accepted', referral: id })`. */
export type Log = Logger

/** The levels a log knows, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const STDERR = 2

/** Loaded only where somebody reads along. */
const pretty = process.stderr.isTTY ? (await import('pino-pretty')).default : undefined

/**
 * Opens the log of a process or a service: JSON lines on stderr, or readable ones where stderr is a terminal.
 *
 * Errors are written by class, code and stack frames; their text only where it is a refusal's remedy.
 *
 * @param name the service, on every line
 * @param to where to write instead of stderr
 */
export function openLog({ name, level = 'info', to }: { name?: string; level?: LogLevel; to?: DestinationStream } = {}): Log {
  const destination = to ?? pretty?.({ destination: STDERR, sync: true }) ?? pino.destination({ fd: STDERR, sync: true })
  return pino(
    {
      level,
      ...(name !== undefined && { name }),
      base: name === undefined ? null : {},
      serializers: { err: ifError, error: ifError, req: () => undefined, res: () => undefined },
      redact: {
        paths: ['password', 'token', 'secret', 'authorization', '*.password', '*.token', '*.secret', '*.authorization'],
        censor: '[secret]',
      },
      hooks: {
        logMethod(given, method) {
          method.apply(this, withoutErrorText(given as readonly unknown[]) as Parameters<typeof method>)
        },
      },
    },
    destination,
  )
}

// What is described already stays as it is.
const ifError = (told: unknown): unknown => (told instanceof Error ? describeError(told) : told)

// Pino, and Fastify's own error handler, copy an error's text into `msg` where no other is given.
function withoutErrorText([first, ...rest]: readonly unknown[]): readonly unknown[] {
  const fields = first instanceof Error ? { err: first } : first
  const error = typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : undefined
  if (!(error instanceof Error)) return [first, ...rest]
  return [{ ...(fields as object), err: describeError(error) }, ...(rest[0] === error.message ? rest.slice(1) : rest)]
}

/** A log that writes nothing, for tests and for embedding. */
export const silentLog: Log = pino({ level: 'silent' })

/**
 * A Fastify plugin that logs each answer by its route's pattern (`/fhir/Patient/:id`), never by its URL.
 *
 * Give Fastify `logController: new LogController({ disableRequestLogging: true })` beside it, so that nothing else logs requests.
 */
export const requestLog = fastifyPlugin(
  (app, _options, done) => {
    app.addHook('onResponse', (request, reply, next) => {
      request.log.info({
        event: 'request',
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      })
      next()
    })
    done()
  },
  { name: 'request-log' },
)
