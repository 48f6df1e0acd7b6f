/**
 * `%24` in the path of a FHIR address is the dollar sign of an operation: clients that encode every character of a path send it so.
 * RFC 3986 section 2.2 lets a server hold the two apart; no address of FHIR does.
 *
 * @param url path and query; what comes after the question mark is left as it is
 */
export function withPlainDollar(url: string): string {
  if (!url.startsWith('/fhir') || !url.includes('%24')) return url
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  return path.replaceAll('%24', '$') + url.slice(path.length)
}
