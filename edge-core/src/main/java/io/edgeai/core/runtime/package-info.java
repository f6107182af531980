/**
 * Engines behind one interface: open a model, ask its signature, run it under a deadline. Adapters live in sub-packages and are found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.edgeai.core.runtime;

import org.jspecify.annotations.NullMarked;
