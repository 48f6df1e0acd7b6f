/** What a session is recorded with: outcome measures. */
export const recording = {
  scores: {
    title: 'Outcome measures',
    hint: 'Name and score only. A score is shown beside the ones before it, with the sessions in between.',
    choose: 'None',
    measure: (row: number) => `Measure ${row}`,
    score: (row: number) => `Score ${row}`,
    measureMissing: 'Choose which measure the score is of',
    scoreWrong: 'Enter the score as a number, such as 21.4',
    outside: (least: number, most: number) => `Enter a score from ${least} to ${most}`,
    twice: 'Give each measure once',
    notTaken: 'A session that did not take place has no scores. Take them out, or say that it took place',
  },
}
