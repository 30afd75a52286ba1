/** The part of the hook that talks to the gateway: one line of JSON there, one back, each on a connection of its own. */
export const ASK_HOOK = `
function ask(verb, request, done) {
  const socket = new net.Socket()
  let text = ''
  let isDone = false
  const finish = (answer) => {
    if (isDone) return
    isDone = true
    done(answer)
  }
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => { text += chunk })
  socket.on('error', () => finish(undefined))
  socket.on('close', () => finish(parsed(text)))
  originalConnect.call(socket, { path: socketPath })
  socket.end(verb + ' ' + JSON.stringify({ run, ip: podIP, ...request }) + '\\n')
  return socket
}

function parsed(text) {
  try { return JSON.parse(text) } catch { return undefined }
}

function systemError(syscall, code, details) {
  const errno = -(os.constants.errno[code] || 0)
  const at = details.address + ':' + details.port
  return Object.assign(new Error(syscall + ' ' + code + (syscall === 'listen' ? ': address already in use ' : ' ') + at), { errno, code, syscall, ...details })
}

function notFound(name) {
  return Object.assign(new Error('getaddrinfo ENOTFOUND ' + name), { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name })
}
`
