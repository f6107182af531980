/**
 * Looks at what the engine makes of a quantized graph. A node that was meant to compute on bytes and does not is named, with the reason in words.
 */
@NullMarked
package io.edgeai.optimize.audit;

import org.jspecify.annotations.NullMarked;
