// Every matrix by its name: `places` with their values, and `files` that makes a tree of one choice of them.
import { PATCHES } from './patches.mjs'
import { SELECTORS_AND_REPLACEMENTS } from './selectors-and-replacements.mjs'
import { GENERATORS_AND_BINDINGS } from './generators-and-bindings.mjs'
import { SCALARS_AND_LABELS } from './scalars-and-labels.mjs'
import { PLUG_INS_AND_SHAPES } from './plug-ins-and-shapes.mjs'

export const MATRICES = {
  ...PATCHES,
  ...SELECTORS_AND_REPLACEMENTS,
  ...GENERATORS_AND_BINDINGS,
  ...SCALARS_AND_LABELS,
  ...PLUG_INS_AND_SHAPES,
}
