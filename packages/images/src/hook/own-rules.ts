/**
 * What is a program's own, as functions that the script and the thread that Node 20 runs its hooks in both have: `rules.roots` are the names of the folder that
 * programs lie below, `rules.hidden` the folders where they are not to find modules, and `here` is what the places of both are called in stacks.
 */
export const OWN_RULES = `
const fs = require('node:fs')
const path = require('node:path')
const url = require('node:url')

function isOwn(file, { roots }) {
  return roots.some((root) => file.startsWith(root + path.sep))
}

function isOuter(file, rules) {
  return path.isAbsolute(file) && !isOwn(file, rules)
}

// Neither a path nor a URL: a name to look for, or one of the imports of a package.json.
function isPackage(specifier) {
  return !/^(\\.{1,2}(\\/|$)|\\/|[a-z][a-z\\d+.-]+:)/i.test(specifier)
}

// npm puts the programs of every node_modules above into PATH. Itself it may well be installed in one.
function isOuterProgram(file, { hidden }) {
  const folder = hidden.find((each) => file.startsWith(each + path.sep))
  return folder !== undefined && !/^(npm|pnpm|yarn|corepack)$/.test(file.slice(folder.length + 1).split(path.sep)[0])
}

function fileOf(address) {
  return typeof address === 'string' && address.startsWith('file:') ? url.fileURLToPath(address) : undefined
}

function checked(found, specifier, { parentURL }, rules) {
  const file = fileOf(found.url)
  if (file === undefined) return found
  if (parentURL === undefined && isOuterProgram(file, rules)) throw coded("Cannot find module '" + file + "'", 'MODULE_NOT_FOUND')
  if (isAsked(specifier, parentURL, rules) && isOuter(file, rules)) throw missingPackage(specifier, parentURL)
  return found
}

// What is wrong with a package that is not to be seen is nobody's business.
function asMissing(error, specifier, { parentURL }, rules) {
  const isLeak = rules.hidden.some((folder) => String(error && error.message).includes(folder + path.sep))
  return isLeak && isAsked(specifier, parentURL, rules) ? missingPackage(specifier, parentURL) : error
}

function isAsked(specifier, parentURL, rules) {
  const from = fileOf(parentURL)
  return from !== undefined && isOwn(from, rules) && isPackage(specifier)
}

function missingPackage(specifier, parentURL) {
  const name = /^(@[^/]+\\/)?[^/]*/.exec(specifier)[0]
  return coded("Cannot find package '" + name + "' imported from " + fileOf(parentURL), 'ERR_MODULE_NOT_FOUND')
}

// As Node's own errors print themselves: where we stand in it helps nobody.
function coded(message, code) {
  const error = new Error(message)
  error.name = 'Error [' + code + ']'
  error.stack = error.stack.split('\\n').filter((line, at) => at === 0 || !line.includes(here)).join('\\n')
  delete error.name
  return Object.assign(error, { code })
}
`
