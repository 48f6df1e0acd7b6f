import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Who may connect, out of a setting: `loopback`, single addresses and networks (`10.1.0.0/16`, `fd00::/8`), separated by commas or spaces.
 *
 * @returns whether an address, as a socket tells it, is on the list
 * @throws Error naming the entry that is neither an address nor a network
 */
export function allowList(text: string): (address: string) => boolean {
  const list = new BlockList()
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) add(list, entry)
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '') // an IPv4 peer on a socket that also takes IPv6
    return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
  }
}

function add(list: BlockList, entry: string): void {
  if (entry === 'loopback') {
    list.addSubnet('127.0.0.0', 8, 'ipv4')
    list.addAddress('::1', 'ipv6')
    return
  }
  const [address = '', bits] = entry.split('/')
  const kind = isIP(address)
  const most = kind === 4 ? 32 : 128
  if (kind === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) {
    throw new Error(`"${entry}" is neither "loopback" nor an address nor a network such as 10.1.0.0/16.`)
  }
  list.addSubnet(address, bits === undefined ? most : Number(bits), kind === 4 ? 'ipv4' : 'ipv6')
}
