import type { ast, Tree } from '@slipway/gotemplate'
import { callShape, type Reader } from './functions.ts'
import { Heap } from './heap.ts'
import type { ReadPlace, ReadSet } from './read-set.ts'
import { anyOf, keyOf, type ObjectShape, OTHER, type Shape } from './shape.ts'
import type { TextPool } from './texts.ts'

/** What a walk over templates needs. */
export interface WalkOptions {
  readonly reads: ReadSet
  readonly lookup: (name: string) => Tree | undefined
  /** The names of all templates. */
  readonly names: () => readonly string[]
  /** What `tpl` may be given. */
  readonly texts: TextPool
}

const MAX_RUNS = 20_000
const MAX_DEPTH = 50
const MAX_TURNS = 12
/** Turns of a loop until its variables hold all that they ever will. */
const MAX_LOOPS = 4

/** Follows the values through templates, all branches of them, and notes what is read. */
export class TemplateWalk {
  readonly heap = new Heap(() => {
    this.#isGrown = true
  })
  readonly #options: WalkOptions
  readonly #bodies = new Map<string, number>()
  readonly #done = new Set<string>()
  #depth = 0
  #isGrown = false

  constructor(options: WalkOptions) {
    this.#options = options
  }

  /** Walks all templates, and again, until nothing that one of them puts into a map was not there when another looked. */
  runAll(roots: readonly { readonly tree: Tree; readonly data: Shape }[]): void {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      this.#isGrown = false
      this.#done.clear()
      for (const { tree, data } of roots) this.run(tree, data)
      if (!this.#isGrown) return
    }
    this.#options.reads.add([], true, undefined)
  }

  /** Walks a template for one kind of data; each combination once. */
  run(tree: Tree, data: Shape): void {
    const key = `${tree.name}\n${keyOf(data)}`
    if (this.#done.has(key)) return
    this.#done.add(key)
    // Templates that call themselves with ever deeper parts, or by any name: all of the part counts as read.
    if (this.#done.size > MAX_RUNS || this.#depth > MAX_DEPTH) return this.#add(data, true, undefined)
    const id = this.#bodies.get(key) ?? this.#bodies.size
    this.#bodies.set(key, id)
    this.#depth++
    new Body(this, { tree, id }, data).list(tree.root, data)
    this.#depth--
  }

  include(name: string, data: Shape): void {
    const tree = this.#options.lookup(name)
    if (tree !== undefined) this.run(tree, data)
  }

  includeAny(data: Shape): void {
    for (const name of this.#options.names()) this.include(name, data)
  }

  /** Walks what a text is, or may be, as a template. */
  template(text: Shape, data: Shape): void {
    const trees = this.#options.texts.templates(text)
    if (trees === undefined) return this.#add(data, true, undefined)
    for (const tree of trees) this.run(tree, data)
  }

  /** A text of a template that looks like one itself may be given to `tpl` somewhere. */
  seen(text: string): void {
    if (this.#options.texts.add(text)) this.#isGrown = true
  }

  /** Notes a read; of a context as a whole, everything. */
  note(shape: Shape, isWhole: boolean, place: { tree: Tree; pos: number }): void {
    this.#add(shape, isWhole, { file: place.tree.parseName, offset: place.pos })
  }

  #add(shape: Shape, isWhole: boolean, place: ReadPlace | undefined): void {
    const seen = new Set<string>()
    const left = [shape]
    for (let each = left.pop(); each !== undefined; each = left.pop()) {
      const key = keyOf(each)
      if (seen.has(key)) continue
      seen.add(key)
      left.push(...this.#addOne(each, isWhole, place))
    }
  }

  /** Notes all that a shape may be; gives what is in it, if that is looked at, too. */
  #addOne(shape: Shape, isWhole: boolean, place: ReadPlace | undefined): Shape[] {
    const { shapes, shared, isEndless } = this.heap.spread(shape)
    if (isEndless) this.#options.reads.add([], true, undefined)
    // One of several places: that one of them is empty says nothing.
    const only = shapes.length === 1 ? place : undefined
    const paths = shapes.flatMap((each) => (each.kind === 'values' ? [each.path] : []))
    for (const path of paths) this.#options.reads.add(path, isWhole, only)
    if (!isWhole) return []
    return [
      ...[...paths, ...shared].flatMap((path) => this.heap.storedBelow(path)),
      ...shapes.flatMap((each) =>
        each.kind === 'object' || each.kind === 'context' ? [this.heap.elementOf(each)] : [],
      ),
    ]
  }
}

class Body implements Reader {
  readonly heap: Heap
  readonly #walk: TemplateWalk
  readonly #tree: Tree
  readonly #id: number
  readonly #variables = new Map<string, Shape>()
  #pos = 0
  /** The call that is looked at. */
  #call = ''

  constructor(walk: TemplateWalk, { tree, id }: { readonly tree: Tree; readonly id: number }, data: Shape) {
    this.heap = walk.heap
    this.#walk = walk
    this.#tree = tree
    this.#id = id
    this.#variables.set('$', data)
  }

  made(name = ''): ObjectShape {
    return this.heap.made(`${this.#id}:${this.#call}:${name}`)
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

  template(text: Shape, data: Shape): void {
    this.#walk.template(text, data)
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
    const shape = node.kind === 'range' ? this.#result(node.pipe, dot) : this.#pipe(node.pipe, dot)
    this.shallow(shape)
    if (node.kind === 'range') this.#range(node, shape)
    else this.list(node.list, node.kind === 'with' ? shape : dot)
    if (node.elseList !== undefined) this.list(node.elseList, dot)
  }

  #range(node: ast.BranchNode, shape: Shape): void {
    const element = this.heap.elementOf(shape)
    this.shallow(element)
    const { decl } = node.pipe
    const [first, second] = decl
    // The first of two variables is the key.
    if (first !== undefined) this.#declare(first.ident[0], second === undefined ? element : this.heap.keysOf(shape))
    if (second !== undefined) this.#declare(second.ident[0], element)
    // What the end of one turn sets, the next one may read at its beginning.
    for (let turn = 0, before = ''; turn < MAX_LOOPS && before !== this.#known(); turn++) {
      before = this.#known()
      this.list(node.list, element)
    }
  }

  #known(): string {
    return [...this.#variables.values()].map(keyOf).join()
  }

  #declare(name: string, shape: Shape): void {
    // Names are not told apart by their blocks: a variable is all that it ever was.
    const known = this.#variables.get(name)
    this.#variables.set(name, known === undefined ? shape : anyOf([known, shape]))
  }

  #result(node: ast.PipeNode, dot: Shape): Shape {
    let final: Shape | undefined
    for (const command of node.cmds) final = this.#command(command, dot, final)
    return final ?? OTHER
  }

  #pipe(node: ast.PipeNode, dot: Shape): Shape {
    const shape = this.#result(node, dot)
    for (const variable of node.decl) this.#declare(variable.ident[0], shape)
    return shape
  }

