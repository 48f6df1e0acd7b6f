/** An implanted device, recorded or corrected by a registered professional, as the emergency view and a hospital alert show it. HAZ-P141 */
import type { Device, DeviceUseStatement, Organization, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showPerson } from '../../knowledge/person.ts'
import { codeIn, wordsOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { recordsDevices } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import {
  enteredImplant,
  implantOf,
  readImplant,
  toDevice,
  toUse,
  unlessRecorded,
  type EnteredImplant,
  type Recorded,
} from './implant-form.ts'

interface Asked {
  readonly Params: { readonly id: string; readonly use?: string }
  readonly Querystring: { readonly done?: string }
}

export const implant: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get<Asked>('/people/:id/implant', (request, reply) => show(request, reply, { ...enteredImplant({}), key: newId() }))

  app.get<Asked>('/people/:id/implant/:use', async (request, reply) => {
    const { mine } = recording(request)
    const recorded = await readOne(mine, request.params)
    return show(request, reply, { ...implantOf(recorded), key: newId() }, { correcting: request.params.use })
  })

  app.post<Asked>('/people/:id/implant', (request, reply) => save(request, reply))
  app.post<Asked>('/people/:id/implant/:use', (request, reply) => save(request, reply))

  async function save(request: FastifyRequest<Asked>, reply: FastifyReply): Promise<FastifyReply> {
    const { mine, organization, session } = recording(request)
    const { id, use } = request.params
    const entered = enteredImplant(request.body)
    const centres = await listOrganisations(mine, undefined)
    const { given, wrong, doubt } = readImplant(entered, { kinds: catalogue.deviceKinds, centres, today: dayOf(clock.now()) }, reply.words)
    const again = (view: Partial<Page>) => show(request, reply.code(422), entered, { correcting: use, ...view })
    if (given === undefined) return again({ errors: wrong.list, of: wrong.of, doubt })
    const by = { patient: `Patient/${id}`, fhirUser: session.fhirUser, organization, at: clock.now() }
    try {
      if (use === undefined) {
        const name = `urn:uuid:${newId()}`
        const unlessThereIs = unlessRecorded(entered.key)
        await mine.saveAll([
          { name, resource: toDevice(entered, given, by), unlessThereIs },
          { name: `urn:uuid:${newId()}`, resource: toUse(entered, given, name, by), unlessThereIs },
        ])
      } else {
        const before = await readOne(mine, request.params)
        const deviceId = before.device.id ?? ''
        await mine.saveAll([
          { resource: { ...toDevice(entered, given, by, before.device), id: deviceId }, version: entered.deviceVersion },
          { resource: { ...toUse(entered, given, `Device/${deviceId}`, by, before.use), id: use }, version: entered.useVersion },
        ])
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { implant: words } = reply.words
      const said = { CHANGED_MEANWHILE: words.changed, NOT_ALLOWED: words.notYours, NOT_FOUND: words.notYours }[error.code]
      if (said === undefined && error.code !== 'RECORD_REFUSED') throw error
      const texts = said === undefined ? error.issues.map(({ text }) => text) : [said]
      return again({ errors: texts.map((text) => ({ href: '#kind', text })) })
    }
    return reply.redirect(`/people/${id}/implant?done=saved`, 303)
  }

  async function show(
    request: FastifyRequest<Asked>,
    reply: FastifyReply,
    values: EnteredImplant,
    view: Partial<Page> = {},
  ): Promise<FastifyReply> {
    const { mine, organization } = recording(request)
    const { id } = request.params
    const { implant: words } = reply.words
    const [patient, own, centres, recorded] = await Promise.all([
      mine.read<Patient>('Patient', id),
      mine.read<Organization>('Organization', organization.split('/')[1] ?? ''),
      listOrganisations(mine, undefined),
      readAll(mine, id),
    ])
    // The grade decides in the record; whoever may not is told before anything is typed.
    const barred = codeIn(own, 'grade') !== 'full'
    return (barred ? reply.code(403) : reply).page('implant/view', {
      title: view['correcting'] === undefined ? words.title : words.correctTitle,
      back: { href: `/people/${id}`, text: reply.words.back },
      path: `/people/${id}`,
      person: showPerson(patient),
      now: clock.now(),
      done: request.query.done === 'saved' ? words.done : undefined,
      recorded: recorded.map(({ device, use }) => ({
        id: use.id,
        name: [wordsOf(device.type), device.manufacturer, device.modelNumber, use.bodySite?.text]
          .filter((one) => one !== undefined)
          .join(', '),
        gone: use.status !== 'active',
      })),
      kinds: catalogue.deviceKinds.map(({ code }) => code),
      centres,
      barred,
      values,
      of: {},
      ...view,
    })
  }

  function recording(request: FastifyRequest) {
    const session = signedIn(request)
    const { organization } = session
    if (!recordsDevices(session) || organization === undefined) throw refuse.NOT_ALLOWED()
    return { session, mine: record(session.token), organization }
  }
}

/** @throws NOT_FOUND where it is somebody else's, or says no device of the record */
async function readOne(mine: PersonalRecord, { id, use: useId = '' }: Asked['Params']): Promise<Recorded> {
  const use = await mine.read<DeviceUseStatement>('DeviceUseStatement', useId)
  const [type, deviceId = ''] = use.device.reference?.split('/') ?? []
  if (use.subject.reference !== `Patient/${id}` || type !== 'Device') throw refuse.NOT_FOUND()
  return { use, device: await mine.read<Device>('Device', deviceId) }
}

/** Devices whose use is recorded, as far as the reader may see them. */
async function readAll(mine: PersonalRecord, id: string): Promise<readonly Recorded[]> {
  const about = { patient: `Patient/${id}` }
  const [uses, devices] = await Promise.all([
    mine.findAll<DeviceUseStatement>('DeviceUseStatement', about),
    mine.findAll<Device>('Device', about),
  ])
  return uses.all.flatMap((use) => {
    const device = devices.all.find((one) => use.device.reference === `Device/${one.id ?? ''}`)
    return device === undefined || use.status === 'entered-in-error' ? [] : [{ use, device }]
  })
}
