/**
 * A TFLite file as its schema describes it: subgraphs, tensors, operators with their options, signatures and metadata.
 * Weights stay views of the file's bytes; everything is checked so that what reads this model cannot fall out of it.
 */
@NullMarked
package io.edgeai.formats.tflite.file;

import org.jspecify.annotations.NullMarked;
