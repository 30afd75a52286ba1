/**
 * The conditions around each action of a chart, and which values they look at: templates are walked from what a file prints, through `include` and
 * `template`, with what `.` and variables stand for. What stands for what is a guess where a template computes it; nothing rests on it but the aim.
 *
 * An abstract value is a place in the values (`path`, where `*` is an item), the context of a template (`root`), a dictionary (`map`), a fact about the
 * release (`fact`), a text (`word`), or several of them (`any`).
 */
const MAX_CHAINS = 6
const MAX_CALLS = 6
const MAX_DEPTH = 14
const NOTHING = { any: [] }

/** For each action (by `keyOf`) up to six chains, outermost condition first: `{ key, kind, holds, paths, words, versions, facts }`. */
export function chainsOf(entries, templates, keyOf) {
  const byName = new Map(templates.map((tree) => [tree.name, tree]))
  const state = { byName, keyOf, chains: new Map(), calls: new Map() }
  for (const tree of entries) walkTemplate(state, tree, { root: true }, { chain: [], depth: 0, names: [] })
  return state.chains
}

function walkTemplate(state, tree, dot, at) {
  const known = state.calls.get(tree) ?? new Map()
  state.calls.set(tree, known)
  const signature = signatureOf(dot)
  const looked = known.get(signature)
  // What was walked once gives no new reads, and a few more ways to it.
  if (looked !== undefined && (looked.count >= 2 || at.depth > 6)) return looked.reads
  if (looked === undefined && known.size >= MAX_CALLS) return known.values().next().value.reads
  if (at.depth > MAX_DEPTH || at.names.includes(tree.name)) return NOTHING
  const entry = looked ?? { reads: NOTHING, count: 0 }
  entry.count++
  known.set(signature, entry)
  const reads = []
  const scope = { dot, vars: new Map([['$', dot]]), reads }
  walkList(state, tree.root, scope, { ...at, depth: at.depth + 1, names: [...at.names, tree.name] })
  entry.reads = some(reads)
  return entry.reads
}

function walkList(state, list, scope, at) {
  for (const node of list?.nodes ?? []) walkStatement(state, node, scope, at)
}

function walkStatement(state, node, scope, at) {
  if (node.kind === 'template') {
    record(state, node, at)
    const dot = node.pipe === undefined ? NOTHING : valueOf(state, node.pipe, scope, at)
    scope.reads.push(call(state, node.name, dot, at))
  }
  if (node.kind === 'action') {
    record(state, node.pipe, at)
    const value = valueOf(state, node.pipe, scope, at)
    declare(node.pipe, [value], scope)
    scope.reads.push(value)
  }
  if (node.kind === 'if' || node.kind === 'with' || node.kind === 'range') walkBranch(state, node, scope, at)
}

function walkBranch(state, node, scope, at) {
  record(state, node.pipe, at)
  const value = valueOf(state, node.pipe, scope, at)
  scope.reads.push(value)
  const condition = { key: state.keyOf(node.pipe), kind: node.kind, ...readsOf(value) }
  const inside = { ...scope, vars: new Map(scope.vars) }
  if (node.kind === 'range') {
    const item = field(value, '*')
    inside.dot = item
    declare(node.pipe, node.pipe.decl.length > 1 ? [NOTHING, item] : [item], inside)
  } else {
    if (node.kind === 'with') inside.dot = value
    declare(node.pipe, [value], inside)
  }
  const after = (holds) => ({ ...at, chain: [...at.chain, { ...condition, holds }] })
  walkList(state, node.list, inside, after(true))
  walkList(state, node.elseList, { ...scope, vars: new Map(scope.vars) }, after(false))
  // What a branch assigns is seen behind it.
  for (const [name, assigned] of inside.vars) if (scope.vars.has(name)) scope.vars.set(name, assigned)
}

function declare(pipe, values, scope) {
  pipe.decl.forEach((variable, index) => {
    const [name] = variable.ident
    const value = values[index] ?? NOTHING
    scope.vars.set(name, pipe.isAssign ? some([scope.vars.get(name) ?? NOTHING, value]) : value)
  })
}

