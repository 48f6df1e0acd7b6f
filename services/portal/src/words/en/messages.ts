/** How somebody is told of their referrals. */
export const messages = {
  messages: {
    title: 'How you are told',
    intro: 'You can read here at any time where your referrals are. You can also be sent a message at each step.',
    example:
      'A message says only this: “There is news about a referral. Sign in to read it.” It says nothing of you, your health or who was asked.',
    failed: 'Your last message did not arrive. Check the address or number below and save it again.',
    way: 'How do you want to be told?',
    ways: { email: 'By e-mail', sms: 'By text message', off: 'No messages: I look here myself' },
    wayMissing: 'Choose how you want to be told',
    address: 'E-mail address or mobile number',
    addressHint: 'It can be that of somebody you trust. Whoever reads it learns that there is a referral.',
    emailWrong: 'Enter an e-mail address, like name@example.com',
    numberWrong: 'Enter a mobile number, like 07700 900123',
    times: 'How often?',
    often: { now: 'At each step', today: 'Once a day, in the morning', weekly: 'Once a week, on Monday' },
    timesMissing: 'Choose how often',
    button: 'Save',
    done: 'Saved. Next time you are told like this.',
  },
}
