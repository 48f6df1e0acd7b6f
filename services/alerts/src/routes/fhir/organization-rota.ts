/**
 * The rota of an organisation, for the people who administer it, for the operator, and for nobody else: `GET /Organization/:id/$rota` reads it with the
 * coming week and the hours at which nobody is on; `$add-duty`, `$change-duty`, `$end-duty` and `$put-back-duty` change one duty. Decision 520, HAZ-A70
 */
import type { ParametersParameter } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Clock } from '@platform/service/clock'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { dutySaid } from '../../domain/duty.ts'
import { ASKED_AT_ONCE, isOn, type Worked } from '../../domain/rota.ts'
import { readWeek, type RotaWeek } from '../../domain/rota-week.ts'
import { refuse } from '../../errors.ts'
import type { KeptDuty, KeptRota, KeptRotas, Writing } from '../../store/kept-rota.ts'
import { dutyPart, heldPart, readDuty, readDutyVersion } from './duty-parameters.ts'
import { parametersOf, sendResource } from './parameters.ts'

/** What the operations work with. */
export interface OrganizationRotaDependencies {
  readonly keptRotas: KeptRotas
  readonly calendar: Worked
  readonly clock: Clock
}

interface Asked {
  readonly Params: { readonly id: string }
}

/** The operations, mounted at `/fhir`. */
export const organizationRota: FastifyPluginAsync<OrganizationRotaDependencies> = async (app, { keptRotas, calendar, clock }) => {
  const writing = ({ params, caller }: FastifyRequest<Asked>): Writing => ({
    behalf: { organization: kept(params.id, caller), subject: caller.subject },
    at: clock.now(),
  })

  app.get<Asked>('/Organization/:id/$rota', async (request, reply) => {
    const organization = kept(request.params.id, request.caller)
    parametersOf(request, [])
    const now = clock.now()
    const rota = await keptRotas.read(organization)
    const entries = [...rota.own.filter(({ ended }) => !ended).map(({ entry }) => entry), ...rota.held]
    const week = readWeek(entries, now, calendar)
    const onNow = (entry: KeptDuty['entry']) => (isOn(entry, now, calendar) ? untilOf(week, entry.reference) : undefined)
    return sendResource(reply.header('cache-control', 'no-store'), {
      resourceType: 'Parameters',
      parameter: [
        { name: 'at', valueInstant: now.toISOString() },
        { name: 'until', valueInstant: week.to.toISOString() },
        { name: 'state', valueCode: stateOf(rota, week, now) },
        ...(rota.ring === undefined ? [] : [{ name: 'ring', valueString: rota.ring }]),
        ...rota.own.map((duty) => dutyPart(duty, rota, duty.ended ? undefined : onNow(duty.entry))),
        ...rota.held.map((entry) => heldPart(entry, rota, onNow(entry))),
        ...week.shifts.map(({ entry, from, to }) => spanPart('shift', from, to, entry.reference)),
        ...week.gaps.map(({ from, to }) => spanPart('gap', from, to)),
        ...rota.colleagues.map((reference) => ({
          name: 'colleague',
          valueReference: { reference, display: rota.names.get(reference) ?? reference },
        })),
      ],
    })
  })

  app.post<Asked>('/Organization/:id/$add-duty', async (request, reply) => {
    const how = writing(request)
    return sendResource(reply.code(201), await keptRotas.add(readDuty(request.body), how))
  })

  app.post<Asked>('/Organization/:id/$change-duty', async (request, reply) => {
    const how = writing(request)
    const version = readDutyVersion(request.body, { alone: false })
    return sendResource(reply, await keptRotas.change(version, readDuty(request.body), how))
  })

  app.post<Asked>('/Organization/:id/$end-duty', async (request, reply) => {
    const how = writing(request)
    return sendResource(reply, await keptRotas.end(readDutyVersion(request.body, { alone: true }), how))
  })

  app.post<Asked>('/Organization/:id/$put-back-duty', async (request, reply) => {
    const how = writing(request)
    return sendResource(reply, await keptRotas.putBack(readDutyVersion(request.body, { alone: true }), how, dutySaid))
  })
}

/** @throws ROTA_NOT_HERE to whoever does not administer this organisation, as where there is none */
function kept(id: string, { administers, organization, role }: Caller): string {
  const reference = `Organization/${id}`
  const mine = administers === true && organization === reference
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id) || (!mine && role !== 'admin')) throw refuse.ROTA_NOT_HERE()
  return reference
}

/** Until when whoever is on now is on; the end of the week where that goes on. */
function untilOf({ shifts, to }: RotaWeek, reference: string): Date {
  return shifts.find(({ entry }) => entry.reference === reference)?.to ?? to
}

/** `none`: nobody is ever asked at once, so that the organisation is asked as a whole. */
function stateOf({ own, held }: KeptRota, { gaps }: RotaWeek, now: Date): 'on' | 'nobody' | 'none' {
  const asked = [...own.filter(({ ended }) => !ended).map(({ entry }) => entry), ...held]
  if (!asked.some(({ duties }) => ASKED_AT_ONCE.some((duty) => duties.has(duty)))) return 'none'
  return gaps[0]?.from.getTime() === now.getTime() ? 'nobody' : 'on'
}

const spanPart = (name: string, from: Date, to: Date, entry?: string): ParametersParameter => ({
  name,
  part: [
    ...(entry === undefined ? [] : [{ name: 'duty', valueReference: { reference: entry } }]),
    { name: 'start', valueInstant: from.toISOString() },
    { name: 'end', valueInstant: to.toISOString() },
  ],
})
