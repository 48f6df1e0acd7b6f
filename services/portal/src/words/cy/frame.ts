/** The frame of every page, signing in, and what is said when something goes wrong. */
export const frame = {
  lang: 'cy' as 'en' | 'cy',
  /** What the language calls itself. */
  language: 'Cymraeg',
  otherLanguage: 'Iaith',
  service: 'Handrail',
  skip: 'Neidio i’r prif gynnwys',
  account: 'Cyfrif',
  menu: 'Dewislen',
  signOut: 'Allgofnodi',
  error: 'Gwall',
  errorTitle: 'Mae problem',
  footer: 'Mae Handrail yn cadw un cofnod o’r therapïau a gafodd person, gan bwy bynnag y cafwyd nhw.',
  synthetic: 'Arddangosiad yw hwn: mae’r holl bobl ynddo yn ddychmygol.',
  back: 'Yn ôl',
  field: { day: 'Diwrnod', month: 'Mis', year: 'Blwyddyn', optional: '(dewisol)' },
  signIn: {
    title: 'Mewngofnodi i Handrail',
    intro:
      'Mae Handrail yn dangos beth a roddwyd, gan bwy, a phwy sydd â’r cam nesaf, ar draws y GIG, elusennau, hamdden a gofal cymdeithasol.',
    demo: 'Dewiswch pwy ydych am fod',
    demoHint: 'Arddangosiad gyda phobl ddychmygol yw hwn. Nid oes angen cyfrinair.',
    button: 'Mewngofnodi',
    ended: 'Mae eich sesiwn wedi dod i ben. Mewngofnodwch eto i fynd ymlaen o’r lle’r oeddech.',
    signedOut: 'Rydych wedi allgofnodi',
    signedOutText: 'Gallwch gau’r ffenestr hon, neu fewngofnodi eto.',
    again: 'Mewngofnodi eto',
  },
  trouble: {
    notFound: 'Ni chafwyd hyd i’r dudalen',
    notFoundText: 'Nid oes dim yma, neu nid chi sydd i’w weld. Os teipioch y cyfeiriad, gwiriwch ef.',
    notAllowed: 'Ni allwch wneud hyn',
    notAllowedText:
      'Nid oes gan eich rôl na’ch sefydliad fynediad. Os ydych yn meddwl y dylai fod, gofynnwch i bwy bynnag a roddodd fynediad i chi.',
    form: 'Anfonwch y ffurflen eto',
    formText:
      'Bu’r ffurflen ar agor yn rhy hir, neu nid o’r mewngofnodi hwn y’i hanfonwyd. Ni chadwyd dim. Ewch yn ôl, agorwch y dudalen eto a’i hanfon unwaith yn rhagor.',
    signIn: 'Ni weithiodd y mewngofnodi',
    signInText: 'Cymerodd ormod o amser, neu ni ddechreuwyd ef o’r porwr hwn. Ewch i’r dudalen gyntaf a mewngofnodwch eto.',
    unreadable: 'Ni ellir darllen yr hyn a anfonwyd. Ni chadwyd dim.',
    ended: 'Mae angen i chi fewngofnodi eto',
    endedText: 'Daeth eich sesiwn i ben tra oedd y dudalen ar agor. Ni chadwyd dim.',
    changed: 'Bu rhywun arall yn gyflymach',
    changedText:
      'Newidiwyd hyn gan rywun arall ar ôl i chi ei agor. Ni chadwyd dim o’ch eiddo. Darllenwch ef eto a gweithredwch ar yr hyn a ddywed nawr.',
    refused: 'Ni ellid cadw hyn',
    unavailable: 'Nid yw’r gwasanaeth yn ateb',
    unavailableText:
      'Ni chollwyd dim, ac ni chadwyd dim. Rhowch gynnig arall arni mewn munud. Os oes angen help ar rywun nawr, ffoniwch eu tîm: peidiwch ag aros am y dudalen hon.',
    fault: 'Mae’n ddrwg gennym, mae problem',
    faultText: 'Ar ein hochr ni y mae. Rhowch gynnig arall arni mewn munud.',
    reference: 'Os byddwch yn ei adrodd, rhowch y cyfeirnod hwn:',
    home: 'Mynd i’r dudalen gyntaf',
  },
  accessibility: {
    link: 'Datganiad hygyrchedd',
    title: 'Datganiad hygyrchedd Handrail',
    paragraphs: [
      'Rydym am i gynifer o bobl â phosibl allu defnyddio’r tudalennau hyn: â bysellfwrdd yn unig, â darllenydd sgrin, ar chwyddo 400%, ar ffôn bach, mewn cyferbyniad uchel, gyda llai o symudiad, mewn print bras, a heb JavaScript.',
      'Caiff pob tudalen y mae ein profion yn cerdded drwyddi ei gwirio gan raglen yn erbyn rheolau WCAG 2.2, lefel AA, bob tro y newidir y feddalwedd: enwau rheolyddion, lliwiau, trefn ffocws, dolenni o broblem i’w maes, teitlau, a lled o 320 picsel, sef yr hyn y mae chwyddo 400% yn ei wneud o sgrin. Dim ond rhan o’r hyn a all fynd o’i le y mae rhaglen yn ei chanfod.',
      'Nid yw’r tudalennau hyn eto wedi’u rhoi ar brawf gan bobl sy’n defnyddio technoleg gynorthwyol bob dydd, nac gan archwilydd annibynnol. Hyd nes y byddant, nid ydym yn honni eu bod yn bodloni’r safon.',
      'Daw mewngofnodi i ben pan na wneir dim. Cewch eich rhybuddio ddau funud ymlaen llaw, lle mae JavaScript ymlaen, a gallwch aros; heb JavaScript rhoddir ffurflen a anfonwch yn rhy hwyr yn ôl i chi.',
      'Yr hyn nad yw’n ei bodloni eto, hyd y gwyddom: mae tagiau ar gyfer darllenwyr sgrin mewn ffeiliau PDF, ac nid oes rhaglen na pherson wedi’u gwirio yn erbyn eu safon, PDF/UA (mae’r hyn sydd ynddynt ar dudalennau hefyd). Eich gwasanaeth sy’n trefnu llythyrau mewn Braille, sain, fersiwn hawdd ei darllen ac Iaith Arwyddion Prydain: mae’r tudalennau hyn yn dweud wrthynt eich bod wedi gofyn, ac nid ydynt yn eu gwneud.',
      'Mae’r tudalennau yn Gymraeg ac yn Saesneg. Nid yw’r Gymraeg eto wedi’i darllen gan gyfieithydd. Mae testun clinigol, a rhybuddion o niwed wrth ymyl gwasanaeth, yn Saesneg hyd nes bod cyfieithydd a enwir wedi’u cymeradwyo.',
      'Os nad yw rhywbeth yn gweithio i chi, dywedwch wrth y sefydliad a roddodd fynediad i chi. Rhaid iddo eich ateb mewn fformat y gallwch ei ddefnyddio. Os nad ydych yn fodlon ar yr ateb, gall y Gwasanaeth Cynghori a Chymorth Cydraddoldeb helpu.',
    ],
  },
}
