/**
 * What others published: every example of UK Core, of the BaRS and PDS APIs and of ODS goes to `$validate` and to create. What is valid
 * R4 is stored and comes back as it came; what is not is refused and the places are named. The expectations are written by hand.
 *
 * The examples lie beside the repository and are not part of it: where they are absent, this is skipped and says so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseJson } from '@platform/fhir/json'
import t from 'tap'
import { aRecord } from './a-record.ts'

const examples = new URL('../../../../shared/examples/', import.meta.url)

/** Refused, with the places that are wrong. Publishers' slips, each against a StructureDefinition or an invariant of R4. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'Endpoint--post_Endpoint_Atomic__api-1.4.0.json': [
    'Endpoint.identifier[0].display',
    'Endpoint.connectionType.coding',
    'Endpoint.managingOrganization',
    'Endpoint.header',
  ],
  'Endpoint--success_Endpoint_Atomic__api-1.3.0.json': [
    'Endpoint.identifier',
    'Endpoint.connectionType.coding',
    'Endpoint.payloadType',
    'Endpoint.managingOrganization',
    'Endpoint.header',
    'Endpoint.Period',
  ],
  'Endpoint--success_Endpoint_template__api-1.4.0.json': [
    'Endpoint.connectionType.coding',
    'Endpoint.managingOrganization',
    'Endpoint.header',
  ],
  'Endpoint--success_bundle__api-1.4.0.json': [0, 1].flatMap((entry) => [
    `Bundle.entry[${entry}].resource.identifier[0].display`,
    `Bundle.entry[${entry}].resource.connectionType.coding`,
    `Bundle.entry[${entry}].resource.managingOrganization`,
    `Bundle.entry[${entry}].resource.header`,
  ]),
  'HealthcareService--post_HealthcareService_Atomic__api-1.4.0.json': ['HealthcareService.providedBy'],
  'HealthcareService--success_HealthcareService_Atomic__api-1.4.0.json': ['HealthcareService.providedBy'],
  // `2021-11-11T12:011:30+00:00`, and a bare id where a reference belongs.
  'appointment--GET-success__api-1.1.0.json': ['Bundle.entry[0].resource.meta.lastUpdated', 'Bundle.entry[0].resource.slot[0].reference'],
  // A part of an Appointment, to be merged: no participant, no start.
  'appointment--PATCH-body__api-1.4.0.json': ['Appointment.participant', 'Appointment'],
  'document_reference--id--GET-success__api-1.4.0.json': [
    'DocumentReference.id',
    'DocumentReference.masterIdentifier',
    'DocumentReference.content[0].format',
  ],
  'message_definition--MessageDefinition_ServiceRequest-request_CaseTransfer__api-1.4.0.json': [
    'Bundle.entry[0].resource.useContext[0].code',
  ],
  'metadata--BaRS_API_Capability_Statement__api-1.4.0.json': [
    'CapabilityStatement.rest[0].security',
    'CapabilityStatement.rest[1].security',
  ],
  'process_message--response--ValidationRequest-HTTP-Response__api-1.4.0.json': ['Bundle.entry[1].resource.performer[0].reference'],
  // The ServiceRequest stands in the entry itself, and not in its resource.
  'service_request--GET-success__api-1.4.0.json': [
    'resourceType',
    'meta',
    'basedOn',
    'status',
    'intent',
    'category',
    'subject',
    'encounter',
    'occurrencePeriod',
    'authoredOn',
    'requester',
    'performer',
    'locationReference',
    'supportingInfo',
    'PatientInstruction',
  ]
    .map((element) => `Bundle.entry[0].${element}`)
    .concat('Bundle.entry[0]'),
  'service_request--PUT-body__api-1.4.0.json': [
    'ServiceRequest.basedOn',
    'ServiceRequest.performer[0].reference',
    'ServiceRequest.PatientInstruction',
  ],
}

/** How many of each folder there are, how many are an OperationOutcome (which is answered and never stored), and how many are refused. */
const FOLDERS = [
  { folder: 'uk-core', files: 85, outcomes: 1, refused: 0 },
  { folder: 'bars/api', files: 56, outcomes: 34, refused: 14 },
  { folder: 'pds', files: 36, outcomes: 4, refused: 0 },
  { folder: 'ods', files: 3, outcomes: 1, refused: 0 },
]

