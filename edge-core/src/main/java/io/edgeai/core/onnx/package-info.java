/**
 * A small mutable intermediate representation of ONNX models, and what reads, writes and analyses it. Every importer ends here and every optimization starts here.
 */
@NullMarked
package io.edgeai.core.onnx;

import org.jspecify.annotations.NullMarked;
