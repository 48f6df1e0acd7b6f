import type { requestsIn as english } from '../en/requests-in.ts'

export const requestsIn: typeof english = {
  requestsIn: {
    title: 'Ceisiadau am gymorth o ffeil',
    link: 'Gofyn am gymorth i sawl person o ffeil',
    intro:
      'Ar gyfer rhestr o’ch system eich hun: un rhes i bob cais. Caiff y ffeil ei hymarfer yn gyntaf: rydych yn gweld beth fyddai’n cael ei ofyn a beth sydd o’i le, fesul llinell, ac ni ofynnir i neb.',
    once: 'Mae gan bob rhes eich cyfeirnod eich hun. Ni ofynnir eto am res y gofynnwyd amdani o’r blaen, fel y gallwch anfon y rhestr gyfan eto ar ôl ei thrwsio. Dim ond pobl y cewch eu gweld yma eisoes a ganfyddir.',
    hint: 'Colofnau: reference, NHS number, date of birth, need; ac eraill, os oes gennych rai. 500 rhes a 2 MB ar y mwyaf.',
    empty: 'Lawrlwytho rhestr wag gyda phob colofn (CSV)',
    wouldBeAsked: 'Byddai’n cael ei ofyn',
    asked: 'Wedi’i ofyn',
    unchanged: 'Wedi’i ofyn o’r blaen, ac nid eto',
    notTaken: 'Heb ei gymryd',
    final: 'Ni ellir tynnu’n ôl ar y dudalen hon yr hyn a anfonwch: mae pob cais gyda rhywun ar unwaith.',
    send: (count) => (count === 1 ? 'Anfon y cais hwn' : `Anfon y ${String(count)} cais hyn`),
    nothing: 'Ni fyddai dim o’r ffeil hon yn cael ei ofyn. Trwsiwch hi a’i dewis eto.',
    whereTo: 'Mae ble mae pob cais arni ar dudalen y person. Os oedd un yn gamgymeriad, dywedwch wrth bwy bynnag y gofynnwyd iddo.',
    columns: 'Beth sydd ym mhob colofn',
    means: {
      reference: 'Eich cyfeirnod eich hun ar gyfer y cais, hyd at 64 o lythrennau a digidau.',
      'NHS number': 'Y rhif GIG. Mae ei angen, ynghyd â’r dyddiad geni.',
      'date of birth': 'Y dyddiad geni: diwrnod, mis a blwyddyn.',
      need: 'Beth sydd ei angen, mewn geiriau. Mae’n mynd at bwy bynnag y gofynnir iddo.',
      kind: 'Cod y math o gymorth, lle rydych yn ei wybod.',
      priority: 'routine, urgent, asap neu stat. Mae gwag yn golygu heb ei nodi, a chaiff ei amseru fel routine.',
      receiver: 'I bwy y gofynnir. Mae gwag yn mynd at y pwynt mynediad unigol.',
      'red flags': 'Codau’r arwyddion baner goch a diciwyd gennych. Mae arwydd yn codi’r cais i’r brig, ac nid yw’n penderfynu dim.',
      words: 'Unrhyw beth arall y mae’n rhaid i bwy bynnag y gofynnir iddo ei wybod.',
    },
    kinds: 'Codau’r mathau o gymorth',
    receivers: 'I bwy y gellir gofyn, a sut i’w ysgrifennu',
  },
}
