/** Every address of a page, from the portal's own routes: a page that is added is in the list by being there. */
import { buildApp } from '@services/portal/app'
import type { Dependencies } from '@services/portal/dependencies'

/** Addresses that are no pages of their own, each with the reason. */
export const NO_PAGE: Readonly<Record<string, string>> = {
  '/sign-in': 'leads to the issuer',
  '/signed-in': 'comes back from the issuer',
  '/language/:language': 'goes back to the page',
  '/sign-in-time': 'tells a script how long a sign-in lasts',
  '/board/stream': 'is a stream of events',
  '/inbox/stream': 'is a stream of events',
  '/launch': 'leads to the local record that was launched from',
  '/launch/arrived': 'comes back from the local record',
  '/launch/person': 'needs a launch, and the demonstration has no local record',
  '/my-copy/print': 'is a file',
  '/requests/:id/files/:file': 'is a file',
  '/my-copy/summary': 'is a file',
  '/my-copy/everything': 'is a file',
}

/** The patterns of all pages: what answers GET, without files. */
export async function pageRoutes(): Promise<readonly string[]> {
  // The routes are asked for, never called: nothing behind them is needed.
  const nothing = new Proxy({}, { get: (_target, name) => (name === 'derive' ? () => 'no secret' : () => undefined) })
  const app = await buildApp({ PUBLIC_URL: 'http://127.0.0.1', HANDRAIL_DEMO: true } as Parameters<typeof buildApp>[0], {
    ...(nothing as Dependencies),
    record: nothing as Dependencies['record'],
    reports: nothing as Dependencies['reports'],
    operator: nothing as Dependencies['operator'],
    issuer: nothing as Dependencies['issuer'],
    localRecords: nothing as Dependencies['localRecords'],
    seal: nothing as Dependencies['seal'],
    clock: { now: () => new Date(0) },
    newId: () => 'none',
  })
  await app.ready()
  const printed = app.printRoutes({ commonPrefix: false })
  await app.close()
  return pathsIn(printed).filter(
    (path) => !/\.(css|svg|js|csv|pdf|png|webmanifest)$/.test(path) && !path.startsWith('/assets/') && !(path in NO_PAGE),
  )
}

/** Fastify draws its routes as a tree; each line adds to the path of the lines above it. */
export function pathsIn(printed: string): readonly string[] {
  const paths: string[] = []
  const stack: string[] = []
  for (const line of printed.split('\n')) {
    const found = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([^)]*)\))?/.exec(line)
    if (found === null) continue
    const [, indent = '', part = '', methods = ''] = found
    const depth = indent.length / 4
    stack.length = depth
    stack[depth] = part
    const path = stack.join('')
    if (methods.split(', ').includes('GET')) paths.push(path === '' ? '/' : path)
  }
  return [...new Set(paths)].toSorted((one, other) => (one < other ? -1 : 1))
}
