/**
 * The part of the hook that answers for names: `lookup` by the pod's search list, as the system's resolver would in a cluster, and `resolve` and its relatives for full
 * names in the cluster's zone, as a DNS server would. All other names go where they would go without us.
 */
export const NAMES_HOOK = `
const TTL = 30
const ZONE = /(^|\\.)cluster\\.local\\.?$/i

function installNames() {
  installLookup()
  for (const [target, wrap] of [[dns, withCallback], [dns.Resolver.prototype, withCallback], [dns.promises, withPromise], [dns.promises.Resolver.prototype, withPromise]]) {
    for (const method of Object.keys(RECORDS)) {
      const original = target[method]
      if (typeof original === 'function') target[method] = wrap(original, method)
    }
  }
}

function installLookup() {
  dns.lookup = function (name, options, callback) {
    const done = typeof options === 'function' ? options : callback
    const wanted = typeof options === 'number' ? { family: options } : typeof options === 'object' && options !== null ? options : {}
    if (typeof done !== 'function' || !isAsked(name)) return originalLookup.apply(this, arguments)
    ask('LOOKUP', { name }, (answer) => {
      const { kind, addresses, name: alias } = answer || { kind: 'outside' }
      if (kind === 'alias' || kind === 'outside') return originalLookup(alias || name, options, callback)
      if (kind !== 'addresses' || wanted.family === 6 || wanted.family === 'IPv6') return done(notFound(name))
      if (wanted.all) done(null, addresses.map((address) => ({ address, family: 4 })))
      else done(null, addresses[0], 4)
    })
    return {}
  }
  const originalPromise = dns.promises.lookup
  dns.promises.lookup = function (name, options) {
    if (!isAsked(name)) return originalPromise.apply(this, arguments)
    return new Promise((resolve, reject) => {
      dns.lookup(name, options || {}, (error, address, family) => {
        if (error) reject(error)
        else resolve(Array.isArray(address) ? address : { address, family })
      })
    })
  }
  Object.defineProperty(dns.lookup, util.promisify.custom, { value: dns.promises.lookup })
}

function isAsked(name) {
  return typeof name === 'string' && name !== '' && !net.isIP(name) && !isLoopback(name)
}

// How the records of a type are given back, and what the query is called in errors.
const RECORDS = {
  resolve: undefined,
  resolve4: { query: 'queryA', of: (answer, options) => (options.ttl ? answer.addresses.map((address) => ({ address, ttl: TTL })) : answer.addresses) },
  resolveAny: { query: 'queryAny', of: (answer) => answer.addresses.map((address) => ({ address, ttl: TTL, type: 'A' })) },
  resolveSrv: { query: 'querySrv', of: (answer) => answer.services },
  resolveCname: { query: 'queryCname', of: (answer) => answer.aliases },
  resolve6: { query: 'queryAaaa' },
  resolveCaa: { query: 'queryCaa' },
  resolveMx: { query: 'queryMx' },
  resolveNaptr: { query: 'queryNaptr' },
  resolveNs: { query: 'queryNs' },
  resolvePtr: { query: 'queryPtr' },
  resolveSoa: { query: 'querySoa' },
  resolveTlsa: { query: 'queryTlsa' },
  resolveTxt: { query: 'queryTxt' },
  reverse: { query: 'getHostByAddr', of: (answer) => answer.names },
}
const TYPES = { A: 'resolve4', AAAA: 'resolve6', ANY: 'resolveAny', SRV: 'resolveSrv', CNAME: 'resolveCname' }

function withCallback(original, method) {
  return function (name, ...rest) {
    const done = rest[rest.length - 1]
    const own = methodFor(method, rest[0])
    if (own === undefined || typeof done !== 'function' || !isOurs(name, own)) return original.apply(this, arguments)
    query(name, own, rest[0], done, (alias) => original.call(this, alias, ...rest))
    return {}
  }
}

function withPromise(original, method) {
  return function (name, ...rest) {
    const own = methodFor(method, rest[0])
    if (own === undefined || !isOurs(name, own)) return original.apply(this, arguments)
    return new Promise((resolve, reject) => {
      const done = (error, records) => (error ? reject(error) : resolve(records))
      query(name, own, rest[0], done, (alias) => original.call(this, alias, ...rest).then(resolve, reject))
    })
  }
}

// \`resolve\` takes the type as a word.
function methodFor(method, type) {
  if (method !== 'resolve') return method
  if (typeof type !== 'string') return 'resolve4'
  return TYPES[type] || 'resolve' + type[0] + type.slice(1).toLowerCase()
}

function isOurs(name, method) {
  return typeof name === 'string' && RECORDS[method] !== undefined && (method === 'reverse' ? CLUSTER.test(name) : ZONE.test(name))
}

function query(name, method, options, done, elsewhere) {
  const { query: syscall, of } = RECORDS[method]
  ask('QUERY', { name }, (answer) => {
    const failed = (code) => done(Object.assign(new Error(syscall + ' ' + code + ' ' + name), { errno: undefined, code, syscall, hostname: name }))
    if (answer === undefined) return failed('ECONNREFUSED')
    if (!answer.exists) return failed('ENOTFOUND')
    if (answer.outside.length > 0 && (method === 'resolve4' || method === 'resolve6')) return elsewhere(answer.outside[0])
    const records = of === undefined ? [] : of(answer, typeof options === 'object' && options !== null ? options : {})
    if (records.length === 0) failed('ENODATA')
    else done(null, records)
  })
}
`
