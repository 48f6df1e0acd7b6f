/** What the page itself says. What the record says is shown as it is. */
export const WORDS = {
  en: {
    title: 'Shared health summary',
    skip: 'Skip to the summary',
    intro:
      'Somebody has shared a part of their health record with you. It is decrypted here in your browser. The person sees that it was opened, when, and the name that you give.',
    paste: 'Paste the link or the health card here',
    recipient: 'Who are you?',
    recipientHint: 'Your name or role, and where you work. The person will see it.',
    passcode: 'Passcode',
    passcodeHint: 'The person tells it to you. After five wrong ones the link is locked.',
    open: 'Open the summary',
    opening: 'Opening …',
    recipientMissing: 'Say who you are, so that the person can see who opened their summary.',
    passcodeMissing: 'Enter the passcode that the person told you.',
    passcodeWrong: (left) =>
      left === 0
        ? 'That passcode is wrong, and the link is now locked. The person has been told. Ask them for a new link.'
        : `That passcode is wrong. ${left} ${left === 1 ? 'try is' : 'tries are'} left before the link is locked.`,
    gone: 'This link cannot be opened. It may have expired, been withdrawn by the person, or been locked after wrong passcodes. Ask the person for a new link: they make one in their record in a minute. If the person cannot be asked, use the words on their card, and call the contacts on it.',
    expired: 'This link says that it expired on',
    often: 'This link was opened too often just now. Wait a minute, and try again.',
    offline: 'The hub cannot be reached. Check the network, and try again. Without a network, use the words on the person’s card.',
    failed: 'Something went wrong at the hub. Try again in a minute.',
    unreadable: 'This is no link to a health summary. Scan the code again, or paste the whole link.',
    elsewhere: 'This link belongs to another service. Open it with that service’s own page.',
    damaged: 'The content does not fit its key: the link is damaged, or somebody changed it. Nothing of it is shown.',
    bornOn: 'Born',
    nhsNumber: 'NHS number',
    print: 'Print',
    download: 'Save the page for printing (PDF)',
    cardGood: 'The signature of this card is good. It was signed by this hub on',
    cardBad: 'This card is not shown: its signature is not good. It was changed, or this hub did not sign it.',
    cardExpired: 'This card is not shown: it has expired. Ask for the live copy.',
    cardUnknown: 'This card was signed elsewhere, so it cannot be checked here. It is not shown.',
    recordTitle: 'A code to record by',
    recordText:
      'The person shows this code so that you can record a session for them. Open the system in which you record sessions, choose “record by code”, and scan it there, or copy this text:',
    noteTitle: 'Leave a note for the home team',
    noteLabel: 'What should they know?',
    noteHint:
      'One note, at most 1,000 characters. It waits as “unconfirmed, from link” until the home team has looked at it. It is not for anything urgent: call the contacts above.',
    noteSend: 'Send the note',
    noteSent: 'Thank you. The note waits for the home team.',
    noteGone: 'No note can be left any more: one was left already, or the link has ended.',
    noteEmpty: 'Write a note first, in plain words.',
    footer: 'Nothing of this summary is kept in this browser. Handrail keeps the record; the key to this summary never reaches it.',
  },
  cy: {
    title: 'Crynodeb iechyd a rannwyd',
    skip: 'Neidio i’r crynodeb',
    intro:
      'Mae rhywun wedi rhannu rhan o’u cofnod iechyd â chi. Caiff ei ddadgryptio yma yn eich porwr. Bydd y person yn gweld iddo gael ei agor, pryd, a’r enw a roddwch.',
    paste: 'Gludwch y ddolen neu’r cerdyn iechyd yma',
    recipient: 'Pwy ydych chi?',
    recipientHint: 'Eich enw neu’ch rôl, a ble rydych yn gweithio. Bydd y person yn ei weld.',
    passcode: 'Cod mynediad',
    passcodeHint: 'Y person sy’n ei roi i chi. Ar ôl pump anghywir caiff y ddolen ei chloi.',
    open: 'Agor y crynodeb',
    opening: 'Yn agor …',
    recipientMissing: 'Dywedwch pwy ydych chi, er mwyn i’r person weld pwy agorodd eu crynodeb.',
    passcodeMissing: 'Rhowch y cod mynediad a gawsoch gan y person.',
    passcodeWrong: (left) =>
      left === 0
        ? 'Mae’r cod yn anghywir, ac mae’r ddolen bellach wedi’i chloi. Mae’r person wedi cael gwybod. Gofynnwch am ddolen newydd.'
        : `Mae’r cod yn anghywir. Nifer y cynigion ar ôl cyn cloi’r ddolen: ${left}.`,
    gone: 'Ni ellir agor y ddolen hon. Efallai ei bod wedi dod i ben, wedi’i thynnu’n ôl gan y person, neu wedi’i chloi ar ôl codau anghywir. Gofynnwch i’r person am ddolen newydd. Os na ellir gofyn i’r person, defnyddiwch y geiriau ar eu cerdyn, a ffoniwch y cysylltiadau arno.',
    expired: 'Mae’r ddolen yn dweud iddi ddod i ben ar',
    often: 'Agorwyd y ddolen hon yn rhy aml yn awr. Arhoswch funud, a rhowch gynnig arall arni.',
    offline:
      'Ni ellir cyrraedd yr hwb. Gwiriwch y rhwydwaith, a rhowch gynnig arall arni. Heb rwydwaith, defnyddiwch y geiriau ar gerdyn y person.',
    failed: 'Aeth rhywbeth o’i le yn yr hwb. Rhowch gynnig arall arni ymhen munud.',
    unreadable: 'Nid yw hon yn ddolen i grynodeb iechyd. Sganiwch y cod eto, neu gludwch y ddolen gyfan.',
    elsewhere: 'Mae’r ddolen hon yn perthyn i wasanaeth arall. Agorwch hi â thudalen y gwasanaeth hwnnw.',
    damaged: 'Nid yw’r cynnwys yn cyd-fynd â’i allwedd: mae’r ddolen wedi’i difrodi, neu newidiodd rhywun hi. Ni ddangosir dim ohono.',
    bornOn: 'Ganed',
    nhsNumber: 'Rhif GIG',
    print: 'Argraffu',
    download: 'Cadw’r dudalen i’w hargraffu (PDF)',
    cardGood: 'Mae llofnod y cerdyn hwn yn ddilys. Fe’i llofnodwyd gan yr hwb hwn ar',
    cardBad: 'Ni ddangosir y cerdyn hwn: nid yw ei lofnod yn ddilys. Newidiwyd ef, neu nid yr hwb hwn a’i llofnododd.',
    cardExpired: 'Ni ddangosir y cerdyn hwn: mae wedi dod i ben. Gofynnwch am y copi byw.',
    cardUnknown: 'Llofnodwyd y cerdyn hwn yn rhywle arall, felly ni ellir ei wirio yma. Ni chaiff ei ddangos.',
    recordTitle: 'Cod i gofnodi ag ef',
    recordText:
      'Mae’r person yn dangos y cod hwn er mwyn i chi gofnodi sesiwn iddynt. Agorwch y system lle rydych yn cofnodi sesiynau, a sganiwch ef yno, neu copïwch y testun hwn:',
    noteTitle: 'Gadael nodyn i’r tîm cartref',
    noteLabel: 'Beth ddylent ei wybod?',
    noteHint:
      'Un nodyn, 1,000 o nodau ar y mwyaf. Bydd yn aros fel “heb ei gadarnhau, o ddolen” nes i’r tîm cartref edrych arno. Nid yw ar gyfer dim byd brys: ffoniwch y cysylltiadau uchod.',
    noteSend: 'Anfon y nodyn',
    noteSent: 'Diolch. Mae’r nodyn yn aros am y tîm cartref.',
    noteGone: 'Ni ellir gadael nodyn mwyach: gadawyd un eisoes, neu daeth y ddolen i ben.',
    noteEmpty: 'Ysgrifennwch nodyn yn gyntaf, mewn geiriau plaen.',
    footer:
      'Ni chedwir dim o’r crynodeb hwn yn y porwr hwn. Handrail sy’n cadw’r cofnod; nid yw’r allwedd i’r crynodeb hwn byth yn ei gyrraedd.',
  },
}
