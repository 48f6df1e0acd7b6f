import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openViews } from './views.ts'
import { cy, en } from '../words/words.ts'

const source = fileURLToPath(new URL('..', import.meta.url))

t.test('every page renders when it is given nothing but the words', async (t) => {
  const render = openViews()
  for (const w of [en, cy])
    for (const template of globSync('pages/*/*.njk', { cwd: source })) {
      const html = render(template, { w, title: 'A title', person: {}, step: {}, values: {}, of: {}, now: new Date(0), at: new Date(0) })
      // What has no frame is a part of pages, with macros alone.
      if (readFileSync(`${source}/${template}`, 'utf8').startsWith('{% extends')) t.match(html, `<html lang="${w.lang}">`, template)
      t.notMatch(html, /<script(?! src=)|<style|\sstyle="|\son[a-z]+="|\[object Object\]/, template)
    }
})
