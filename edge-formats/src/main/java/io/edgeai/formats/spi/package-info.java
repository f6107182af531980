/**
 * What an importer of a further format implements. Found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.edgeai.formats.spi;

import org.jspecify.annotations.NullMarked;
