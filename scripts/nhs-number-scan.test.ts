import t from 'tap'
import { findNhsNumbers } from './nhs-number-scan.ts'

const scan = (text: string, file = 'services/x/src/y.ts'): string[] => findNhsNumbers(file, Buffer.from(text)).map(({ number }) => number)
// Put together here, so that this file does not hold what it looks for.
const issued = `${'401'}${'023'}${'2137'}`

t.test('a number that could be issued is found, however it is written', async (t) => {
  t.strictSame(scan(`const n = '${issued}'`), [issued])
  t.strictSame(scan(`401 023 ${issued.slice(6)}`), [issued])
  t.strictSame(scan(`401-023-${issued.slice(6)}`), [issued])
})

t.test('the synthetic range, wrong check digits and longer numbers are left alone', async (t) => {
  t.strictSame(scan('9990123454 999 054 8609'), [])
  t.strictSame(scan(`${issued.slice(0, 9)}8`), [])
  t.strictSame(scan(`1${issued} ${issued}1 1.${issued}`), [])
})

t.test('the lockfile and binary files hold no numbers of ours', async (t) => {
  t.strictSame(scan(issued, 'package-lock.json'), [])
  t.strictSame(scan(`\0${issued}`), [])
})
