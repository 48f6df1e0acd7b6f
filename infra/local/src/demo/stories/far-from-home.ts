/** Story 5: a code shown to an emergency department far from home, by somebody who decides what is in it and until when. */
import type { Bundle, Communication, Composition, Parameters, Procedure, Task } from '@medplum/fhirtypes'
import { compactDecrypt, compactVerify, createRemoteJWKSet } from 'jose'
import { and, expect, given, hence, when, type Story } from '../story.ts'
import { soon } from '../world/soon.ts'
import type { World } from '../world/world.ts'

const PASSCODE = 'blue kettle'
const READER = 'Nurse Okafor, emergency department, Chester'
const NOTE = 'Seen in emergency 21 Nov, discharged'

interface Manifest {
  readonly files?: readonly { readonly contentType: string; readonly embedded?: string }[]
  readonly remainingAttempts?: number
}

/** The story of this world. */
export function farFromHome(world: World): Story {
  const { system, where, url } = world
  const own = system('demo-patient')
  let made = { link: '', id: '', secretUrl: '', key: new Uint8Array() }
  let opening = ''
  let document: Bundle | undefined
  let ada = ''

  const valueOf = (out: Parameters, name: string): string => {
    const found = out.parameter?.find((one) => one.name === name)
    return found?.valueUri ?? found?.valueString ?? found?.valueId ?? ''
  }
  const share = async (...parameter: NonNullable<Parameters['parameter']>): Promise<typeof made> => {
    const out = await own.operate<Parameters>(ada, '$share-link', ...parameter)
    const link = valueOf(out, 'link')
    const payload = JSON.parse(Buffer.from(link.split('shlink:/')[1] ?? '', 'base64url').toString()) as { url: string; key: string }
    return { link, id: valueOf(out, 'id'), secretUrl: payload.url, key: Buffer.from(payload.key, 'base64url') }
  }
  const open = async (address: string, passcode: string): Promise<{ status: number; body: Manifest; note: string }> => {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ recipient: READER, passcode }),
      signal: AbortSignal.timeout(30_000),
    })
    return { status: answer.status, body: (await answer.json()) as Manifest, note: answer.headers.get('handrail-opening') ?? '' }
  }
  const composition = (): Composition => {
    const found = document?.entry?.[0]?.resource
    expect(found?.resourceType === 'Composition', 'The link does not hold a document.')
    return found
  }

  return {
    title: 'A code shown far from home',
    about:
      'Ada is taken ill on a visit. The hospital there has no account and no access. She shows a code of what she chose to share; she sees who opened it, and takes it back with one tap.',
    steps: [
      given('Ada shares her emergency view for a day, with a passcode and nothing else of her record', async () => {
        ada = await where.patient('ada')
        made = await share({ name: 'section', valueCode: 'emergency' }, { name: 'passcode', valueString: PASSCODE }, { name: 'label', valueString: 'My neuro summary' }) // prettier-ignore
        expect(made.secretUrl.length <= 128, 'The address in the link is longer than the specification allows.')
        return 'The link is told once. The hub keeps neither its key nor its passcode.'
      }),
      when('a nurse scans it, says who she is and enters the passcode', async () => {
        const page = await fetch(`${url}/view`, { signal: AbortSignal.timeout(30_000) })
        expect(page.status === 200 && page.headers.get('content-security-policy') !== null, 'The viewer page is not there.')
        const answer = await open(made.secretUrl, PASSCODE)
        expect(answer.status === 200, `The link answers ${String(answer.status)}.`)
        const { plaintext } = await compactDecrypt(answer.body.files?.[0]?.embedded ?? '', made.key, { maxDecompressedLength: 5_000_000 })
        document = JSON.parse(new TextDecoder().decode(plaintext)) as Bundle
        opening = answer.note
        return `The page opens without an account. It shows: ${(composition().section ?? []).map(({ title }) => title).join('; ')}.`
      }),
      hence('the first lines say how fresh it is, how far it is checked, and what is not known', async () => {
        const [first] = composition().section ?? []
        const words = first?.text?.div.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').trim() ?? '' // prettier-ignore
        expect(first?.title === 'How fresh, how checked, and what is not known', 'It does not begin with that.')
        expect(words.includes('Made on'), 'It does not say when it was made.')
        return words.slice(0, 300)
      }),
      and('she leaves a note, which waits as unconfirmed until the home team accepts it', async () => {
        const sent = await fetch(`${url}/shl/note`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ opening, text: NOTE }),
        })
        expect(sent.status === 201, `The note was answered with ${String(sent.status)}.`)
        const home = system('demo-community-team')
        const task = await soon(
          async () => (await home.find<Task>('Task', { patient: ada, code: 'reader-note', status: 'requested' }))[0],
          (found): found is Task => found !== undefined,
          'The home team has no Task for it.',
        )
        const focus = task.focus?.reference ?? ''
        const waiting = await home.read<Communication>(focus)
        expect(waiting.statusReason?.text === 'Unconfirmed, from link', 'The note does not say that nobody has confirmed it.')
        expect(task.owner !== undefined && task.restriction?.period?.end !== undefined, 'Nobody answers for the note in time.')
        const accepted = await home.operate<Communication>(focus, '$answer-note', { name: 'outcome', valueCode: 'accept' })
        expect(accepted.status === 'completed', 'The note is not accepted.')
        return `"${NOTE}" waited for the community team, with a due time, and is accepted now.`
      }),
      when('somebody guesses the passcode of another link five times', async () => {
        const other = await share({ name: 'passcode', valueString: PASSCODE })
        const left: (number | undefined)[] = []
        for (let n = 0; n < 5; n += 1) left.push((await open(other.secretUrl, `guess ${String(n)}`)).body.remainingAttempts)
        expect(left.join() === '4,3,2,1,0', `The tries left were told as ${left.join()}.`)
        expect((await open(other.secretUrl, PASSCODE)).status === 404, 'The right passcode still opens it.')
        const told = await own.find<Communication>('Communication', { subject: ada })
        expect(told.some(({ payload }) => payload?.[0]?.contentString?.includes('locked after five wrong passcodes') === true), 'Ada was not told.') // prettier-ignore
        return 'The link is locked for everybody, and Ada is told.'
      }),
      hence('Ada sees who opened her link, and withdraws it with one tap', async () => {
        const { body } = await own.ask<Parameters>('GET', `/fhir/${ada}/$share-links`)
        expect(JSON.stringify(body).includes(READER), 'She does not see who opened it.')
        await own.operate(ada, '$withdraw-link', { name: 'id', valueString: made.id })
        const answer = await open(made.secretUrl, PASSCODE)
        expect(answer.status === 404, `After the withdrawal the link answers ${String(answer.status)}.`)
        return `She saw "${READER}", as the reader said. The next opening fails.`
      }),
      and('what works without a network: one printed side in English and in Welsh, a card for the wallet, and a signed card', async () => {
        await share({ name: 'long-term', valueBoolean: true }, { name: 'passcode', valueString: PASSCODE })
        for (const query of ['form=a4&language=en', 'form=a4&language=cy', 'form=card&language=en']) {
          const answer = await fetch(`${url}/fhir/${ada}/$print?${query}`, { headers: { authorization: `Bearer ${await own.token()}` } })
          const pdf = Buffer.from(await answer.arrayBuffer()).toString('latin1')
          expect(pdf.startsWith('%PDF-1.7') && [...pdf.matchAll(/\/Type \/Page\n/g)].length === 1, `${query} is not one page.`)
        }
        const out = await own.operate<Parameters>(ada, '$health-cards-issue', { name: 'credentialType', valueUri: 'https://smarthealth.cards#health-card' }) // prettier-ignore
        const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`))
        await compactVerify(valueOf(out, 'verifiableCredential'), keys, { algorithms: ['ES256'] })
        return 'Each is one page, with its date and the code of the live copy. The signature of the card is good.'
      }),
      and('at the leisure centre she shows a code, and a session is recorded for her without her NHS number', async () => {
        const code = await own.operate<Parameters>(ada, '$show-to-record', { name: 'purpose', valueString: 'My Tuesday class' })
        const leisure = system('demo-leisure')
        const accept = () =>
          leisure.ask<Parameters>('POST', '/fhir/Patient/$accept-shown', {
            resourceType: 'Parameters',
            parameter: [{ name: 'token', valueString: valueOf(code, 'link') }],
          })
        const { body } = await accept()
        const subject = body.parameter?.find(({ name }) => name === 'patient')?.valueReference?.reference ?? ''
        expect(subject === ada, 'The code does not say whom the session is about.')
        const day = (await world.clock.now()).toISOString().slice(0, 10)
        const session = await leisure.create<Procedure>({
          resourceType: 'Procedure',
          status: 'completed',
          subject: { reference: subject },
          code: { text: 'Chair-based exercise' },
          performedDateTime: day,
        })
        await own.operate(ada, '$withdraw-shown', { name: 'id', valueString: valueOf(code, 'id') })
        expect((await accept()).status === 404, 'The code still works after she withdrew it.')
        return `Procedure/${session.id} is in her record. The code is withdrawn, and works no more.`
      }),
    ],
  }
}
