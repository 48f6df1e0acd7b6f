/** The emergency view as FHIR Parameters, the answer of `Patient/{id}/$emergency`. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { ExpectedSource } from '../expected-sources.ts'
import { TAG, type Said } from '../words.ts'
import type { EmergencyBlock, EmergencyLine, EmergencyView } from './emergency-view.ts'

/** Values that a part can have here. */
type Value = Pick<ParametersParameter, 'valueString' | 'valueCode' | 'valueDate' | 'valueInstant' | 'valueBoolean' | 'valueInteger'>

/** Nothing of the view is left out. */
export function toParameters(view: EmergencyView): Parameters {
  return {
    resourceType: 'Parameters',
    language: TAG[view.language],
    parameter: [
      { name: 'patient', valueReference: { reference: view.patient } },
      ...given('name', text(view.name)),
      ...given('born-on', view.bornOn === undefined ? undefined : { valueDate: view.bornOn }),
      ...view.identifiers.map(({ system, value }) => ({ name: 'identifier', valueIdentifier: { system, value } })),
      { name: 'as-of', valueDate: view.today },
      ...view.caveats.map((said) => statement('caveat', said)),
      ...view.blocks.map(block),
      ...view.sources.map(source),
    ],
  }
}

const text = (value: string | undefined): Value | undefined => (value === undefined || value === '' ? undefined : { valueString: value })
const given = (name: string, value: Value | undefined): ParametersParameter[] => (value === undefined ? [] : [{ name, ...value }])

/** A statement of ours with its language, which is not always that of the view. */
const statement = (name: string, said: Said): ParametersParameter => ({
  name,
  part: [
    { name: 'text', valueString: said.text },
    { name: 'language', valueCode: TAG[said.language] },
  ],
})

function block({
  id,
  title,
  state,
  lines,
  unknown,
  oldest,
  newest,
  lastReceivedAt,
  checked,
  sources,
}: EmergencyBlock): ParametersParameter {
  return {
    name: 'block',
    part: [
      { name: 'code', valueCode: id },
      { name: 'title', valueString: title },
      { name: 'state', valueCode: state },
      ...given('oldest', text(oldest)),
      ...given('newest', text(newest)),
      ...given('last-received', lastReceivedAt === undefined ? undefined : { valueInstant: lastReceivedAt }),
      ...Object.entries(checked).map(([level, count]) => ({
        name: 'checked',
        part: [
          { name: 'level', valueCode: level },
          { name: 'count', valueInteger: count },
        ],
      })),
      ...unknown.map((said) => statement('unknown', said)),
      ...lines.map(line),
      ...sources.map(source),
    ],
  }
}

function line(one: EmergencyLine): ParametersParameter {
  return {
    name: 'line',
    part: [
      { name: 'text', valueString: one.text },
      ...given('kind', one.kind === undefined ? undefined : { valueCode: one.kind }),
      ...given('code', one.code === undefined || one.code === '' ? undefined : { valueCode: one.code }),
      ...one.details.map(({ label, text: value }) => ({
        name: 'detail',
        part: [...given('label', text(label)), { name: 'text', valueString: value }],
      })),
      ...one.notes.map((said) => statement('note', said)),
      ...given('call', text(one.call)),
      ...(one.reference === undefined ? [] : [{ name: 'entry', valueReference: { reference: one.reference } }]),
      ...given('source', text(one.source)),
      ...given('source-name', text(one.sourceName)),
      ...given('as-of', text(one.asOf)),
      ...given('received', one.receivedAt === undefined ? undefined : { valueInstant: one.receivedAt }),
      { name: 'checked', valueCode: one.checked },
      { name: 'old', valueBoolean: one.old },
    ],
  }
}

function source({ reference, name, since, lastReceivedAt, lastAbout }: ExpectedSource): ParametersParameter {
  return {
    name: 'source',
    part: [
      { name: 'organization', valueReference: { reference, ...(name === undefined ? {} : { display: name }) } },
      ...given('since', text(since)),
      ...given('last-received', lastReceivedAt === undefined ? undefined : { valueInstant: lastReceivedAt }),
      ...given('last-about', text(lastAbout)),
    ],
  }
}
