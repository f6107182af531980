/**
 * Samples with the class of each, as a site of a federation keeps them: a table with a column of labels, or two arrays.
 * What does not fit the federation is refused with the row and the column, before anybody trains on it.
 */
@NullMarked
package io.edgeai.samples.labelled;

import org.jspecify.annotations.NullMarked;
