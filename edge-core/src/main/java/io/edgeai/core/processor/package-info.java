/**
 * What stands before and behind a model that sees: images from files to tensors, numbers from tensors to labels and boxes.
 * Every step is a {@link io.edgeai.core.processor.Processor} and can be used alone.
 */
@NullMarked
package io.edgeai.core.processor;

import org.jspecify.annotations.NullMarked;
