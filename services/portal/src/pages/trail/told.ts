/** What a person was told, in the language they read. Pure. */
import type { Communication } from '@medplum/fhirtypes'
import type { Language } from '../../words/words.ts'

/** One message to the person. */
export interface Told {
  readonly at?: string
  readonly text: string
  /** Language the text is in. */
  readonly lang: Language
}

/** The messages of the hub, which come in English and Welsh, and those of people, which come as they were written. */
export function toldOf(messages: readonly Communication[], language: Language): readonly Told[] {
  return messages.flatMap(({ payload = [], sent, status }): Told[] => {
    const texts = payload.flatMap(({ contentString }) => contentString ?? [])
    const inWelsh = texts.length === 2 && language === 'cy'
    const text = inWelsh ? texts[1] : texts.length === 2 ? texts[0] : texts.join('\n')
    if (text === undefined || text === '' || status === 'entered-in-error') return []
    return [{ text, lang: inWelsh ? 'cy' : 'en', ...(sent === undefined ? {} : { at: sent }) }]
  })
}
