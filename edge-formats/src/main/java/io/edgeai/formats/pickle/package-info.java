/**
 * Reads Python pickles and joblib files without Python and without ever building an object of the classes they name:
 * what comes out is a tree of plain values and inert records. All sizes are bounded before memory is allocated, so that
 * a hostile file costs an exception and nothing else.
 */
@NullMarked
package io.edgeai.formats.pickle;

import org.jspecify.annotations.NullMarked;
