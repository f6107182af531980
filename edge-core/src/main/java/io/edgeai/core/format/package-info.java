/**
 * Tells what a model file is, from its bytes and never from its name. Detection and inspection read heads and headers
 * only, under limits, run no code of the file and load no native library.
 */
@NullMarked
package io.edgeai.core.format;

import org.jspecify.annotations.NullMarked;
