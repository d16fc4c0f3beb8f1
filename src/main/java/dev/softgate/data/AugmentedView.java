package dev.softgate.data;

/** The part of an image that a network sees, at the image's own size. */
sealed interface AugmentedView permits CropFlip, ResizedCrop {}
