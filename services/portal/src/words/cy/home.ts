/** The first page after signing in. */
export const home = {
  home: {
    nav: 'Hafan',
    title: (name: string) => `Helo, ${name}`,
    for: (organisation: string) => `Rydych yn gweithio i ${organisation}.`,
    waits: 'Beth sy’n aros amdanoch',
    inbox: (count: number) => (count === 1 ? 'cais i’w ateb' : 'o geisiadau i’w hateb'),
    overdue: (count: number) => `${count} yn hwyr`,
    alerts: (count: number) => (count === 1 ? 'rhybudd ysbyty heb ei gydnabod' : 'o rybuddion ysbyty heb eu cydnabod'),
    noneWaits: 'Nid oes dim yn aros amdanoch. Bydd ceisiadau newydd a rhybuddion ysbyty yn ymddangos yma.',
    first: 'Defnyddiol yn gyntaf',
    people: 'Eich pobl',
    noPeople:
      'Nid oes gennych bobl yma eto. Bydd person yn ymddangos pan gaiff ei atgyfeirio atoch, pan ymunwch â’i dîm gofal, neu pan fydd yn eich ysbyty.',
    allPeople: 'Eich holl bobl',
    openTimeline: 'Gweld beth a gawsant',
    record: 'Cofnodi sesiwn',
    refer: 'Gofyn i wasanaeth arall am help',
    own: {
      intro: 'Eich cofnod chi yw hwn. Nid oes angen i chi adrodd eich stori eto.',
      record: 'Gweld beth a gawsoch',
      recordHint: 'Therapi, dosbarthiadau, arosiadau ysbyty a mesuriadau, gan bwy bynnag y cawsoch nhw',
      referrals: 'Gweld ble mae eich atgyfeiriadau',
      referralsHint: 'I bwy y gofynnwyd, beth a ddywedwyd, a phwy sydd â’r cais nawr',
      looked: 'Gweld pwy edrychodd ar eich cofnod',
      lookedHint: 'Bob tro yr agorodd neu y newidiodd rhywun ef',
    },
    area: {
      intro: 'Rydych yn gweld gwasanaethau a dim pobl. Nid yw enwau, rhifau na chofnodion unigol yn rhan o’ch golwg.',
      services: 'Gwasanaethau’r ardal',
      sector: 'Sector',
      service: 'Gwasanaeth',
      waits: 'Gweld gweithgarwch, arian, canlyniadau, amseroedd aros ac anghenion heb eu diwallu',
      empty: 'Nid oes gwasanaethau wedi’u rhestru.',
    },
  },
}
