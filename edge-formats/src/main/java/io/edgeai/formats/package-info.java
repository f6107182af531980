/**
 * Turns foreign model files into ONNX graphs, in Java, without the framework that wrote them. One package per format;
 * {@link io.edgeai.formats.ModelImporters} finds the right one.
 */
@NullMarked
package io.edgeai.formats;

import org.jspecify.annotations.NullMarked;
