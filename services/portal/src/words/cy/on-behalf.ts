/** Yr hyn y mae staff yn ei nodi dros berson nad yw ar-lein. */
export const onBehalf = {
  onBehalf: {
    link: 'Nodi’r hyn a ddywedant wrthych',
    title: (name: string) => `Yr hyn y mae ${name} yn ei ddweud wrthych`,
    intro:
      'Nodwch ef yng ngeiriau’r person, fel y byddai’r person yn ei wneud. Caiff ei gadw fel geiriau’r person a nodwyd gennych chi, a gall y person weld hynny a gofyn am gywiriad. Mae’r cwestiynau isod fel y mae’r person yn eu darllen.',
    paperLink: 'Yr un cwestiynau ar bapur, i’w hargraffu',
    how: 'Sut y dywedwyd wrthych?',
    told: { 'in-person': 'Wyneb yn wyneb', telephone: 'Dros y ffôn', paper: 'Ar bapur' },
    toldMissing: 'Dywedwch sut y dywedwyd wrthych',
    aboutHint: 'Dywedwyd yr hyn sydd yma eisoes. Newidiwch yr hyn y mae’r person yn ei ddweud wrthych yn unig.',
    saveDiary: 'Cadw’r cofnod dyddiadur',
    saveAbout: 'Cadw’r hyn a ddywedant amdanynt eu hunain',
    done: 'Cadwyd fel geiriau’r person a nodwyd gennych chi.',
    enteredFor: (organisation: string) => `Nodwyd drosoch gan ${organisation}`,
    paperTitle: 'Yr hyn yr ydych am i ni ei wybod',
    paperHow: 'Argraffwch y dudalen hon a’i rhoi neu ei phostio at y person. Pan ddaw’n ôl, nodwch ef yn ei eiriau.',
    paperIntro:
      'Ysgrifennwch yma yr hyn yr ydych am i’r rhai sy’n eich helpu ei wybod, a’i roi’n ôl i ni. Byddwn yn ei nodi yn eich cofnod yn eich geiriau chi, a bydd yn dweud mai ni a’i nododd drosoch. Gadewch yn wag yr hyn nad ydych am ei ddweud.',
    paperDiary: 'Ysgrifennwch linell pan fydd rhywbeth yn digwydd. Gallwch nodi:',
    paperReturn: 'Rhowch neu anfonwch hwn at:',
  },
}
