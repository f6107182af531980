/**
 * The one place where a program of this module writes: standard output and error, as text, tables, JSON or progress bars. Everything is given its streams, so a test reads what a user would see.
 */
@NullMarked
package io.edgeai.samples.terminal;

import org.jspecify.annotations.NullMarked;
