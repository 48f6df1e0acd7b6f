/** What there is until somebody has taken a need on. */
export const meanwhile = {
  meanwhile: {
    title: 'Until then',
    options: 'These are listed and could help meanwhile. You can ask any of them yourself, or whoever coordinates asks for you.',
    empty: 'Nothing is listed that could help meanwhile. Whoever coordinates is asked to speak to you all the same.',
    crisis: 'If things get too much',
  },
}
