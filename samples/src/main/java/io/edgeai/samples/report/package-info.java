/**
 * A small kit for reports: one self-contained HTML file of sections, tables, key figures, pictures and charts drawn as inline SVG. It loads nothing from elsewhere, follows the reader's light or dark setting, and prints.
 */
@NullMarked
package io.edgeai.samples.report;

import org.jspecify.annotations.NullMarked;
