import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openViews } from './views.ts'
import { approvedText, type ApprovedName } from '../words/approved.ts'
import { cy, en } from '../words/words.ts'

const source = fileURLToPath(new URL('..', import.meta.url))

t.test('every page renders when it is given nothing but the words', async (t) => {
  const render = openViews()
  for (const w of [en, cy])
    for (const template of globSync('pages/*/*.njk', { cwd: source })) {
      const say = (name: ApprovedName) => approvedText(name, w.lang)
      const times = { now: new Date(0), at: new Date(0), expires: new Date(0), report: { publishedAt: new Date(0) } }
      const given = { title: 'A title', person: {}, step: {}, values: {}, of: {}, ...times }
      const html = render(template, { w, say, ...given })
      // What has no frame is a part of pages, with macros alone.
      if (readFileSync(`${source}/${template}`, 'utf8').startsWith('{% extends')) t.match(html, `<html lang="${w.lang}">`, template)
      t.notMatch(html, /<script(?! src=)|<style|\sstyle="|\son[a-z]+="|\[object Object\]/, template)
    }
})
