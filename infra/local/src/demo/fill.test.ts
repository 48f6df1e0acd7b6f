import t from 'tap'
import { orNextTime } from './fill.ts'
import { NotSo } from './story.ts'
import { soon } from './world/soon.ts'

t.test('a sample day that is late does not keep the hub from starting: it is said, with what to do', async (t) => {
  const warned: object[] = []
  const log = { warn: (line: object) => void warned.push(line) }
  const never = () => soon(async () => false, Boolean, 'No alert was raised on the sample day.', 0).then(() => undefined)
  await orNextTime(never, log)
  t.match(warned, [{ event: 'demo.sample-day-unfinished', reason: /^No alert was raised/, remedy: /^Start the hub again/ }])
})

t.test('one that the hub refuses is a defect, and stops the start', async (t) => {
  const refused = async () => {
    throw new NotSo('The hub refused demo-admin with 422.')
  }
  await t.rejects(orNextTime(refused, { warn: () => t.fail('it was passed over') }), { name: 'NotSo' })
})
