/** A letter about a request, and what people said of requests to a service. */
export const letter = {
  letter: {
    link: 'Llythyr i’w argraffu',
    title: 'Lle mae eich cais am help',
    how: 'Argraffwch y dudalen hon a’i phostio, neu darllenwch hi i’r person. Mae’n dweud lle mae’r cais heddiw.',
    addressNotShown: 'Ni ddangosir y cyfeiriad i’ch sefydliad: rhowch y llythyr i’r person, neu darllenwch ef iddynt.',
    arrange: 'Gofynnodd y person am hyn hefyd, na all unrhyw dudalen argraffedig fod. Trefnwch ef:',
    dear: (name: string) => `Annwyl ${name}`,
    about: 'Gofynnoch am help gyda:',
    said: 'Yr hyn a ddywedwyd ddiwethaf',
    wrong:
      'Os oes rhywbeth yma o’i le, neu os ydych am ei gael mewn fformat neu iaith arall, dywedwch wrthym. Gallwch hefyd ofyn i unrhyw un sy’n gofalu amdanoch.',
    emergency:
      'Nid ar gyfer argyfyngau mae’r llythyr hwn. Os bydd rhywbeth yn waeth o lawer yn sydyn, ffoniwch eich tîm; mewn argyfwng ffoniwch 999.',
  },
  ourFeedback: {
    link: 'Yr hyn a ddywedodd pobl am eu ceisiadau',
    title: 'Yr hyn a ddywedodd pobl am eu ceisiadau i chi',
    intro: 'Rhoddwyd pob ateb gan berson, neu gan ofalwr drosto, am gais y gofynnwyd i chi helpu ag ef.',
    empty: 'Nid oes neb wedi dweud dim eto.',
    question: 'Cwestiwn',
    table: 'Atebion',
    words: 'Yn eu geiriau hwy',
    more: 'Cyfrifir y 200 diweddaraf yma.',
  },
}
