/** The part of the hook that lets a pod reach pods and Services: connections go through the gateway's socket, and names are asked there. */
export const CONNECT_HOOK = `
function installConnect() {
  net.Socket.prototype.connect = function (...args) {
    const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args)
    const [options, callback] = normalized
    const target = options && options.path === undefined && options.port !== undefined ? targetOf(options) : undefined
    if (target === undefined || this.encrypted) return originalConnect.apply(this, args)
    const result = originalConnect.call(this, { path: socketPath }, callback)
    this.write('CONNECT ' + podIP + ' ' + target + '\\n')
    return result
  }
}

function targetOf(options) {
  const host = options.host || 'localhost'
  const port = Number(options.port)
  if (LOOPBACK.has(host)) return podIP + ' ' + port + ' local'
  if (/^10\\.(244|96)\\./.test(host)) return host + ' ' + port
  return isClusterName(host) ? host + ' ' + port : undefined
}

function isClusterName(name) {
  if (typeof name !== 'string' || net.isIP(name) || name === '' || LOOPBACK.has(name)) return false
  const labels = name.replace(/\\.$/, '').split('.')
  return labels.length === 1 || (labels.length === 2 ? namespaces.has(labels[1]) : labels[2] === 'svc')
}

function installLookup() {
  const originalLookup = dns.lookup
  dns.lookup = function (name, options, callback) {
    const done = typeof options === 'function' ? options : callback
    if (!isClusterName(name)) return originalLookup.apply(this, arguments)
    const all = typeof options === 'object' && options !== null && options.all
    ask('RESOLVE ' + podIP + ' ' + name + '\\n', (answer) => {
      if (!answer) return done(Object.assign(new Error('getaddrinfo ENOTFOUND ' + name), { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname: name }))
      if (all) done(null, [{ address: answer, family: 4 }])
      else done(null, answer, 4)
    })
    return {}
  }
  const originalPromiseLookup = dns.promises.lookup
  dns.promises.lookup = function (name, options) {
    if (!isClusterName(name)) return originalPromiseLookup.apply(this, arguments)
    return new Promise((resolve, reject) => {
      dns.lookup(name, options || {}, (error, address, family) => {
        if (error) reject(error)
        else resolve(Array.isArray(address) ? address : { address, family })
      })
    })
  }
}

function ask(text, done) {
  const socket = new net.Socket()
  let answer = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => { answer += chunk })
  socket.on('error', () => done(''))
  socket.on('end', () => done(answer.trim()))
  originalConnect.call(socket, { path: socketPath })
  socket.write(text)
}
`
