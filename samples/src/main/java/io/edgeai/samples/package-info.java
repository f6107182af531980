/**
 * Programs that embed the library: the {@code edgeai} command line and numbered samples, from {@code S00} on. They use the library as any host would, through its public types only.
 */
@NullMarked
package io.edgeai.samples;

import org.jspecify.annotations.NullMarked;
