import t from 'tap'
import { withPlainDollar } from './plain-dollar.ts'

t.test('an encoded dollar sign in the path of a FHIR address is one, and nothing else is touched', (t) => {
  t.equal(withPlainDollar('/fhir/Patient/x/%24summary?_format=%24'), '/fhir/Patient/x/$summary?_format=%24')
  for (const same of ['/fhir/Patient/x/$summary', '/fhir/Patient?name=%24x', '/shl/%24', '/fhir', '*', '/fhir/Patient/%2524'])
    t.equal(withPlainDollar(same), same)
  t.end()
})
