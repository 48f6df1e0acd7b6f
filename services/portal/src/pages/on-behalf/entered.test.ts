import t from 'tap'
import { enteredBy } from './entered.ts'

const AT = new Date('2026-11-21T09:00:00Z')
const GIVEN = {
  patient: 'Patient/ada',
  by: { fhirUser: 'Practitioner/morgan', organization: 'Organization/team' },
  told: 'paper',
  at: AT,
  key: 'k-1',
} as const

t.test('the person is the author of what was entered for them, and whoever typed it is the enterer', async (t) => {
  const { target, agent, activity } = enteredBy('urn:uuid:1', GIVEN)
  t.same(target, [{ reference: 'urn:uuid:1' }, { reference: 'Patient/ada' }])
  t.same(
    agent?.map(({ type, who, onBehalfOf }) => [type?.coding?.[0]?.code, who?.reference, onBehalfOf?.reference]),
    [
      ['author', 'Patient/ada', undefined],
      ['enterer', 'Practitioner/morgan', 'Patient/ada'],
    ],
  )
  t.equal(activity?.text, 'Written on paper and entered by somebody else')
})

t.test('an entry about the person is named once, and an organisation stands for whoever has no name here', async (t) => {
  const { target, agent } = enteredBy('Patient/ada', { ...GIVEN, by: { organization: 'Organization/team' } })
  t.equal(target?.length, 1)
  t.equal(agent?.[1]?.who?.reference, 'Organization/team')
})
