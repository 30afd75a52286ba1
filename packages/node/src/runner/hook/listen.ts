/** The part of the hook that redirects servers: one that listens on all addresses gets a free port on 127.0.0.1, and `address()` still shows what it asked for. */
export const LISTEN_HOOK = `
function installListen() {
  const originalListen = net.Server.prototype.listen
  const originalAddress = net.Server.prototype.address
  const asked = new WeakMap()
  const own = new Map()

  net.Server.prototype.listen = function (...args) {
    const first = args[0]
    let options
    if (typeof first === 'object' && first !== null) options = first
    else if (typeof first === 'number' || (typeof first === 'string' && /^\\d+$/.test(first))) options = { port: Number(first), host: typeof args[1] === 'string' ? args[1] : undefined }
    else if (first === undefined || typeof first === 'function') options = { port: 0 }
    if (!options || options.path !== undefined || options.fd !== undefined || options.port === undefined || first instanceof net.Server) return originalListen.apply(this, args)
    const local = LOOPBACK.has(options.host)
    if (!ANY.has(options.host) && !local && options.host !== podIP) return originalListen.apply(this, args)
    const port = Number(options.port)
    const callback = args.find((arg) => typeof arg === 'function')
    if (port !== 0 && own.has(port)) {
      const error = Object.assign(new Error('listen EADDRINUSE: address already in use ' + (options.host || '0.0.0.0') + ':' + port), { code: 'EADDRINUSE', errno: -98, syscall: 'listen', address: options.host || '0.0.0.0', port })
      process.nextTick(() => this.emit('error', error))
      return this
    }
    this.once('listening', () => {
      const actual = originalAddress.call(this)
      const shown = port === 0 ? actual.port : port
      asked.set(this, { address: options.host || '0.0.0.0', family: 'IPv4', port: shown })
      own.set(shown, actual.port)
      report({ type: 'listen', ip: podIP, port: shown, hostPort: actual.port, pid: process.pid, local })
      this.once('close', () => own.delete(shown))
    })
    if (callback) this.once('listening', callback)
    return originalListen.call(this, { ...options, host: '127.0.0.1', port: 0 })
  }

  net.Server.prototype.address = function () {
    return asked.get(this) || originalAddress.call(this)
  }
}

function report(message) {
    const socket = new net.Socket()
    socket.on('error', () => {})
    originalConnect.call(socket, { path: socketPath })
    socket.end('REPORT ' + JSON.stringify(message) + '\\n')
    socket.unref()
}
`
