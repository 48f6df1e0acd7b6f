/** The sections of the patient summary: one file each in `domain/summary/sections/`; the folder is the registry. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Section } from '../domain/summary/define-section.ts'

/**
 * Loads every section of the folder, at start, in the order of the document.
 *
 * @throws Error in one sentence naming a file that is no section, and two that want the same place
 */
export async function loadSections(folder: string = join(import.meta.dirname, '../domain/summary/sections')): Promise<readonly Section[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).toSorted()
  const sections: Section[] = []
  for (const file of files) {
    const { default: section } = (await import(join(folder, file))) as { default?: Partial<Section> }
    if (typeof section?.build !== 'function' || section.id !== file.slice(0, -3) || typeof section.order !== 'number')
      throw new Error(`domain/summary/sections/${file} is no section with the id ${file.slice(0, -3)}.`)
    const other = sections.find(({ order }) => order === section.order)
    if (other !== undefined) throw new Error(`domain/summary/sections/${file} wants the place of ${other.id}.ts.`)
    sections.push(section as Section)
  }
  return sections.toSorted((one, other) => one.order - other.order)
}