function record(state, node, { chain }) {
  const key = state.keyOf(node)
  const known = state.chains.get(key) ?? []
  if (known.length < MAX_CHAINS) known.push(chain)
  state.chains.set(key, known)
}

function call(state, name, dot, at) {
  const tree = state.byName.get(name)
  return tree === undefined ? NOTHING : walkTemplate(state, tree, dot, at)
}

function valueOf(state, node, scope, at) {
  switch (node.kind) {
    case 'dot':
      return scope.dot
    case 'field':
      return node.ident.reduce(field, scope.dot)
    case 'variable':
      return node.ident.slice(1).reduce(field, scope.vars.get(node.ident[0]) ?? NOTHING)
    case 'chain':
      return node.field.reduce(field, valueOf(state, node.node, scope, at))
    case 'string':
      return { word: node.text }
    case 'number':
      return { word: Number(node.text) }
    case 'pipe':
      return node.cmds.reduce((piped, command) => commandOf(state, command, piped, scope, at), undefined) ?? NOTHING
    default:
      return NOTHING
  }
}

function commandOf(state, { args: [first, ...rest] }, piped, scope, at) {
  const args = rest.map((arg) => valueOf(state, arg, scope, at))
  if (piped !== undefined) args.push(piped)
  if (first.kind !== 'identifier') {
    const value = valueOf(state, first, scope, at)
    const asked = first.ident?.at(-1) === 'Has' ? args.map(({ word }) => ({ version: word })) : args
    return asked.length === 0 ? value : some([value, ...asked])
  }
  return functionOf(state, first.ident, args, at)
}

function functionOf(state, name, args, at) {
  const texts = (value) =>
    (value?.any ?? [value]).flatMap((each) => (typeof each?.word === 'string' ? [each.word] : []))
  if (name === 'include') return some(texts(args[0]).map((each) => call(state, each, args[1] ?? NOTHING, at)))
  if (name === 'dict') {
    const map = new Map()
    for (let index = 0; index + 1 < args.length; index += 2) map.set(args[index].word, args[index + 1])
    return { map }
  }
  if (name === 'index' || name === 'get' || name === 'dig' || name === 'hasKey') {
    const found = args
      .slice(1)
      .reduce((value, key) => (key.word === undefined ? field(value, '*') : field(value, key.word)), args[0])
    return name === 'hasKey' ? some([found, { word: true }]) : found
  }
  return some(args)
}

/** A field of what a value may be. */
function field(value, name) {
  if (value.any !== undefined) return some(value.any.map((each) => field(each, name)))
  if (value.path !== undefined) return value.path.length < 10 ? { path: [...value.path, String(name)] } : NOTHING
  if (value.map !== undefined) return name === '*' ? some([...value.map.values()]) : (value.map.get(name) ?? NOTHING)
  if (value.root !== true) return value.fact === undefined ? NOTHING : value
  if (name === 'Values') return { path: [] }
  return name === 'Capabilities' || name === 'Release' ? { fact: name } : NOTHING
}

function some(values) {
  const flat = values.flatMap((value) => value?.any ?? (value === undefined ? [] : [value]))
  if (flat.length === 1) return flat[0]
  const seen = new Map(flat.map((value) => [signatureOf(value), value]))
  return { any: [...seen.values()].slice(0, 40) }
}

function signatureOf(value) {
  if (value.any !== undefined) return `any(${value.any.map(signatureOf).join()})`
  if (value.map !== undefined)
    return `map(${[...value.map].map(([key, each]) => `${key}:${signatureOf(each)}`).join()})`
  return JSON.stringify(value)
}

function readsOf(value) {
  const reads = { paths: [], words: [], versions: [], facts: [] }
  for (const each of value.any ?? [value]) {
    if (each.path !== undefined && each.path.length > 0) reads.paths.push(each.path)
    if (each.word !== undefined) reads.words.push(each.word)
    if (each.version !== undefined) reads.versions.push(each.version)
    if (each.fact !== undefined) reads.facts.push(each.fact)
    if (each.map !== undefined)
      for (const inner of each.map.values()) if (inner.path?.length > 0) reads.paths.push(inner.path)
  }
  return reads
}
