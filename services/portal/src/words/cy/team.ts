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
  },
  passkey: 'Mewngofnodi ag allwedd ddyfais neu god',
}
