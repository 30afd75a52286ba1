/**
 * Keys of the actions that no values reach: in templates whose name nothing that is reached mentions, and in branches of constants.
 * A text of a values file that goes through `tpl` could name any template; that is not looked at.
 */
export function unreachable(own, all) {
  const byName = grouped(all)
  // What a file prints is asked for unless it is a partial.
  const left = all.filter((tree) => tree.name === tree.parseName && !/\/_[^/]*$/.test(tree.name))
  const reached = new Set(left)
  while (left.length > 0) {
    for (const name of mentioned(left.pop().root))
      for (const tree of byName.get(name) ?? [])
        if (!reached.has(tree)) {
          reached.add(tree)
          left.push(tree)
        }
  }
  const dead = new Set()
  for (const tree of own) collect(tree.root, dead, !reached.has(tree))
  return dead
}

function grouped(trees) {
  const groups = new Map()
  for (const tree of trees) groups.set(tree.name, [...(groups.get(tree.name) ?? []), tree])
  return groups
}

const PARTS = ['nodes', 'pipe', 'cmds', 'args', 'decl', 'node', 'list', 'elseList']

function each(node, visit) {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) return node.forEach((item) => each(item, visit))
  visit(node)
  for (const part of PARTS) each(node[part], visit)
}

/** Names as text: of `template`, of `include`, and of what is handed on to be included. */
function mentioned(root) {
  const names = new Set()
  each(root, (node) => {
    if (node.kind === 'template') names.add(node.name)
    if (node.kind === 'string') names.add(node.text)
  })
  return names
}

function collect(node, dead, isDead) {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) return node.forEach((item) => collect(item, dead, isDead))
  const key = (of) => dead.add(`${of.tree.parseName}:${of.pos}`)
  if (isDead && ['action', 'if', 'with', 'range'].includes(node.kind)) key(node.pipe)
  if (isDead && node.kind === 'template') key(node)
  const constant = node.kind === 'if' ? constantOf(node.pipe) : undefined
  for (const part of PARTS) {
    const never = (part === 'list' && constant === false) || (part === 'elseList' && constant === true)
    collect(node[part], dead, isDead || never)
  }
}

function constantOf(pipe) {
  const [command, ...more] = pipe.cmds
  const [argument, ...others] = command?.args ?? []
  if (more.length > 0 || others.length > 0 || argument?.kind !== 'bool') return undefined
  return argument.value ?? argument.isTrue
}
