import t from 'tap'
import { hasDisplay } from './browser.ts'
import { NO_PAGE, pageRoutes, pathsIn } from './page-routes.ts'

t.test('every page of the portal is in the list, files and ways through are not', async (t) => {
  const routes = await pageRoutes()
  for (const page of ['/', '/inbox', '/people/:id', '/figures/:quarter/:area', '/our-report', '/accessibility'])
    t.ok(routes.includes(page), page)
  for (const other of [...Object.keys(NO_PAGE), '/figures/:quarter/:area/tables.csv']) t.notOk(routes.includes(other), other)
})

t.test('a tree of routes is read as paths', async (t) => {
  const tree = [
    '└── / (GET, HEAD)',
    '    ├── inbox (GET, HEAD)',
    '    │   └── /:id (GET, HEAD)',
    '    │       └── /accept (POST)',
    '    └── people (POST)',
    '',
  ].join('\n')
  t.same(pathsIn(tree), ['/', '/inbox', '/inbox/:id'])
})

t.test('a window is opened only where there is a display', async (t) => {
  t.equal(hasDisplay({}, 'linux'), false)
  t.equal(hasDisplay({ DISPLAY: ':0' }, 'linux'), true)
  t.equal(hasDisplay({}, 'darwin'), true)
})
