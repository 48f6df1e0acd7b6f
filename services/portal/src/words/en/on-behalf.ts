/** What staff enter for a person who is not online, and the same questions on paper. */
export const onBehalf = {
  onBehalf: {
    link: 'Enter what they tell you',
    title: (name: string) => `What ${name} tells you`,
    intro:
      'Enter it in the person’s words, as they would. It is kept as said by the person and entered by you, and the person can see that and ask for a correction. The questions below are put as the person reads them.',
    paperLink: 'The same questions on paper, to print',
    how: 'How did they tell you?',
    told: { 'in-person': 'In person', telephone: 'By telephone', paper: 'On paper' },
    toldMissing: 'Say how they told you',
    aboutHint: 'What is here already was said before. Change only what the person tells you.',
    saveDiary: 'Save the diary entry',
    saveAbout: 'Save what they say about themselves',
    done: 'Saved as said by the person and entered by you.',
    enteredFor: (organisation: string) => `Entered for you by ${organisation}`,
    paperTitle: 'What you want us to know',
    paperHow: 'Print this page and give or post it to the person. When it comes back, enter it in their words.',
    paperIntro:
      'Write here what you want those who help you to know, and give it back to us. We enter it in your record in your words, and it says that we entered it for you. Leave empty what you do not want to say.',
    paperDiary: 'Write a line when something happens. You can note:',
    paperReturn: 'Give or send this to:',
  },
}
