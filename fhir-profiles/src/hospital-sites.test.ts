import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parseHospitalSites, siteOf } from './hospital-sites.ts'
import { pathwayFolder } from './package.ts'

const shipped = JSON.parse(await readFile(join(pathwayFolder, 'hospital-sites.json'), 'utf8')) as { sites: Record<string, object> }
const withSite = (site: object) => siteOf(parseHospitalSites(JSON.stringify({ ...shipped, sites: { X: site } })), 'X')

t.test('HAZ-A137: what a hospital writes is known in whatever case its entry has it', async (t) => {
  const { patientClasses, admissionKinds, deathDispositions } = withSite({
    patientClasses: { 'day case': 'I' },
    admissionKinds: { em: 'emergency' },
    deathDispositions: ['died '],
  })
  t.equal(patientClasses?.get('DAY CASE'), 'I')
  t.equal(admissionKinds?.get('EM'), 'emergency')
  t.strictSame(deathDispositions, ['DIED'])
})

t.test('HAZ-A137: an entry that would be true of no message stops the start, and says where', async (t) => {
  const refused = (site: object, message: RegExp) => t.throws(() => withSite(site), { message })
  refused(
    { patientClasses: { INPATIENT: 'inpatient' } },
    /^pathway\/hospital-sites\.json\.sites\.X\.patientClasses\.INPATIENT must be one of B, C, E, I,/,
  )
  refused({ ignore: ['ADT^A08'] }, /sites\.X\.ignore\[0\] must be an event such as A08/)
  refused({ sensitiveWard: ['W1'] }, /unknown key sensitiveWard/)
})
