/** The files that go with a request. */
export const files = {
  files: {
    title: 'Ffeiliau sy’n mynd gyda’r cais hwn',
    link: 'Ffeiliau sy’n mynd gydag ef',
    add: 'Ychwanegu ffeiliau sy’n mynd gydag ef',
    empty: 'Nid oes ffeil yn mynd gyda’r cais hwn.',
    sentBy: (who: string) => `gan ${who}`,
    scan: {
      clean: 'Wedi’i sganio: ni chafwyd hyd i ddim',
      'not-scanned': 'Heb ei sganio: nid oes sganiwr gan yr hwb hwn. Gadewch i’ch system eich hun ei wirio cyn i chi ei agor.',
      'not-taken': 'Nid yw hon yn ffeil y gellir ei hagor yma. Gofynnwch i bwy bynnag a’i hanfonodd am un arall.',
    },
    choose: 'Ychwanegu ffeil',
    hint: 'PDF, llun (PNG, JPEG) neu destun plaen, hyd at 3 MB. Ni chaiff ei hanfon at rai y gofynnir iddynt drwy ddolen na BaRS; nid yw hamdden yn ei gweld.',
    button: 'Ychwanegu',
    missing: 'Dewiswch ffeil',
    no: {
      empty: 'Mae’r ffeil yn wag. Dewiswch un arall',
      'too-large': 'Mae gan y ffeil fwy na 3 MB. Gwnewch hi’n llai, neu anfonwch hi mewn rhannau',
      type: 'Yn ôl yr hyn sydd ynddi nid PDF, PNG, JPEG na thestun plaen yw hon. Cadwch hi fel PDF yn gyntaf',
    },
    done: 'Mae’r ffeil yn mynd gyda’r cais nawr.',
    ended: 'Mae’r cais hwn wedi dod i ben: ni ychwanegir dim ato mwyach.',
  },
}
