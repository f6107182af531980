/**
 * One class for each command of the {@code edgeai} command line. A command parses its options, calls the library, and hands the answer to a terminal; exit codes are 0 for success, 1 for a finding or a failed check, 2 for bad usage or bad input.
 */
@NullMarked
package io.edgeai.samples.cli;

import org.jspecify.annotations.NullMarked;
