import type { ownFeeds as english } from '../en/own-feeds.ts'

export const ownFeeds: typeof english = {
  ownFeeds: {
    head: 'Beth rydych yn ei gyhoeddi ar gyfer y cyfeiriadur',
    unknown:
      'Ni ellir darllen cyflwr eich ffrydiau ar hyn o bryd. Nid oes dim wedi’i golli: rhowch gynnig arall arni mewn ychydig funudau.',
    nothing: 'Nid yw’r hwb yn darllen unrhyw ffrwd gennych.',
    whatItIs:
      'Rhestr o’ch gwasanaethau neu’ch sesiynau mewn cyfeiriad ar y we yw ffrwd. Mae cyfeiriadur neu system archebu yn ei chadw ar eich rhan, fel Open Referral UK neu OpenActive. Mae’r hwb yn ei darllen ohono’i hun, fel nad oes rhaid i neb nodi’r un peth ddwywaith.',
    whomToAsk: 'Os oes gennych un, rhowch ei chyfeiriad i weithredwr yr hwb. Mae’r hyn a restrwyd amdanoch â llaw yn aros fel y mae.',
    intro: 'Beth mae’r hwb yn ei ddarllen gennych, a beth ddaeth ohono.',
    asked: 'Bydd yr hwb yn darllen y ffrwd cyn gynted ag y gall. Edrychwch eto mewn ychydig funudau.',
    notNow: 'Ni ofynnwyd am y ffrwd: mae wedi’i hoedi, neu gofynnodd rhywun o’ch sefydliad yn ystod yr awr ddiwethaf.',
    states: { 'up-to-date': 'Yn gyfredol', 'being-read': 'Yn cael ei darllen', 'not-answering': 'Ddim yn ateb', paused: 'Wedi’i hoedi' },
    means: {
      'up-to-date': 'Fe’i darllenwyd hyd at ei diwedd.',
      'being-read': 'Nid yw ei diwedd wedi’i gyrraedd eto.',
      'not-answering': 'Ni all yr hwb ei darllen.',
      paused: 'Gweithredwr yr hwb sydd wedi’i hoedi: gofynnwch iddo pam.',
    },
    since: (when) => `Mae felly ers ${when}.`,
    why: 'Beth aeth o’i le',
    frozen: {
      'not-answering':
        'Mae eich rhestriadau’n aros fel yr oeddent. Mae pwy bynnag sy’n chwilio am wasanaeth yn darllen nad yw eu ffynhonnell yn ateb, ac ni chynigir yr un ohonynt yn gyntaf.',
      paused: 'Mae eich rhestriadau’n aros fel yr oeddent, ac nid yw’r hyn a newidiwch yn cyrraedd y cyfeiriadur.',
    },
    address: 'Cyfeiriad',
    kind: 'Math',
    ods: 'Data sefydliadau’r GIG',
    answered: 'Atebodd ddiwethaf',
    never: 'Ddim eto',
    listed: 'Yn y cyfeiriadur',
    listedCount: (count) => `${String(count)} rhestriad`,
    sessions: 'Cynigir sesiynau gyda’r rhestriad y maent yn perthyn iddo, ac ni chyfrifir hwy yma.',
    taken: 'Wedi’i ddarllen hyd yma',
    takenCount: (count) => (count === 1 ? '1 eitem' : `${String(count)} eitem, gan gyfrif pob fersiwn newydd`),
    refused: 'Methu ei gymryd',
    refusedCount: (count) => `${String(count)} eitem i’w thrwsio`,
    refusedNone: 'Dim',
    again: 'Ei darllen eto nawr',
    askableFrom: (when) => `Mae rhywun o’ch sefydliad wedi gofyn iddi gael ei darllen eto. Cewch ofyn unwaith eto o ${when}.`,
    doubts: 'Beth a allai fod wedi’i restru ddwywaith',
    doubtsText: 'Rhestrir y ddau nes i weithredwr yr hwb benderfynu. Dywedwch wrtho os ydych yn gwybod.',
    doubt: (name, other, publisher) => `Gallai “${name}” fod yr un peth â “${other}” (${publisher ?? 'wedi’i restru gan yr hwb ei hun'}).`,
    closes: (publisher) =>
      `Mae ${publisher} yn dweud bod eich sefydliad wedi cau. Nes i hynny gael ei benderfynu ni chaiff ei gynnig i neb, ac mae’r hyn sydd ar agor ganddo wedi’i roi gerbron pwy bynnag sy’n ei gydlynu. Dywedwch wrth weithredwr yr hwb os nad yw hynny’n wir.`,
    decidedBy: (day) => `I’w benderfynu erbyn ${day}.`,
    refusedTitle: 'Beth na ellid ei gymryd o’ch ffrwd',
    of: 'Ffrwd',
    refusedIntro: (count) =>
      count === 1
        ? 'Nid yw un eitem o’ch ffrwd yn y cyfeiriadur, oherwydd ni all yr hwb ei darllen fel y mae. Cymerwyd popeth arall.'
        : `Nid yw ${String(count)} eitem o’ch ffrwd yn y cyfeiriadur, oherwydd ni all yr hwb eu darllen fel y maent. Cymerwyd popeth arall.`,
    newest: 'Cedwir y 100 diweddaraf.',
    mended:
      'Rhowch y rhestr hon i bwy bynnag sy’n rhedeg y system sy’n cyhoeddi eich ffrwd. Bydd yr hyn a drwsir yn gadael y rhestr pan fydd yr hwb wedi’i ddarllen eto.',
    refusedEmpty: 'Nid oes dim i’w drwsio: cymerwyd popeth y mae’r hwb wedi’i ddarllen o’r ffrwd hon.',
    csv: 'Lawrlwytho’r rhestr hon (CSV)',
    item: 'Eitem',
    nth: (count) => `Rhif ${String(count)} ar ei thudalen`,
    place: 'Lle',
    whole: 'yr eitem gyfan',
    wrong: 'Beth sydd o’i le',
    mend: 'Sut i’w drwsio',
    mendUnknown: 'Gofynnwch i weithredwr yr hwb.',
    page: 'Tudalen',
    at: 'Darllenwyd ar',
    pageOf: (page, pages) => `Tudalen ${String(page)} o ${String(pages)}`,
    previous: 'Tudalen flaenorol',
    next: 'Tudalen nesaf',
    rules: {
      'id-missing': { wrong: 'Nid oes ganddi id.', mend: 'Rhowch id iddi, yn destun, sy’n aros yr un peth.' },
      'id-unreadable': {
        wrong: 'Nid yw ei id yn destun nac yn rhif cyfan sy’n cadw ei ddigidau.',
        mend: 'Ysgrifennwch yr id yn destun, mewn dyfynodau, gyda 500 nod ar y mwyaf.',
      },
      'kind-missing': {
        wrong: 'Nid yw’n dweud pa fath o eitem ydyw.',
        mend: 'Ysgrifennwch ei kind, megis SessionSeries neu ScheduledSession.',
      },
      'modified-unreadable': {
        wrong: 'Nid yw’r amser y’i newidiwyd yn rhif cyfan nac yn destun.',
        mend: 'Ysgrifennwch modified yn rhif cyfan sy’n tyfu gyda phob newid.',
      },
      'state-unknown': {
        wrong: 'Nid updated na deleted yw ei state.',
        mend: 'Ysgrifennwch updated, neu deleted lle nad yw’n bod mwyach.',
      },
      'data-missing': {
        wrong: 'Mae’n dweud ei bod wedi’i diweddaru, ac nid yw’n dal dim.',
        mend: 'Rhowch y cyfan ohoni yn data, neu dywedwch ei bod wedi’i dileu.',
      },
      'name-missing': { wrong: 'Nid oes ganddi enw.', mend: 'Rhowch i’r gwasanaeth yr enw y mae pobl yn ei adnabod wrtho.' },
      'null-character': {
        wrong: 'Mae’n dal nod na chaiff unrhyw destun ei ddal (U+0000).',
        mend: 'Tynnwch y nod: mae’n aml yn dod gyda geiriau a gopïwyd o rywle arall.',
      },
    },
  },
}
