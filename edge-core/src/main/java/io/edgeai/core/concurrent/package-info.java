/**
 * Time and threads as injectable parts. All threads of the library are daemons named {@code edgeai-…}.
 */
@NullMarked
package io.edgeai.core.concurrent;

import org.jspecify.annotations.NullMarked;
