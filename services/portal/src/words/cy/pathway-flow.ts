/** Sut yr aeth pobl dros y llwybr mewn gwirionedd. */
export const pathwayFlow = {
  pathwayFlow: {
    link: 'Sut yr aeth pobl ar hyd y llwybr',
    title: 'Sut yr aeth pobl ar hyd y llwybr',
    intro:
      'O ba gam i ba gam y cafodd pobl eu pasio ymlaen, yn ôl sector y sawl a’u hanfonodd, a’r ffyrdd ar y llwybr nad aeth neb ar hyd-ddynt.',
    show: 'Dangos y chwarter hwn',
    csv: 'Lawrlwytho’r tabl hwn (CSV)',
    stagesHead: 'Camau’r llwybr',
    stages: {
      access: 'Dod i mewn',
      specialist: 'Cymorth arbenigol',
      mind: 'Hwyliau, cof a meddwl',
      community: 'Byw gydag ef',
      outside: 'Y tu allan i’r llwybr',
    },
    linksHead: 'Ffyrdd yr aeth pobl',
    from: 'O',
    to: 'I',
    sector: 'Sector y sawl a anfonodd',
    steps: 'Nifer o weithiau',
    sectorUnknown: 'Heb ei gofnodi',
    nothing: 'Ni phasiwyd neb ymlaen yn y chwarter hwn.',
    missingHead: 'Ffyrdd nad aeth neb',
    way: (from: string, to: string) => `O “${from}” i “${to}”`,
    noneMissing: 'Aeth rhywun ar hyd pob ffordd rhwng dau gam.',
    needs: (count: string) => `Ceisiadau yn y chwarter: ${count}, wedi’u talgrynnu i’r 5 agosaf.`,
    needsHidden: 'Ceisiadau yn y chwarter: cuddiwyd, oherwydd mai 1 i 7 o bobl a’u gwnaeth.',
    notCounted:
      'Nid yw’r hyn a drefnodd gwasanaethau heb yr hwb hwn ynddo, na chamau y mae system leol yn eu cadw iddi ei hun. Mae’r tabl am yr hwb cyfan ac nid am ardal.',
    meaning: [
      'Un cyfrif yw un gwasanaeth y gofynnwyd iddo helpu gyda chais o’r chwarter. “O” yw cam y gwasanaeth a basiodd y person ymlaen, neu gam y sawl a wnaeth y cais.',
      'Mae gwasanaeth yng ngham cyntaf y llwybr sydd â math o gymorth y mae’r gwasanaeth yn ei gynnig. Mae un nad yw’n cynnig yr un ohonynt, fel practis meddyg teulu, y tu allan i’r llwybr.',
      'Cuddir ffyrdd yr aeth llai nag wyth o bobl ar hyd-ddynt, ni waeth pa mor aml yr aethant; talgrynnir cyfrifon eraill i’r 5 agosaf. Rhestrir ffordd nad aeth neb o unrhyw sector ar ei hyd felly. Nid oes cyfansymiau.',
      'Cyfrifwyd y chwarter unwaith, pan ofynnodd rhywun amdano gyntaf, bedair wythnos ar ôl ei ddiwedd neu’n hwyrach. Ni chaiff ei newid byth. Nid yw’r ffaith nad aeth neb ar hyd ffordd yn dweud y dylai rhywun fod wedi gwneud.',
    ],
  },
}
