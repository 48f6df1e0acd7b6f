/** A way to a server that can be cut and mended: an outage as the programs behind it see one. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** The way. Disposing of it closes it. */
export interface Passage extends AsyncDisposable {
  readonly port: number
  /** Ends every connection and refuses new ones. */
  cut(): void
  mend(): void
}

/** Opens a way to a port of this machine. */
export async function openPassage(to: number): Promise<Passage> {
  const open = new Set<Socket>()
  let whole = true
  const server = createServer((socket) => {
    if (!whole) return void socket.destroy()
    const beyond = connect({ host: '127.0.0.1', port: to })
    for (const one of [socket, beyond]) {
      open.add(one)
      one.setNoDelay(true)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        socket.destroy()
        beyond.destroy()
      })
    }
    socket.pipe(beyond)
    beyond.pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    whole = false
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    mend: () => void (whole = true),
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The same address, by the way. */
export function through(address: string, { port }: Passage): string {
  const url = new URL(address)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return url.href
}
