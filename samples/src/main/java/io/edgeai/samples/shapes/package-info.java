/**
 * A learning task that needs no download: small grey pictures of hand-drawn digits, rendered from strokes with random distortions. Everything is seeded, so the same seed draws the same pictures on every machine.
 */
@NullMarked
package io.edgeai.samples.shapes;

import org.jspecify.annotations.NullMarked;
