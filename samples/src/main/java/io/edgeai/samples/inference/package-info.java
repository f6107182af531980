/**
 * From files to answers: recognises a model, converts it where it must, gives its inputs the types and shapes it wants, and runs it in chunks. The command line is a thin layer over this.
 */
@NullMarked
package io.edgeai.samples.inference;

import org.jspecify.annotations.NullMarked;
