import { readFileSync } from 'node:fs'
import t from 'tap'
import { elementsOf } from '../../validate.ts'
import { resourceTypes } from '../structures.ts'
import { notInR4 } from './corrections.ts'
import { compactDefinitions } from './generate.ts'

t.test('the compact definitions are those of the package', async (t) => {
  for (const [file, text] of Object.entries(compactDefinitions())) {
    t.ok(readFileSync(new URL(file, import.meta.url), 'utf8') === text, `${file} is as generated; run generate.ts`)
  }
})

t.test('what is not in R4 is not in them', async (t) => {
  t.equal(resourceTypes().size, 146)
  for (const path of notInR4) {
    const dot = path.lastIndexOf('.')
    const name = path.slice(dot + 1).replace('[x]', '')
    const isChoice = path.endsWith('[x]')
    t.notOk(
      elementsOf(path.slice(0, dot))?.some((element) => element.name === name && element.isChoice === isChoice),
      path,
    )
  }
})

t.test('an element carries what R4 says of it', async (t) => {
  const status = elementsOf('Procedure')?.find(({ name }) => name === 'status')
  t.match(status, { min: 1, many: false, isModifier: true, isSummary: true, valueSet: 'http://hl7.org/fhir/ValueSet/event-status' })
  const actor = elementsOf('Procedure.performer')?.find(({ name }) => name === 'actor')
  t.same(actor?.types, [
    { code: 'Reference', targets: ['Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device'] },
  ])
  t.same(
    elementsOf('EvidenceVariable.characteristic')
      ?.map(({ name }) => name)
      .toSorted(),
    [
      'definition',
      'description',
      'exclude',
      'extension',
      'groupMeasure',
      'id',
      'modifierExtension',
      'participantEffective',
      'timeFromStart',
      'usageContext',
    ],
    'in R4, not R5',
  )
})
