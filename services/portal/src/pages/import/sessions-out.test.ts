import type { Patient, Procedure } from '@medplum/fhirtypes'
import t from 'tap'
import { toCsv } from './sessions-out.ts'
import { showReport } from './report.ts'

const bryn: Patient = {
  resourceType: 'Patient',
  birthDate: '1965-06-02',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990548609' }],
}
const session = (more: Partial<Procedure>): Procedure => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject: { reference: 'Patient/bryn' },
  performedDateTime: '2026-10-15',
  code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/intervention-kind', code: 'yoga' }], text: 'Yoga' },
  ...more,
})

t.test('a file has one row for each session, and no cell that a spreadsheet would run', async (t) => {
  const mistake = session({ status: 'entered-in-error' })
  const csv = toCsv([session({ note: [{ text: '=1+1' }] }), mistake], new Map([['Patient/bryn', bryn]]))
  const [heading, row, ...rest] = csv.replace('\uFEFF', '').trim().split('\n')
  t.equal(heading, 'NHS number,Date of birth,Date,Therapy,Attended,Reason,Minutes,Mode,Approach,Note,Reference')
  t.equal(row, "9990548609,1965-06-02,2026-10-15,yoga,yes,,,,,'=1+1,")
  t.same(rest, [])
})

t.test('where number and date of birth are not shown, nothing stands in for them, and a name says whose row it is', async (t) => {
  const tag = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }]
  const inPart: Patient = { resourceType: 'Patient', meta: { tag }, name: [{ family: 'Tudor', given: ['Bryn'] }] }
  const [heading, row] = toCsv([session({})], new Map([['Patient/bryn', inPart]]))
    .trim()
    .split('\n')
  t.match(heading, /Reference,Name$/)
  t.equal(row, ',,2026-10-15,yoga,yes,,,,,,,Bryn Tudor')
})

t.test('a report names lines and what is wrong with them, and the id to take the file back', async (t) => {
  const report = showReport({
    resourceType: 'Parameters',
    parameter: [
      { name: 'import', valueId: 'abc' },
      { name: 'passed-over', valueString: 'Shoe size' },
      { name: 'recorded', valueInteger: 1 },
      {
        name: 'row',
        part: [
          { name: 'line', valueInteger: 3 },
          { name: 'outcome', valueCode: 'refused' },
          { name: 'says', valueString: 'Date is a day that does not exist.' },
        ],
      },
    ],
  })
  t.same(report, {
    importId: 'abc',
    counts: [{ outcome: 'recorded', count: 1 }],
    refused: [{ line: 3, says: 'Date is a day that does not exist.' }],
    passedOver: ['Shoe size'],
  })
})
