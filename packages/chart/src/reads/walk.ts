import type { ast, Tree } from '@slipway/gotemplate'
import { callShape, type Reader } from './functions.ts'
import type { ReadSet } from './read-set.ts'
import { anyOf, elementOf, fieldOf, keyOf, OTHER, type Shape } from './shape.ts'

/** What a walk over templates needs. */
export interface WalkOptions {
  readonly reads: ReadSet
  readonly lookup: (name: string) => Tree | undefined
  /** The names of all templates. */
  readonly names: () => readonly string[]
}

const MAX_RUNS = 20_000
const MAX_DEPTH = 50

/** Follows the values through templates, all branches of them, and notes what is read. */
export class TemplateWalk {
  readonly #options: WalkOptions
  readonly #done = new Set<string>()
  #depth = 0

  constructor(options: WalkOptions) {
    this.#options = options
  }

  /** Walks a template for one kind of data; each combination once. */
  run(tree: Tree, data: Shape): void {
    const key = `${tree.name}\n${keyOf(data)}`
    if (this.#done.has(key)) return
    this.#done.add(key)
    // Templates that call themselves with ever deeper parts, or by any name: all of the part counts as read.
    if (this.#done.size > MAX_RUNS || this.#depth > MAX_DEPTH) return this.#add(data, true, undefined)
    this.#depth++
    new Body(this, tree, data).list(tree.root, data)
    this.#depth--
  }

  include(name: string, data: Shape): void {
    const tree = this.#options.lookup(name)
    if (tree !== undefined) this.run(tree, data)
  }

  includeAny(data: Shape): void {
    for (const name of this.#options.names()) this.include(name, data)
  }

  /** Notes a read; of a context as a whole, everything. */
  note(shape: Shape, isWhole: boolean, place: { tree: Tree; pos: number }): void {
    this.#add(shape, isWhole, { file: place.tree.parseName, offset: place.pos })
  }

  #add(shape: Shape, isWhole: boolean, place: { file: string; offset: number } | undefined): void {
    switch (shape.kind) {
      case 'values':
        this.#options.reads.add(shape.path, isWhole, place)
        return
      case 'any':
        for (const each of shape.of) this.#add(each, isWhole, place)
        return
      case 'dict':
        if (isWhole) for (const each of shape.fields.values()) this.#add(each, true, place)
        return
      case 'context':
        if (isWhole) this.#options.reads.add(shape.scope, true, place)
        return
      default:
    }
  }
}

class Body implements Reader {
  readonly #walk: TemplateWalk
  readonly #tree: Tree
  readonly #variables = new Map<string, Shape>()
  #pos = 0

  constructor(walk: TemplateWalk, tree: Tree, data: Shape) {
    this.#walk = walk
    this.#tree = tree
    this.#variables.set('$', data)
  }

  whole(shape: Shape): void {
    this.#walk.note(shape, true, { tree: this.#tree, pos: this.#pos })
  }

  shallow(shape: Shape): void {
    this.#walk.note(shape, false, { tree: this.#tree, pos: this.#pos })
  }

  include(name: string, data: Shape): void {
    this.#walk.include(name, data)
  }

  includeAny(data: Shape): void {
    this.#walk.includeAny(data)
  }

  template(_text: Shape, data: Shape): void {
    // Texts that may be given are walked on their own, with a context.
    if (data.kind !== 'context') this.whole(data)
  }

  list(node: ast.ListNode, dot: Shape): void {
    for (const statement of node.nodes) this.#statement(statement as ast.Statement, dot)
  }

  #statement(node: ast.Statement, dot: Shape): void {
    this.#pos = node.pos
    switch (node.kind) {
      case 'action': {
        const shape = this.#pipe(node.pipe, dot)
        if (node.pipe.decl.length === 0) this.whole(shape)
        return
      }
      case 'if':
      case 'with':
      case 'range':
        this.#branch(node, dot)
        return
      case 'template':
        this.#walk.include(node.name, node.pipe === undefined ? OTHER : this.#pipe(node.pipe, dot))
        return
      default:
    }
  }

  #branch(node: ast.BranchNode, dot: Shape): void {
    const shape = this.#pipe(node.pipe, dot)
    this.shallow(shape)
    if (node.kind === 'range') this.#range(node, shape)
    else this.list(node.list, node.kind === 'with' ? shape : dot)
    if (node.elseList !== undefined) this.list(node.elseList, dot)
  }

  #range(node: ast.BranchNode, shape: Shape): void {
    const element = elementOf(shape)
    this.shallow(element)
    const { decl } = node.pipe
    const [first, second] = decl
    // The first of two variables is the key.
    if (first !== undefined) this.#declare(first.ident[0], second === undefined ? element : OTHER)
    if (second !== undefined) this.#declare(second.ident[0], element)
    this.list(node.list, element)
  }

  #declare(name: string, shape: Shape): void {
    // Names are not told apart by their blocks: a variable is all that it ever was.
    this.#variables.set(name, anyOf([this.#variables.get(name) ?? OTHER, shape]))
  }

  #pipe(node: ast.PipeNode, dot: Shape): Shape {
    let final: Shape | undefined
    for (const command of node.cmds) final = this.#command(command, dot, final)
    const shape = final ?? OTHER
    for (const variable of node.decl) {
      // Looked at are only those that are set by reference: what dicts hold may change later.
      if (shape.kind === 'dict' && !this.#variables.has(variable.ident[0]))
        this.#variables.set(variable.ident[0], shape)
      else this.#declare(variable.ident[0], shape)
    }
    return shape
  }

  #command(node: ast.CommandNode, dot: Shape, final: Shape | undefined): Shape {
    const [first, ...rest] = node.args
    if (first === undefined) return OTHER
    const args = (): Shape[] => [...rest.map((arg) => this.#operand(arg, dot)), ...(final === undefined ? [] : [final])]
    if (first.kind === 'identifier') return callShape(first.ident, args(), this)
    const shape = this.#operand(first, dot)
    const given = args()
    if (given.length === 0) return shape
    // A method: its arguments are looked at, and of the values there are none.
    for (const arg of given) this.whole(arg)
    return OTHER
  }

  #operand(node: ast.Operand, dot: Shape): Shape {
    switch (node.kind) {
      case 'dot':
        return dot
      case 'field':
        return fields(dot, node.ident)
      case 'variable':
        return fields(this.#variables.get(node.ident[0]) ?? OTHER, node.ident.slice(1))
      case 'chain':
        return fields(this.#operand(node.node, dot), node.field)
      case 'pipe':
        return this.#pipe(node, dot)
      case 'string':
        return { kind: 'text', text: node.text }
      case 'number':
        return { kind: 'text', text: node.text }
      case 'identifier':
        return callShape(node.ident, [], this)
      default:
        return OTHER
    }
  }
}

function fields(shape: Shape, names: readonly string[]): Shape {
  return names.reduce(fieldOf, shape)
}