  #command(node: ast.CommandNode, dot: Shape, final: Shape | undefined): Shape {
    const [first, ...rest] = node.args
    if (first === undefined) return OTHER
    const args = (): Shape[] => [...rest.map((arg) => this.#operand(arg, dot)), ...(final === undefined ? [] : [final])]
    if (first.kind === 'identifier') return this.#function(first.ident, node.pos, args())
    const shape = this.#operand(first, dot)
    const given = args()
    if (given.length === 0) return shape
    // A method: its arguments are looked at, and of the values there are none.
    for (const arg of given) this.whole(arg)
    return OTHER
  }

  #function(name: string, pos: number, args: readonly Shape[]): Shape {
    this.#call = `${name}:${pos}`
    return callShape(name, args, this)
  }

  #operand(node: ast.Operand, dot: Shape): Shape {
    switch (node.kind) {
      case 'dot':
        return dot
      case 'field':
        return this.#fields(dot, node.ident)
      case 'variable':
        return this.#fields(this.#variables.get(node.ident[0]) ?? OTHER, node.ident.slice(1))
      case 'chain':
        return this.#fields(this.#operand(node.node, dot), node.field)
      case 'pipe':
        return this.#pipe(node, dot)
      case 'string':
        this.#walk.seen(node.text)
        return { kind: 'text', text: node.text }
      case 'number':
        return { kind: 'text', text: node.text }
      case 'identifier':
        return this.#function(node.ident, node.pos, [])
      default:
        return OTHER
    }
  }

  #fields(shape: Shape, names: readonly string[]): Shape {
    return names.reduce((at, name) => this.heap.fieldOf(at, name), shape)
  }
}
