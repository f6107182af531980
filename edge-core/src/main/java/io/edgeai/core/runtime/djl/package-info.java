/**
 * PyTorch and TensorFlow behind {@link io.edgeai.core.runtime.InferenceRuntime}, through the engines of the Deep Java
 * Library, whose types stay in here. Both are optional; nothing is ever fetched over the network or reported to it.
 */
@NullMarked
package io.edgeai.core.runtime.djl;

import org.jspecify.annotations.NullMarked;
