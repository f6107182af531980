/**
 * What the user hands in: unlabelled samples for calibration and labelled samples for accuracy. Both check every sample against the model before any work starts.
 */
@NullMarked
package io.edgeai.optimize.data;

import org.jspecify.annotations.NullMarked;
