import { createServer, type Server, type Socket } from 'node:net'
import { rm } from 'node:fs/promises'
import { type Asked, answerTo } from './answers.ts'

/** The Unix socket that pods' processes talk to: they report what they listen on, and ask for names and for the way to pods and Services. */
export interface Gateway {
  readonly path: string
  close(): Promise<void>
}

const FIRST_LINE_LIMIT = 4096

/** Opens the gateway at a path in a folder that only the user can enter. */
export async function openGateway(path: string, asked: Asked): Promise<Gateway> {
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // The other side may vanish at any moment; its end is all that matters.
    socket.on('error', () => socket.destroy())
    readLine(socket, (line) => reply(socket, line, asked))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function readLine(socket: Socket, then: (line: string) => void): void {
  let buffered = Buffer.alloc(0)
  const onData = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk])
    const end = buffered.indexOf(10)
    if (end >= 0) {
      socket.off('data', onData)
      socket.resume()
      then(buffered.subarray(0, end).toString('utf8'))
    } else if (buffered.length > FIRST_LINE_LIMIT) socket.destroy()
  }
  socket.on('data', onData)
}

// Foreign programs write here: what is no request of the hook's gets no answer.
function reply(socket: Socket, line: string, asked: Asked): void {
  answerTo(line, asked).then(
    (answer) => {
      if (answer === undefined) socket.destroy()
      else socket.end(`${JSON.stringify(answer)}\n`)
    },
    () => socket.destroy(),
  )
}
