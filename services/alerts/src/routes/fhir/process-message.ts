/**
 * `$process-message`: notices of admission, transfer and discharge from senders that speak FHIR messaging (Da Vinci Unsolicited Notifications). Who is not
 * on the register is forgotten at once, and the answer is the same for everybody. HAZ-A09
 */
import type { Bundle } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { ParsedJson } from '@platform/fhir/json'
import type { Clock } from '@platform/service/clock'
import { toReview } from '../../domain/match.ts'
import { matchFacts } from '../../domain/match-facts.ts'
import { misfitIn } from '../../domain/translate/notification-shape.ts'
import { readNews, type FhirNews } from '../../domain/translate/read-encounter.ts'
import { toKept } from '../../domain/translate/read-kept.ts'
import { TAKES_BACK } from '../../domain/adt.ts'
import { refuse } from '../../errors.ts'
import { endOfStep } from './in-steps.ts'
import type { AdtCounts } from '../../store/adt-counts.ts'
import type { Feeds } from '../../store/feeds.ts'
import type { Intake } from '../../store/intake.ts'
import type { MessageStore } from '../../store/message-store.ts'
import type { SiteWays } from '../../domain/translate/read-adt.ts'
import type { Register } from '../../store/register.ts'
import type { ReviewStore } from '../../store/review-store.ts'
import type { UnregisteredMarks } from '../../store/unregistered-marks.ts'
import type { WatchList } from '../../store/watch-list.ts'

/** What it works with. */
export interface ProcessMessageDependencies {
  readonly watchList: WatchList
  readonly messages: MessageStore
  readonly reviews: ReviewStore
  readonly marks: UnregisteredMarks
  readonly feeds: Feeds
  readonly counts: AdtCounts
  readonly intake: Intake
  readonly register: Pick<Register, 'facilityOf'>
  readonly siteOf: (facility: string) => SiteWays
  readonly clock: Clock
}

/** Systems of hospitals, and the operator. */
const SENDERS: ReadonlySet<string> = new Set(['ward', 'professional', 'admin'])

/** The operation, mounted at `/fhir`. */
export const processMessage: FastifyPluginAsync<ProcessMessageDependencies> = async (app, door) => {
  const { watchList, messages, reviews, marks, feeds, counts, intake, register, siteOf, clock } = door
  app.post('/$process-message', async (request, reply) => {
    const came = performance.now()
    const { role, grade, organization } = request.caller
    if (!SENDERS.has(role) || grade !== 'full' || organization === undefined) throw refuse.SENDER_NOT_TAKEN()
    const receivedAt = clock.now()
    const bundle = (request.body as ParsedJson | undefined)?.value as Bundle | undefined
    const misfit = misfitIn(bundle)
    if (misfit !== undefined) throw refuse.NOTIFICATION_MALFORMED({}, { expression: misfit })
    const news: FhirNews | undefined =
      bundle?.resourceType === 'Bundle' ? { facility: await register.facilityOf(organization), resource: bundle } : undefined
    const facts = news === undefined ? undefined : readNews(news, receivedAt, siteOf(news.facility))
    if (news === undefined || facts === undefined) throw refuse.NOTIFICATION_MALFORMED({}, { expression: 'Bundle' })
    feeds.heard(organization, receivedAt)
    const { running } = intake
    // "Not registered" is final only once the watch list has applied every change committed before.
    if (running === undefined || (await running.caughtUp()) !== true) throw refuse.REGISTER_LATE()

    const content = toKept(news)
    const sender = ['FHIR', organization, bundle?.id ?? bundle?.identifier?.value ?? ''] as const
    const match = matchFacts(facts, watchList.candidatesFor)
    if (match.outcome === 'unregistered') {
      counts.count(marks.seen(content, sender) ? 'repeated' : 'unregistered')
      const { visit, facility, recordedAt } = facts
      const takesBack = TAKES_BACK[facts.event]
      if (takesBack !== undefined && visit !== undefined)
        await marks.cancelled(facility, `${visit.authority}|${visit.value}`, takesBack, recordedAt)
      await marks.written() // as what is kept of one of ours
      await endOfStep(came)
      return reply.code(204).send()
    }
    const { id, repeated } = await messages.keep({
      sender,
      content,
      receivedAt,
      disposition: match.outcome === 'match' ? 'matched' : match.outcome,
      row: match.row,
      compared: marks.hash([JSON.stringify([facts.person.nhsNumbers, facts.person.bornOn, facts.person.names])]),
      ...(match.outcome === 'match' ? { patient: match.patient } : { review: toReview(match) }),
    })
    counts.count(repeated ? 'repeated' : match.outcome)
    // What follows from it begins with the answer on its way, so that it holds none up.
    const follow = () => {
      if (repeated) return
      if (match.outcome === 'match') running.onMessage({ id, patient: match.patient, row: match.row, content, receivedAt })
      else reviews.wake()
    }
    if (reply.raw.destroyed) follow()
    else reply.raw.once('close', follow)
    await endOfStep(came)
    return reply.code(204).send()
  })
}
