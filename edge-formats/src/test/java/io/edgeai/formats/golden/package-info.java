/**
 * Expected outputs that the original frameworks computed, and how imported models are run against them. Arrays come as
 * NumPy files.
 */
@NullMarked
package io.edgeai.formats.golden;

import org.jspecify.annotations.NullMarked;
