/** What a session is recorded with: outcome measures. */
export const recording = {
  scores: {
    title: 'Mesurau canlyniad',
    hint: 'Enw a sgôr yn unig. Dangosir sgôr wrth ochr y rhai o’i flaen, gyda’r sesiynau rhyngddynt.',
    choose: 'Dim',
    measure: (row: number) => `Mesur ${row}`,
    score: (row: number) => `Sgôr ${row}`,
    measureMissing: 'Dewiswch pa fesur yw’r sgôr',
    scoreWrong: 'Rhowch y sgôr fel rhif, megis 21.4',
    outside: (least: number, most: number) => `Rhowch sgôr o ${least} i ${most}`,
    twice: 'Rhowch bob mesur unwaith',
    notTaken: 'Nid oes sgorau gan sesiwn na ddigwyddodd. Tynnwch nhw allan, neu dywedwch iddi ddigwydd',
  },
}
