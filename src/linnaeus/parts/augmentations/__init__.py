"""Augmentations of whole batches. One file each, with

    build(*, …options) -> f(images_BCHW, targets_BK, generator) -> (images_BCHW, targets_BK)

Each image has its own draw. `images` are uint8 (or float on the same 0–255 scale), in any memory format, on any device;
shape, dtype, memory format and device stay. `generator` is a CPU generator and the only source of randomness, so that the
same seed gives the same draws on every device. The input is never changed in place; what comes back may be the input
itself where nothing changed. A ValueError, of `build` or of a call, becomes the user's message.

An augmentation that depends on which image it is and on the epoch sets `f.needs_place = True` and takes two keywords more,
`indices_B` (places in the training split, int64, on the CPU) and `epoch` (from 1). A training always tells them; it must
also work without them, for previews. An augmentation that contains another takes it as a nested spec, which arrives as a
function without arguments, and hands place and epoch on to it.
"""
