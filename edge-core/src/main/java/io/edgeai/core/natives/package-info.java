/**
 * Native libraries kept on disk, so that a process does not unpack them each time it starts. It knows the names that the
 * libraries' own loaders look for, and nothing else of them.
 */
@NullMarked
package io.edgeai.core.natives;

import org.jspecify.annotations.NullMarked;
