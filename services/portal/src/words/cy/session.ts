/** How long a sign-in lasts, where one is signed in, and a form that was sent too late. */
export const session = {
  session: {
    note: (minutes: number) =>
      `Cewch eich allgofnodi pan na wnewch ddim am ${minutes} munud. Gellir anfon yr hyn a roesoch i mewn o hyd ar ôl mewngofnodi eto.`,
    label: 'Eich mewngofnodi',
    warning: 'Cewch eich allgofnodi ymhen dau funud, gan na wnaed dim. Mae’r hyn a roesoch i mewn yn aros ar y dudalen hon.',
    stay: 'Aros wedi mewngofnodi',
    ended:
      'Rydych wedi’ch allgofnodi, gan na wnaed dim. Mae’r hyn a roesoch i mewn yma o hyd, ac wedi’i guddio fel na all neb arall ei ddarllen.',
    signInAgain: 'Mewngofnodwch eto mewn tab newydd, yna dewch yn ôl yma',
    kept: 'Cedwir yr hyn a roesoch i mewn ar y dudalen hon, ac nid yn unman arall.',
    first: 'Yn gyntaf, mewngofnodwch eto mewn tab newydd',
    second: 'Yna dewch yn ôl i’r dudalen hon a’i anfon. Fe’i hanfonir unwaith, fel pwy bynnag oeddech.',
    sendAgain: 'Anfon yr hyn a roddais i mewn',
  },
  places: {
    link: 'Lle’r ydych wedi mewngofnodi',
    title: 'Lle’r ydych wedi mewngofnodi',
    intro:
      'Un porwr yw pob rhes. Os nad ydych yn adnabod un ohonynt, allgofnodwch yno a dywedwch wrth bwy bynnag a roddodd fynediad i chi.',
    here: 'Y porwr hwn',
    unknown: 'Porwr nad yw’n dweud beth ydyw',
    since: 'Mewngofnodwyd',
    used: 'Defnyddiwyd ddiwethaf',
    end: 'Allgofnodi yno',
    all: 'Allgofnodi ym mhobman',
    allText:
      'Mae hyn yn eich allgofnodi o bob porwr, yr un hwn hefyd. Mae tudalennau sydd ar agor mewn mannau eraill yn peidio o fewn munud.',
    ended: 'Mae’r porwr hwnnw wedi’i allgofnodi.',
    gone: 'Roedd y porwr hwnnw wedi’i allgofnodi eisoes.',
    elsewhere:
      'Mewngofnodi eich sefydliad ei hun sy’n gofalu am hyn. Gofynnwch i bwy bynnag sy’n ei redeg eich allgofnodi mewn mannau eraill.',
  },
}
