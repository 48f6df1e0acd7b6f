/** The files that go with a request. */
export const files = {
  files: {
    title: 'Files that go with this request',
    link: 'Files that go with it',
    add: 'Add files that go with it',
    empty: 'No file goes with this request.',
    sentBy: (who: string) => `from ${who}`,
    scan: {
      clean: 'Scanned: nothing was found',
      'not-scanned': 'Not scanned: this hub has no scanner. Let your own system check it before you open it.',
      'not-taken': 'This is no file that can be opened here. Ask whoever sent it for another.',
    },
    choose: 'Add a file',
    hint: 'A PDF, a picture (PNG, JPEG) or plain text, up to 3 MB. Whoever is asked by a link or by BaRS is not sent it; leisure does not see it.',
    button: 'Add',
    missing: 'Choose a file',
    no: {
      empty: 'The file is empty. Choose another',
      'too-large': 'The file has more than 3 MB. Make it smaller, or send it in parts',
      type: 'By what it holds this is no PDF, PNG, JPEG or plain text. Save it as PDF first',
    },
    done: 'The file goes with the request now.',
    ended: 'This request has ended: nothing is added to it any more.',
  },
}