interface Outcome {
  readonly issue: readonly {
    readonly severity: string
    readonly expression?: readonly string[]
    readonly details: { readonly text: string }
  }[]
}
const errorsIn = ({ issue }: Outcome) => issue.filter(({ severity }) => severity === 'error' || severity === 'fatal')

/** Everything of a resource but what the server gives it, as text with its decimals. The type is served first, wherever it stood. */
function elementsOf(text: string): { elements: string; meta: string } {
  const { resourceType: _type, id: _id, meta = {}, ...elements } = parseJson(text).exact as Record<string, unknown>
  const { versionId: _version, lastUpdated: _at, tag, ...rest } = meta as Record<string, unknown>
  const tags = (Array.isArray(tag) ? tag : []).filter(({ code }: { code?: string }) => code !== 'external')
  return { elements: JSON.stringify(elements), meta: JSON.stringify({ ...rest, ...(tags.length === 0 ? {} : { tag: tags }) }) }
}

if (!existsSync(examples)) t.test('published examples', { skip: 'they are not beside this repository' }, async () => undefined)
else {
  t.setTimeout(600_000)
  const { send } = await aRecord(t)
  for (const { folder, files, outcomes, refused } of FOLDERS) {
    t.test(folder, async (t) => {
      const names = readdirSync(new URL(`${folder}/`, examples)).filter((name) => name.endsWith('.json'))
      const counted = { outcomes: 0, refused: 0 }
      for (const name of names) {
        const text = readFileSync(new URL(`${folder}/${name}`, examples), 'utf8')
        const { resourceType: type } = JSON.parse(text) as { resourceType: string }
        const validated = await send('admin', 'POST', `/${type}/$validate`, text)
        t.equal(validated.statusCode, 200, name)
        const places = errorsIn(validated.json()).map(({ expression }) => expression?.[0])
        t.same(places, REFUSED[name] ?? [], name)

        const created = await send('admin', 'POST', `/${type}`, text)
        if (type === 'OperationOutcome') {
          counted.outcomes += 1
          t.equal(created.statusCode, 404, name)
        } else if (REFUSED[name] !== undefined) {
          counted.refused += 1
          t.equal(created.statusCode, 400, name)
          t.same(
            errorsIn(created.json()).map(({ expression }) => expression?.[0]),
            places,
            name,
          )
        } else {
          t.equal(created.statusCode, 201, `${name} ${created.body.slice(0, 500)}`)
          const { body } = await send('admin', 'GET', `/${type}/${created.json<{ id: string }>().id}`)
          t.equal(body, created.body, name)
          t.same(elementsOf(body), elementsOf(text), `${name} comes back as it came`)
        }
      }
      t.same({ files: names.length, ...counted }, { files, outcomes, refused })
    })
  }

  t.test('a claim to a profile that is not known here is stored, and $validate says that it was not checked', async (t) => {
    const text = readFileSync(new URL('bars/api/Organization--success_Organization_Atomic__api-1.4.0.json', examples), 'utf8')
    const { issue } = (await send('admin', 'POST', '/Organization/$validate', text)).json<Outcome>()
    t.match(issue, [{ severity: 'information', details: { text: /not known here and was not checked/ } }])
    const created = (await send('admin', 'POST', '/Organization', text)).json<{ meta: { profile: string[] } }>()
    t.same(created.meta.profile, (JSON.parse(text) as { meta: { profile: string[] } }).meta.profile)
  })

  t.test("UK Core's batch asks for the resources of another server, and is told so entry by entry", async (t) => {
    const text = readFileSync(new URL('uk-core/UKCore-Bundle-Batch-Example.json', examples), 'utf8')
    const answer = await send('admin', 'POST', '/', text)
    t.equal(answer.statusCode, 200)
    const { type, entry } = answer.json<{ type: string; entry: { response: { status: string } }[] }>()
    t.equal(type, 'batch-response')
    t.same(
      entry.map(({ response }) => response.status),
      ['404', '404', '404'],
    )
  })
}
