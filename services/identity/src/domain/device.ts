/** What somebody signed in with, in words coarse enough to be kept: `Chrome, Windows`. Never a version, a model or an address. */

const BROWSERS = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const

const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows NT\b/],
  ['Mac', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const

/** @param userAgent as the browser says it, RFC 9110 section 10.1.5; names that it does not say are left out */
export function deviceOf(userAgent: string | undefined): string {
  const first = (names: readonly (readonly [string, RegExp])[]) => names.find(([, says]) => says.test(userAgent ?? ''))?.[0]
  return [first(BROWSERS), first(SYSTEMS)].filter((name) => name !== undefined).join(', ')
}
