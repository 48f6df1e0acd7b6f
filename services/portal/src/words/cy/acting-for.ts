/** Carers: being invited, and choosing for whom they act. */
export const actingFor = {
  actingFor: {
    nav: 'Dros bwy yr ydych',
    title: 'Dros bwy yr ydych yn gweithredu',
    intro:
      'Rydych yn gweld yr hyn y dewisodd pob un ei ddangos i chi, hyd y diwrnod a roddwyd, a dim arall. Maent yn gweld yr hyn yr edrychoch arno a’r hyn a ysgrifennoch.',
    now: 'Dangosir nawr',
    until: 'Hyd',
    choose: 'Dangos y person hwn',
    as: (name: string) =>
      `Rydych yn gweithredu dros ${name}, fel gofalwr. “Chi” ar y tudalennau hyn yw ${name}, sy’n gweld yr hyn yr edrychwch arno a’r hyn a ysgrifennwch.`,
    inviteTitle: 'Gwahoddwch eich gofalwr i fewngofnodi',
    inviteText:
      'Maent yn cael dolen, ac yn gwneud allwedd ar eu dyfais eu hunain. Maent yn gweld yr hyn a ddewisoch, hyd y diwrnod a ddewisoch; rydych chi’n gweld yr hyn yr edrychasant arno.',
    contactHint:
      'I’r rhai na allant wneud allwedd yn unig: anfonir cod yno bob tro y maent yn mewngofnodi. Chi sy’n rhoi’r ddolen iddynt o hyd.',
    invite: 'Gwahoddwch nhw i fewngofnodi',
  },
}
