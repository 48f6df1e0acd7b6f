/** Inviting people into one's organisation. */
export const team = {
  team: {
    nav: 'Eich tîm',
    title: 'Gwahodd rhywun i’ch sefydliad',
    intro:
      'Maent yn gwneud allwedd ar eu dyfais eu hunain a gallant weithio ar unwaith. Nid ydynt yn gweld nac yn gwneud mwy nag y caiff eich sefydliad.',
    name: 'Enw’r person',
    work: 'Beth maent yn ei wneud',
    workHint: 'Er enghraifft, hyfforddwr ymarfer. Mae’n sefyll wrth ymyl popeth a gofnodant.',
    role: 'A ydynt ar gofrestr broffesiynol?',
    roles: {
      worker: 'Nac ydynt: gweithiwr neu wirfoddolwr',
      professional: 'Ydynt: gweithiwr proffesiynol cofrestredig, megis ffisiotherapydd',
    },
    contact: 'Eu cyfeiriad e-bost neu rif ffôn symudol (dewisol)',
    contactHint:
      'I’r rhai na allant wneud allwedd yn unig: anfonir cod yno bob tro y maent yn mewngofnodi. Chi sy’n rhoi’r ddolen iddynt o hyd. Nid ar gyfer sefydliadau sy’n darllen cofnodion cyfan.',
    contactRefused: 'Rhowch gyfeiriad e-bost neu rif ffôn symudol y gellir anfon codau iddo, neu gadewch ef yn wag',
    button: 'Gwneud y gwahoddiad',
    nameMissing: 'Rhowch enw’r person',
    workMissing: 'Dywedwch beth maent yn ei wneud',
    roleMissing: 'Dewiswch a ydynt ar gofrestr broffesiynol',
    long: 'Ysgrifennwch 100 nod ar y mwyaf',
    made: 'Gwnaed y gwahoddiad',
    madeText: 'Rhowch y ddolen hon iddynt hwy ac i neb arall. Mae’n gweithio unwaith, ac am wythnos.',
    picture: 'Gwahoddiad i’w sganio',
    until: 'Gellir ei ddefnyddio tan',
    elsewhere: {
      link: 'Pobl sy’n mewngofnodi â gwasanaeth mewngofnodi sefydliad arall',
      title: 'Pwy sy’n mewngofnodi â gwasanaeth mewngofnodi arall',
      intro:
        'Gall rhywun sydd â chyfrif gydag un o’r gwasanaethau hyn fewngofnodi ag ef yn lle allwedd. Nid ydynt yn gweld nac yn gwneud mwy nag y caiff eich sefydliad.',
      list: 'Wedi’u cofrestru nawr',
      nobodyYet: 'Nid oes neb wedi’i gofrestru.',
      since: 'Cofrestrwyd ar',
      oneself: 'Chi yw hwn. Gofynnwch i weinyddwr arall, neu i bwy bynnag sy’n rhedeg yr hwb, eich tynnu’n ôl.',
      end: 'Tynnu’n ôl',
      endText:
        'Ni allant fewngofnodi mwyach, ac mae’r hyn sydd ganddynt ar agor yn dod i ben o fewn munud o’i ddefnyddio. Mae’r hyn a gofnodwyd ganddynt yn aros.',
      endNow: 'Tynnu’n ôl nawr',
      add: 'Cofrestru rhywun',
      noIssuer: 'Nid oes gwasanaeth mewngofnodi arall wedi’i osod ar yr hwb hwn. Gall pwy bynnag sy’n rhedeg yr hwb osod un.',
      issuer: 'Ble maent yn mewngofnodi?',
      issuerMissing: 'Dewiswch ble maent yn mewngofnodi',
      subject: 'Eu dynodydd yno',
      subjectHint:
        'Pan fyddant yn ceisio mewngofnodi, mae’r dudalen yn ei ddangos iddynt. Cymharwch ef â’r hyn y mae eu sefydliad eu hunain yn ei ddweud amdanynt: gall pwy bynnag sydd ag ef weithio yma yn eu henw.',
      subjectMissing: 'Rhowch eu dynodydd',
      subjectWrong: 'Rhowch y dynodydd fel y’i dangosir, heb fylchau a gyda 255 nod ar y mwyaf',
      subjectTaken: 'Mae rhywun yn mewngofnodi â’r dynodydd hwn eisoes. Gwiriwch ef, neu tynnwch y person hwnnw’n ôl yn gyntaf',
      button: 'Cofrestru',
      registered: 'Mae’r person wedi’i gofrestru a gall fewngofnodi nawr.',
      ended: 'Tynnwyd y person yn ôl.',
      nobody: 'Nid oes neb o’ch sefydliad yn mewngofnodi fel hyn mwyach.',
    },
  },
  passkey: 'Mewngofnodi ag allwedd ddyfais neu god',
}
