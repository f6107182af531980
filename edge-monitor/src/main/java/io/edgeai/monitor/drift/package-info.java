/**
 * Tells whether current samples come from the distribution of a reference, column by column. Tests are calibrated to the number of samples and corrected for the number of columns.
 */
@NullMarked
package io.edgeai.monitor.drift;

import org.jspecify.annotations.NullMarked;
