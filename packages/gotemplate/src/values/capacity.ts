/** Sizes of the Go allocator, in bytes, as far as lists of templates go (runtime/sizeclasses.go). */
const CLASSES = [
  8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480,
  512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864,
  5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480,
  21760, 24576, 27264, 28672, 32768,
]
const PAGE = 8192
const LARGEST_CLASS = 32768
/** Blocks beyond this size that hold pointers carry a header (runtime/msize.go). */
const WITHOUT_HEADER = 512
const HEADER = 8

/** What the items of a Go list are: `pointers` are interfaces and strings of 16 bytes, `numbers` are `int` of 8. */
export type ItemKind = 'pointers' | 'numbers'

/** The capacities that a list goes through when items are appended one by one. */
const STEPS: Readonly<Record<ItemKind, number[]>> = { pointers: [0], numbers: [0] }

/** The capacity of a list that items were appended to one by one, as decoders do. */
export function appendedCapacity(length: number, kind: ItemKind = 'pointers'): number {
  const steps = STEPS[kind]
  for (;;) {
    const known = steps.find((step) => step >= length)
    if (known !== undefined) return known
    const last = Number(steps.at(-1))
    steps.push(grownCapacity(last + 1, last, kind))
  }
}

/**
 * The capacity that Go's append gives a list: a template can see it, because `slice` may reach past the length of a list up to
 * its capacity (runtime/slice.go growslice).
 */
export function grownCapacity(length: number, capacity: number, kind: ItemKind = 'pointers'): number {
  if (length <= capacity) return capacity
  const size = kind === 'pointers' ? 16 : 8
  return Math.floor(blockSize(nextCapacity(length, capacity) * size, kind) / size)
}

/** The bytes that are usable where so many were asked for. */
function blockSize(bytes: number, kind: ItemKind): number {
  if (bytes > LARGEST_CLASS - HEADER) return Math.ceil(bytes / PAGE) * PAGE
  const header = kind === 'pointers' && bytes > WITHOUT_HEADER ? HEADER : 0
  return Number(CLASSES.find((candidate) => candidate >= bytes + header)) - header
}

function nextCapacity(length: number, capacity: number): number {
  if (length > capacity * 2) return length
  if (capacity < 256) return capacity * 2
  let next = capacity
  while (next < length) next += Math.floor((next + 768) / 4)
  return next
}
