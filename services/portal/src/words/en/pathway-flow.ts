/** How people really went over the pathway. */
export const pathwayFlow = {
  pathwayFlow: {
    link: 'How people went over the pathway',
    title: 'How people went over the pathway',
    intro:
      'From which stage to which stage people were passed on, by the sector of who sent them, and the ways of the pathway that nobody went.',
    show: 'Show this quarter',
    csv: 'Download this table (CSV)',
    stagesHead: 'Stages of the pathway',
    stages: {
      access: 'Coming in',
      specialist: 'Specialist help',
      mind: 'Mood, memory and thinking',
      community: 'Living with it',
      outside: 'Outside the pathway',
    },
    linksHead: 'Ways that people went',
    from: 'From',
    to: 'To',
    sector: 'Sector of who sent',
    steps: 'Times',
    sectorUnknown: 'Not recorded',
    nothing: 'Nobody was passed on in this quarter.',
    missingHead: 'Ways that nobody went',
    way: (from: string, to: string) => `From “${from}” to “${to}”`,
    noneMissing: 'Each way between two stages was gone by somebody.',
    needs: (count: string) => `Requests in the quarter: ${count}, rounded to the nearest 5.`,
    needsHidden: 'Requests in the quarter: hidden, because 1 to 7 people made them.',
    notCounted:
      'What services arranged without this hub is not in it, and neither are steps that a local system keeps for itself. The table is of the whole hub and not of an area.',
    meaning: [
      'One count is one service that was asked to help with a request of the quarter. “From” is the stage of the service that passed the person on, or of whoever made the request.',
      'A service is in the first stage of the pathway that has a kind of help which the service offers. One that offers none of them, such as a GP practice, is outside the pathway.',
      'Ways that fewer than eight people went are hidden, however often they went; other counts are rounded to the nearest 5. A way that nobody of any sector went is listed as such. There are no totals.',
      'The quarter was counted once, when somebody first asked for it, four weeks after its end or later. It is never changed. That a way was not gone does not say that it should have been.',
    ],
  },
}
