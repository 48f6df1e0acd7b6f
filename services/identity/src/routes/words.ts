/** The words of the issuer's pages, in English and Welsh; the Welsh is typed by the English, so that a missing one fails the build. */

const en = {
  lang: 'en',
  service: 'Handrail',
  other: 'Cymraeg',
  sorry: 'Sorry',
  fault: 'Something went wrong on our side. Try again in a moment.',
  unreadable: 'The request cannot be read.',
  expired: 'This sign-in has expired',
  expiredText: 'Go back to where you came from and sign in again.',
  invited: 'You are invited to Handrail',
  makeText:
    'Make a passkey on this device: your fingerprint, your face or the code of the device. There is no password to remember or to lose.',
  make: 'Make a passkey',
  makeFailed: 'No passkey was made. Try again, or use another device.',
  signIn: 'Sign in to Handrail',
  useText: 'If you have a passkey, use the device on which you made it.',
  use: 'Sign in with a passkey',
  useFailed: 'The passkey was not used. Try again.',
  noScript: 'A passkey needs JavaScript, which is switched off in this browser. Switch it on for this page, or use a code.',
  none: 'If you have no sign-in, your organisation can invite you. People with an NHS account sign in where the operator of this hub says.',
  elsewhere: 'With an account of your organisation',
  elsewhereText: 'You sign in there and come back here.',
  elsewhereFailed: 'The sign-in there did not work',
  elsewhereFailedText: 'It said no, did not answer, or what it answered could not be checked. Nobody was signed in.',
  elsewhereUnknown: 'You are not registered here yet',
  elsewhereUnknownText:
    'You are known there, and nobody here has said who you are. Give the following to whoever administers your organisation in Handrail; it is not secret, and opens nothing by itself.',
  back: 'Choose another way to sign in',
  demo: 'Choose who to sign in as',
  demoText: 'This is a demonstration with made-up people. There is no password.',
  codeHeading: 'Without a passkey',
  contact: 'Your e-mail address or mobile number',
  contactHint: 'The one that was given when you were invited. We send a code of six digits to it.',
  send: 'Send me a code',
  contactWrong: 'Enter an e-mail address, such as name@example.org, or a mobile number',
  code: 'Enter the code',
  codeText:
    'If that address signs in here, a code is on its way to it. It can take a minute. It works for 10 minutes, once, in this browser.',
  codeLabel: 'Code of six digits',
  check: 'Go on',
  codeWrong: 'That code is not right, was used already, or is too old',
  again: 'Ask for another code',
  error: 'There is a problem',
  problem: 'Error',
  gone: 'This invitation cannot be used',
  goneText:
    'It was used already, is older than a week, or was not copied whole. Ask whoever invited you for another. If you have a sign-in already, use it.',
  taken: 'That address signs in somebody already. Ask to be invited with another, or make a passkey.',
  joined: 'You can sign in now',
  joinedText: 'From now on, sign in with this address: we send you a code each time.',
  toSignIn: 'Go to the sign-in',
}

type WordsOfPages = { readonly [Name in keyof typeof en]: string }

