/** A line of an alert that cannot be worked out from the record holds up neither the alert nor the other lines. */
import type { MedicationStatement } from '@medplum/fhirtypes'
import t from 'tap'
import { openLog } from '@platform/service/log'
import { aDeviceBlock } from '@platform/testing/cast'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHospital } from './a-hospital.ts'

const medicine = (...notes: readonly string[]): MedicationStatement => ({
  resourceType: 'MedicationStatement',
  id: 'gabapentin',
  status: 'active',
  subject: { reference: 'Patient/dafydd' },
  medicationCodeableConcept: { text: 'Gabapentin' },
  note: notes.map((text) => ({ text })),
})

t.test('HAZ-A71: somebody whose medicine has two notes is told of as anybody else', async (t) => {
  const hospital = await testHospital(t)
  hospital.record.seed({ ...aDeviceBlock().device, status: 'inactive' })
  hospital.record.seed(medicine('Started in clinic.', 'Do not stop suddenly.'))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const said = hospital.task(/-ward$/).input?.find(({ type }) => type.text === 'Do not stop')
  t.equal(said?.valueString, 'Recorded as not to be stopped: Gabapentin. The ward reconciles.')
})

t.test(
  'HAZ-A71: a line that cannot be worked out says so, the alert goes out with all others, and the operator reads which rule it is',
  async (t) => {
    const logged: string[] = []
    const hospital = await testHospital(t, { log: openLog({ level: 'warn', to: { write: (line: string) => void logged.push(line) } }) })
    const { device, use } = aDeviceBlock()
    const block = use.extension?.[0]
    const [contact] = block?.extension?.filter(({ url }) => url === 'contact') ?? []
    if (block === undefined || contact === undefined) throw new Error('The pump of the cast has a contact.')
    const twice = { ...use, extension: [{ ...block, extension: [...(block.extension ?? []), contact] }] }
    hospital.record.seed(device)
    hospital.record.seed(twice)
    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    const ward = hospital.task(/-ward$/)
    t.match(ward.input?.find(({ type }) => type.text === 'Refill')?.valueString, /^Refill due by 23 Nov 2026/)
    t.match(
      ward.input?.find(({ type }) => type.text === 'Call, 24 hours')?.valueString,
      /^This could not be worked out from the record: ask the specialist team\./,
    )
    const line = logged.find((each) => each.includes('alert.line-unread'))
    t.match(line, /alert-intrathecal-baclofen-pump/)
    t.notMatch(logged.join(''), /dafydd|01632/i, 'nothing of the person')
  },
)
