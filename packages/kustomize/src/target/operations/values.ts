import type { FieldSpec } from '../../config/field-spec.ts'
import type { ImageEntry } from '../../config/kustomization.ts'
import { placed } from '../../errors.ts'
import { setImages } from '../../filters/images.ts'
import { type Replacement, applyReplacement } from '../../filters/replacements.ts'
import { rangeOfExtent } from '../../tree/fields.ts'
import type { Maker } from '../../tree/node.ts'
import type { BuildContext } from '../context.ts'
import type { Operation } from './operation.ts'

/** Rewrites images. */
export function changeImages(
  image: ImageEntry,
  fields: readonly FieldSpec[],
  at: { maker: Maker; context: BuildContext },
): Operation {
  return (map) => {
    let used = false
    const matched = (): void => {
      used = true
    }
    for (const { node } of map.resources)
      if (node !== undefined) setImages(node, { image, fields, maker: at.maker, matched })
    if (!used) at.context.unused.push({ maker: at.maker, reason: 'no image matches' })
  }
}

/** Copies values from one resource to others. */
export function applyReplacements(replacements: readonly Replacement[]): Operation {
  return (map) => {
    for (const replacement of replacements) {
      placed(rangeOfExtent(replacement.maker?.at), () => applyReplacement(map.resources, replacement))
    }
    map.touch()
    map.dropGone()
  }
}
