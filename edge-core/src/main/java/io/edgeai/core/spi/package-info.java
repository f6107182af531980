/**
 * Extension points that siblings and users implement to watch or extend the core. Implementations must be thread-safe unless an interface says otherwise.
 */
@NullMarked
package io.edgeai.core.spi;

import org.jspecify.annotations.NullMarked;
