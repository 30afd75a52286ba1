import { OWN_RULES } from './own-rules.ts'

/**
 * The text of a script for `node --require` that keeps programs below a folder from modules that lie outside of it. Node looks for a package in the `node_modules` of
 * every folder above a program: one whose files lie in a folder of this machine would find what the image that it came from does not have. What is missing fails
 * in Node's own words. Programs that lie elsewhere, such as npm, find theirs as ever. It does nothing where no such folder is there.
 *
 * The text stands in a block of its own and may follow other text of a script.
 */
export function ownModulesHook(directory: string): string {
  return `{
const here = __filename
const given = ${JSON.stringify(directory)}
${OWN_RULES}
${INSTALL}
}
`
}

const INSTALL = `
const Module = require('node:module')
const NODES_OWN_CODE = 'MODULE_NOT_FOUND'
const rules = { roots: [...new Set([given, fs.realpathSync(given)])], hidden: [] }
rules.hidden = [...rules.roots.flatMap(nodeModulesAbove), ...Module.globalPaths.filter((folder) => !isOwn(folder, rules))]

function nodeModulesAbove(folder) {
  const above = path.dirname(folder)
  return [path.join(folder, 'node_modules'), ...(above === folder ? [] : nodeModulesAbove(above))]
}

function installRequire() {
  const { _nodeModulePaths: modulePaths, _resolveLookupPaths: lookupPaths, _resolveFilename: resolveFilename } = Module
  const isShown = (folder) => !rules.hidden.includes(folder)
  Module._nodeModulePaths = function (from) {
    const paths = modulePaths.apply(this, arguments)
    return isOwn(path.resolve(from), rules) ? paths.filter(isShown) : paths
  }
  Module._resolveLookupPaths = function (request, parent) {
    const paths = lookupPaths.apply(this, arguments)
    return paths === null || isForeign(parent) ? paths : paths.filter(isShown)
  }
  Module._resolveFilename = function (request, parent, isMain) {
    const found = resolveFilename.apply(this, arguments)
    const isLeak = isMain ? isOuterProgram(found, rules) : !isForeign(parent) && isPackage(request) && isOuter(found, rules)
    if (isLeak) throw missingModule(request, parent)
    return found
  }
}

function isForeign(parent) {
  return Boolean(parent) && typeof parent.filename === 'string' && !isOwn(parent.filename, rules)
}

function missingModule(request, parent) {
  const requireStack = []
  for (let at = parent; at; at = at.parent) requireStack.push(at.filename || at.id)
  const stack = requireStack.length === 0 ? '' : '\\nRequire stack:\\n- ' + requireStack.join('\\n- ')
  return Object.assign(new Error("Cannot find module '" + request + "'" + stack), { code: NODES_OWN_CODE, requireStack })
}

// Only newer versions let a hook work in the thread of the program; the thread that the hooks of others run in loads this text as well.
function installImport() {
  const { isMainThread, parentPort } = require('node:worker_threads')
  if (typeof Module.registerHooks === 'function') Module.registerHooks({ resolve: resolveHere })
  else if (isMainThread || parentPort !== null) Module.register('data:text/javascript,' + encodeURIComponent(threadText()))
}

function threadText() {
  const shared = [isOwn, isOuter, isPackage, isOuterProgram, fileOf, checked, asMissing, isAsked, missingPackage, coded]
  return [
    "import path from 'node:path'; import url from 'node:url'; const here = 'data:text/javascript'",
    'const rules = ' + JSON.stringify(rules),
    ...shared.map(String),
    'export ' + resolve,
  ].join('\\n')
}

async function resolve(specifier, context, next) {
  let found
  try {
    found = await next(specifier, context)
  } catch (error) {
    throw asMissing(error, specifier, context, rules)
  }
  return checked(found, specifier, context, rules)
}

function resolveHere(specifier, context, next) {
  let found
  try {
    found = next(specifier, context)
  } catch (error) {
    throw asMissing(error, specifier, context, rules)
  }
  return checked(found, specifier, context, rules)
}

if (rules.hidden.some((folder) => fs.existsSync(folder))) {
  installRequire()
  installImport()
}
`
