/** What there is until somebody has taken a need on. */
export const meanwhile = {
  meanwhile: {
    title: 'Tan hynny',
    options:
      'Mae’r rhain wedi’u rhestru a gallent helpu yn y cyfamser. Gallwch ofyn i unrhyw un ohonynt eich hun, neu bydd y cydlynydd yn gofyn drosoch.',
    empty: 'Nid oes dim wedi’i restru a allai helpu yn y cyfamser. Gofynnir i’r cydlynydd siarad â chi beth bynnag.',
    crisis: 'Os aiff pethau’n ormod',
  },
}
