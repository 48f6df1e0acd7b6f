/** The emergency view as a page shows it: what `Patient/$emergency` says, line by line, with where it comes from and how old it is. Nothing is added. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { Words } from '../../words/words.ts'

export interface EmergencyLine {
  readonly text: string
  readonly details: readonly { readonly label?: string; readonly text: string }[]
  readonly notes: readonly string[]
  readonly call?: string
  readonly source?: string
  /** FHIR date, perhaps partial. */
  readonly asOf?: string
  readonly checked: string
  readonly old: boolean
}

export interface EmergencyBlock {
  readonly code: string
  readonly title: string
  readonly lines: readonly EmergencyLine[]
  /** What is not known, in the words of the view. */
  readonly unknown: readonly string[]
}

export interface Emergency {
  readonly name?: string
  readonly bornOn?: string
  readonly nhsNumber?: string
  /** FHIR date. */
  readonly asOf: string
  readonly caveats: readonly string[]
  readonly blocks: readonly EmergencyBlock[]
}

const parts = (parameter: ParametersParameter, name: string) => (parameter.part ?? []).filter((one) => one.name === name)
const text = (parameter: ParametersParameter, name: string) => parts(parameter, name)[0]?.valueString
const texts = (parameter: ParametersParameter, name: string) => parts(parameter, name).flatMap((one) => text(one, 'text') ?? [])

/** Pure. */
export function showEmergency({ parameter = [] }: Parameters, words: Words): Emergency {
  const named = (name: string) => parameter.filter((one) => one.name === name)
  const [name, bornOn] = [named('name')[0]?.valueString, named('born-on')[0]?.valueDate]
  const nhsNumber = named('identifier').find(({ valueIdentifier }) => valueIdentifier?.system === 'https://fhir.nhs.uk/Id/nhs-number')
    ?.valueIdentifier?.value
  return {
    asOf: named('as-of')[0]?.valueDate ?? '',
    caveats: named('caveat').flatMap((one) => text(one, 'text') ?? []),
    blocks: named('block').map((block) => ({
      code: parts(block, 'code')[0]?.valueCode ?? '',
      title: text(block, 'title') ?? '',
      lines: parts(block, 'line').map((line) => toLine(line, words)),
      unknown: texts(block, 'unknown'),
    })),
    ...(name === undefined ? {} : { name }),
    ...(bornOn === undefined ? {} : { bornOn }),
    ...(nhsNumber === undefined ? {} : { nhsNumber }),
  }
}

function toLine(line: ParametersParameter, { checked }: Words): EmergencyLine {
  const level = parts(line, 'checked')[0]?.valueCode ?? 'unknown'
  const [call, source, asOf] = [text(line, 'call'), text(line, 'source-name'), text(line, 'as-of')]
  return {
    text: text(line, 'text') ?? '',
    details: parts(line, 'detail').map((detail) => {
      const label = text(detail, 'label')
      return { text: text(detail, 'text') ?? '', ...(label === undefined ? {} : { label }) }
    }),
    notes: texts(line, 'note'),
    checked: checked[level as keyof typeof checked] ?? checked.unknown,
    old: parts(line, 'old')[0]?.valueBoolean === true,
    ...(call === undefined ? {} : { call }),
    ...(source === undefined ? {} : { source }),
    ...(asOf === undefined ? {} : { asOf }),
  }
}