const cy: WordsOfPages = {
  lang: 'cy',
  service: 'Handrail',
  other: 'English',
  sorry: 'Mae’n ddrwg gennym',
  fault: 'Aeth rhywbeth o’i le ar ein hochr ni. Rhowch gynnig arall arni mewn munud.',
  unreadable: 'Ni ellir darllen y cais.',
  expired: 'Mae’r mewngofnodi hwn wedi dod i ben',
  expiredText: 'Ewch yn ôl i’r lle y daethoch ohono a mewngofnodwch eto.',
  invited: 'Rydych wedi’ch gwahodd i Handrail',
  makeText: 'Gwnewch allwedd ar y ddyfais hon: eich ôl bys, eich wyneb neu god y ddyfais. Nid oes cyfrinair i’w gofio nac i’w golli.',
  make: 'Gwneud allwedd',
  makeFailed: 'Ni wnaed allwedd. Rhowch gynnig arall arni, neu defnyddiwch ddyfais arall.',
  signIn: 'Mewngofnodi i Handrail',
  useText: 'Os oes gennych allwedd, defnyddiwch y ddyfais y gwnaethoch hi arni.',
  use: 'Mewngofnodi ag allwedd',
  useFailed: 'Ni ddefnyddiwyd yr allwedd. Rhowch gynnig arall arni.',
  noScript:
    'Mae allwedd angen JavaScript, sydd wedi’i ddiffodd yn y porwr hwn. Trowch ef ymlaen ar gyfer y dudalen hon, neu defnyddiwch god.',
  none: 'Os na allwch fewngofnodi, gall eich sefydliad eich gwahodd. Mae pobl â chyfrif GIG yn mewngofnodi lle mae gweithredwr y canolbwynt hwn yn dweud.',
  elsewhere: 'Gyda chyfrif eich sefydliad',
  elsewhereText: 'Rydych yn mewngofnodi yno ac yn dod yn ôl yma.',
  elsewhereFailed: 'Ni weithiodd y mewngofnodi yno',
  elsewhereFailedText: 'Dywedodd na, ni atebodd, neu ni ellid gwirio’r hyn a atebodd. Ni fewngofnodwyd neb.',
  elsewhereUnknown: 'Nid ydych wedi’ch cofrestru yma eto',
  elsewhereUnknownText:
    'Rydych yn hysbys yno, ac nid oes neb yma wedi dweud pwy ydych. Rhowch y canlynol i bwy bynnag sy’n gweinyddu eich sefydliad yn Handrail; nid yw’n gyfrinach, ac nid yw’n agor dim ar ei ben ei hun.',
  back: 'Dewiswch ffordd arall o fewngofnodi',
  demo: 'Dewiswch fel pwy i fewngofnodi',
  demoText: 'Arddangosiad gyda phobl ddychmygol yw hwn. Nid oes cyfrinair.',
  codeHeading: 'Heb allwedd',
  contact: 'Eich cyfeiriad e-bost neu rif ffôn symudol',
  contactHint: 'Yr un a roddwyd pan gawsoch eich gwahodd. Anfonwn god o chwe digid iddo.',
  send: 'Anfonwch god ataf',
  contactWrong: 'Rhowch gyfeiriad e-bost, megis enw@example.org, neu rif ffôn symudol',
  code: 'Rhowch y cod',
  codeText:
    'Os yw’r cyfeiriad hwnnw’n mewngofnodi yma, mae cod ar ei ffordd iddo. Gall gymryd munud. Mae’n gweithio am 10 munud, unwaith, yn y porwr hwn.',
  codeLabel: 'Cod o chwe digid',
  check: 'Ymlaen',
  codeWrong: 'Nid yw’r cod hwnnw’n gywir, fe’i defnyddiwyd eisoes, neu mae’n rhy hen',
  again: 'Gofyn am god arall',
  error: 'Mae problem',
  problem: 'Gwall',
  gone: 'Ni ellir defnyddio’r gwahoddiad hwn',
  goneText:
    'Fe’i defnyddiwyd eisoes, mae’n hŷn nag wythnos, neu ni chopïwyd ef yn gyfan. Gofynnwch i bwy bynnag a’ch gwahoddodd am un arall. Os gallwch fewngofnodi eisoes, gwnewch hynny.',
  taken: 'Mae’r cyfeiriad hwnnw’n mewngofnodi rhywun eisoes. Gofynnwch am wahoddiad gydag un arall, neu gwnewch allwedd.',
  joined: 'Gallwch fewngofnodi nawr',
  joinedText: 'O hyn ymlaen, mewngofnodwch â’r cyfeiriad hwn: anfonwn god atoch bob tro.',
  toSignIn: 'Ewch i fewngofnodi',
}

/** Every word of one language. */
export type Words = WordsOfPages

/** The words a browser reads: as chosen on the pages of the portal, else as it asks. */
export function wordsFor({
  cookie,
  'accept-language': asked,
}: {
  readonly cookie?: string | undefined
  readonly 'accept-language'?: string | undefined
}): Words {
  const chosen = /(?:^|;\s*)handrail_portal_language=(en|cy)/.exec(cookie ?? '')?.[1]
  return (chosen ?? (/^cy\b/i.test(asked ?? '') ? 'cy' : 'en')) === 'cy' ? cy : en
}
