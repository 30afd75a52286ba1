import { gzipSync } from 'node:zlib'

/** An entry of an archive: its name, its text, and its type ('0' a file, which is the default, '2' a symbolic link). */
export type Entry = readonly [name: string, text: string, type?: string]

/** A gzipped tar of the given entries. */
export function tar(entries: readonly Entry[]): Uint8Array {
  const blocks = entries.map(([name, text, type]) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\0', 100)
    header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write(type ?? '0', 156)
    header.write('ustar\u000000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
    body.write(text)
    return Buffer.concat([header, body])
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}
