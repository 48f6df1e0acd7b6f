// NHS Data Dictionary: ORGANISATION IDENTIFIER (min an3 max an5) and ORGANISATION SITE IDENTIFIER (min an5 max an9).
// https://www.datadictionary.nhs.uk/data_elements/organisation_identifier.html

declare const kind: unique symbol

/** Code of an organisation or site in the Organisation Data Service: 3 to 9 capital letters and digits. */
export type OdsCode = string & { readonly [kind]: 'ODS code' }

/** Whether the text has the shape of an ODS code as it is stored. Whether the code was issued only the service itself knows. */
export function isOdsCode(text: string): text is OdsCode {
  return /^[A-Z0-9]{3,9}$/.test(text)
}

/** An ODS code out of what somebody wrote, lower case and outer spaces allowed; nothing when it has not the shape of one. */
export function parseOdsCode(text: string): OdsCode | undefined {
  const code = text.trim().toUpperCase()
  return isOdsCode(code) ? code : undefined
}
